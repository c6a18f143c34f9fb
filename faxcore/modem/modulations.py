# SPDX-License-Identifier: GPL-3.0-or-later
"""The modulation codes of +FTM and +FRM (T.31, Table 3), and the lists of them that modems give.

Lists of values come in as many forms as there are manufacturers: `24,48,72-74`, `(24,48),(0-1)`, `+FTM: 24 48`.
"""

from __future__ import annotations

import re

from faxcore.t30.modulation import ALL, Modulation

LARGEST_RANGE = 256

LONG = {
    ("V.27ter", 2400): 24,
    ("V.27ter", 4800): 48,
    ("V.29", 7200): 72,
    ("V.29", 9600): 96,
    ("V.17", 7200): 73,
    ("V.17", 9600): 97,
    ("V.17", 12000): 121,
    ("V.17", 14400): 145,
}


def modulation_code(modulation: Modulation, short: bool) -> int:
    """Return the code of a modulation; V.17 with short training is one higher."""
    return LONG[modulation.name, modulation.rate] + int(short and modulation.short_training)


def parse_values(lines: list[str]) -> set[int]:
    """Parse the numbers in a modem's list of values, with its ranges written out; empty if it is not a list."""
    found: set[int] = set()
    text = " ".join(lines)
    for first, last in re.findall(r"(\d{1,5})(?:\s*-\s*(\d{1,5}))?", text.partition(":")[2] or text):
        low, high = int(first), int(last or first)
        found |= set(range(low, min(high, low + LARGEST_RANGE) + 1))
    return found


def parse_service_classes(lines: list[str]) -> tuple[str, ...]:
    """Parse the service classes in the answer to +FCLASS=?, as they are printed there."""
    return tuple(re.findall(r"\d+(?:\.\d+)?", " ".join(lines).partition(":")[2] or " ".join(lines)))


def choose_class_1(lines: list[str]) -> str:
    """Choose the service class to work in from the answer to +FCLASS=?: 1, or 1.0 if there is only that; else empty."""
    return next((each for each in ("1", "1.0") if each in parse_service_classes(lines)), "")


def parse_modulations(lines: list[str]) -> tuple[Modulation, ...]:
    """Parse the modulations in the answer to +FTM=? or +FRM=?, fastest first."""
    codes = parse_values(lines)
    return tuple(modulation for modulation in ALL if LONG[modulation.name, modulation.rate] in codes)
