# SPDX-License-Identifier: GPL-3.0-or-later
"""[[header]]: the headers that a sender may choose from."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from faxcore.config.offered_languages import read_language
from faxcore.config.table import Table, refuse_repeated
from faxcore.model.header import SHIPPED, Header
from faxcore.model.sentence import literal

MOST_LOGO: Final = 500_000
"""Octets of a logo's file."""
_PICTURES: Final = (b"\x89PNG\r\n", b"\xff\xd8\xff")
"""The octets with which PNG and JPEG begin."""
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
        logo=_read_logo(table),
    )
    if not header.id:
        raise table.error("id", "must not be empty")
    table.finish()
    return header


def _read_logo(table: Table) -> str:
    """Read the path of a picture; empty if there is none."""
    if "logo" not in table:
        return ""
    path = table.path("logo")
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            begin = file.read(8)
    except OSError as error:
        raise table.error("logo", f"{path} cannot be read: {error.strerror}") from None
    if not begin.startswith(_PICTURES) or size > MOST_LOGO:
        raise table.error("logo", f"{path} must be a PNG or JPEG picture of at most {MOST_LOGO // 1000} kB")
    return str(path)
