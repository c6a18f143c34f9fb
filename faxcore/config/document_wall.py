# SPDX-License-Identifier: GPL-3.0-or-later
"""[document]: how documents are opened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from faxcore.config.table import Table

AUTO: Final = "auto"
WALLS: Final = (AUTO, "bubblewrap", "landlock", "none")


@dataclass(frozen=True)
class DocumentConfig:
    """The opening of documents that others have made."""

    wall: str = AUTO
    """The wall around the processes that open them, one of `WALLS`; "auto" is the best that can be built."""


def read_document(table: Table) -> DocumentConfig:
    """[document]."""
    document = DocumentConfig(table.choice("wall", DocumentConfig.wall, WALLS))
    table.finish()
    return document
