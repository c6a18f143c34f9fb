# SPDX-License-Identifier: GPL-3.0-or-later
"""[[header]]: the headers that a sender may choose from."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from faxcore.config.offered_languages import read_language
from faxcore.config.table import Table, refuse_repeated
from faxcore.model.header import SHIPPED, Header
from faxcore.model.sentence import literal

COVERS: Final = tuple(sorted(path.stem for path in (Path(__file__).parents[1] / "document/covers").glob("*.html")))
"""The templates that a header may name as its cover page; empty: none."""


def read_headers(top: Table) -> tuple[Header, ...]:
    """Every [[header]]; without any, those that are shipped."""
    tables = top.tables("header")
    headers = tuple(_read_header(table) for table in tables)
    refuse_repeated(tables, "id", [header.id for header in headers])
    return headers or SHIPPED


def _read_header(table: Table) -> Header:
    header = Header(
        id=table.text("id"),
        name=literal(table.text("name")),
        heading=table.text("heading", ""),
        sender_lines=table.texts("sender"),
        cover=table.choice("cover", "", ("", *COVERS)) or None,
        language=read_language(table),
    )
    if not header.id:
        raise table.error("id", "must not be empty")
    table.finish()
    return header
