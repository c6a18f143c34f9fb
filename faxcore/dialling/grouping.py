# SPDX-License-Identifier: GPL-3.0-or-later
"""The groups of digits of a number that is being typed: "019900" is "01 99 00" in France, whatever follows."""

from __future__ import annotations

import re
from typing import Final

from phonenumbers import AsYouTypeFormatter

_TYPED: Final = re.compile(r"\+?[0-9 ]+", re.ASCII)
_LONGEST: Final = 20
"""Digits that are put in groups: no number has more."""


def group_digits(typed: str, region: str) -> str:
    """Put the digits of the beginning of a number in the groups of its country; a text with any other sign stays."""
    digits = typed.replace(" ", "")
    if not _TYPED.fullmatch(typed) or len(digits) > _LONGEST:
        return typed
    formatter = AsYouTypeFormatter(region)
    shown = ""
    for digit in digits:
        shown = formatter.input_digit(digit)
    # It is only to be read better: what would be dialled stays, sign for sign.
    return shown if re.sub(r"[^+0-9]", "", shown) == digits else typed
