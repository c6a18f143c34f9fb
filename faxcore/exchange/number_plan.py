# SPDX-License-Identifier: GPL-3.0-or-later
"""Telephone numbers as the simulated network reads them: digits only, with France's prefixes folded."""

from __future__ import annotations

import re
from typing import Final

DIGIT_SECONDS: Final = 0.1
"""Time that one digit takes on the line (a tone of 70 ms and its pause)."""

PAUSE_SECONDS: Final = 2.0
"""Time of one comma in a dial string (V.250, 6.3.1, with S8 at its usual 2 s)."""


def normalise_number(number: str) -> str:
    """Return the number as the switch compares it: its digits; +33 and 0033 before a French number become 0."""
    found = re.sub(r"[^0-9*#]", "", number)
    if number.strip().startswith("+33"):
        return "0" + found[2:]
    if found.startswith("0033"):
        return "0" + found[4:]
    return found


def parse_dial_string(dial_string: str) -> tuple[str, float]:
    """Parse a dial string: the number that it asks for, and the seconds that dialling it takes.

    T and P choose tones or pulses, W waits for dial tone, a comma pauses. A prefix for an outside line, set
    off by a pause or a wait ("0,0199000001" or "0W0199000001"), belongs to a private exchange: this is a public
    one, so the part after the last pause is the number.
    """
    tail = re.split(r"[,W!]+", dial_string.upper().rstrip(",W!;"))[-1]
    seconds = DIGIT_SECONDS * len(normalise_number(dial_string)) + PAUSE_SECONDS * dial_string.count(",")
    return normalise_number(tail), seconds
