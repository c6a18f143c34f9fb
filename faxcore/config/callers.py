# SPDX-License-Identifier: GPL-3.0-or-later
"""Numbers of callers, named by how they begin, and the words for calls that bring none."""

from __future__ import annotations

import re
from typing import Final

from faxcore.config.table import Table
from faxcore.model.number import drop_separators

UNKNOWN: Final = "unknown"
"""The word for every call that brings no caller's number, whatever the reason."""
WITHHELD: Final = "withheld"
"""The word for calls whose caller hides his number, as the exchange says."""


def read_callers(table: Table, key: str, word: str) -> tuple[str, ...]:
    """Read beginnings of numbers in international form, as +331, without + of internal ones; or this word."""
    begins = list(map(drop_separators, table.texts(key)))
    for index, begin in enumerate(begins):
        if begin != word and not re.fullmatch(r"\+[1-9][0-9]{0,14}|[1-9*#][0-9*#]{0,29}", begin, re.ASCII):
            problem = f"{begin!r} is not the beginning of a caller's number: write it in international form, as +331"
            raise table.error(key, f'{problem}; "{word}" for calls without one', index)
    return tuple(begins)


def begins_with(number: str, begins: tuple[str, ...]) -> bool:
    """Return whether a number, in the form of `number_key`, is one of these callers; empty: it is not known."""
    return number.startswith(begins) if number else UNKNOWN in begins
