# SPDX-License-Identifier: GPL-3.0-or-later
"""[document]: how documents are opened, and what becomes of long pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from faxcore.config.table import Table
from faxcore.model.paper import LongPages

AUTO: Final = "auto"
WALLS: Final = (AUTO, "unit", "bubblewrap", "landlock", "none")


@dataclass(frozen=True)
class DocumentConfig:
    """The opening of documents that others have made, and their pages."""

    wall: str = AUTO
    """The wall around the processes that open them, one of `WALLS`; "auto" is the best that can be built."""
    long_pages: LongPages = LongPages.REDUCE
    """The way to bring a page to the other end's paper that is longer than it prints."""


def read_document(table: Table) -> DocumentConfig:
    """[document]."""
    ways = tuple(way.value for way in LongPages)
    document = DocumentConfig(
        table.choice("wall", DocumentConfig.wall, WALLS),
        LongPages(table.choice("long_pages", DocumentConfig.long_pages.value, ways)),
    )
    table.finish()
    return document
