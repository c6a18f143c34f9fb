# SPDX-License-Identifier: GPL-3.0-or-later
"""[store]: where the database is."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from faxcore.config.table import Table


@dataclass(frozen=True)
class StoreConfig:
    """The database."""

    url: str = ""
    """postgresql://..., or empty: a file of SQLite in the state folder."""


def read_store(table: Table) -> StoreConfig:
    """[store]."""
    url = table.text("url", StoreConfig.url)
    if url and (urlsplit(url).scheme != "postgresql" or not urlsplit(url).path.strip("/")):
        raise table.error("url", 'must be as "postgresql://facteur@localhost/facteur", or empty for a file')
    table.finish()
    return StoreConfig(url)
