# SPDX-License-Identifier: GPL-3.0-or-later
"""The modulation codes of +FTM and +FRM (T.31, Table 3)."""

from __future__ import annotations

from faxcore.t30.modulation import Modulation

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


def code(modulation: Modulation, short: bool) -> int:
    """The code of a modulation; V.17 with short training is one higher."""
    return LONG[modulation.name, modulation.rate] + int(short and modulation.short_training)
