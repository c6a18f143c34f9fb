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
    if url and not _names_database(url):
        raise table.error("url", 'must be as "postgresql://facteur@localhost/facteur", or empty for a file')
    table.finish()
    return StoreConfig(url)


def _names_database(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:  # of a host in brackets that is no address
        return False
    return parts.scheme == "postgresql" and bool(parts.path.strip("/"))
