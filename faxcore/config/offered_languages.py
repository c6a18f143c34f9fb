# SPDX-License-Identifier: GPL-3.0-or-later
"""`language`: that of what is written for somebody, which a person, a number and a header may each have."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from faxcore.config.table import Table

LANGUAGES: Final = (
    "en",
    *sorted(path.parent.name for path in (Path(__file__).parents[1] / "locale").glob("*/LC_MESSAGES")),
)
"""The languages that Facteur speaks: English, in which it is written, and those of its catalogues."""


def read_language(table: Table) -> str:
    """A language; empty if there is not one."""
    return table.choice("language", "", LANGUAGES) if "language" in table else ""
