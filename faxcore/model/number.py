# SPDX-License-Identifier: GPL-3.0-or-later
"""The kinds of numbers that may be called, and the signs of which they are made."""

from __future__ import annotations

import re
from enum import Enum
from typing import Final


class NumberKind(Enum):
    """The kinds of what is called, as a person knows them."""

    INTERNAL = "internal"
    FIXED = "fixed"
    MOBILE = "mobile"
    FIXED_OR_MOBILE = "fixed or mobile"
    FREE = "free"
    VOIP = "voip"
    COMPANY = "company"
    OTHER = "other"


def keep_signs(number: str) -> str:
    """Keep the signs of a number that can be called: digits, + * and #."""
    return re.sub(r"[^0-9+*#]", "", number)


def drop_separators(number: str) -> str:
    """Drop the signs with which people part a number to read it."""
    return re.sub(r"[ ./()\-]", "", number)


HIDDEN: Final = 4
"""Digits at the end of a number that are hidden where it is shortened, as the itemised bills of carriers do."""


def shorten(number: str) -> str:
    """Hide the last digits of a number."""
    return number[:-HIDDEN] + "*" * min(HIDDEN, len(number))
