# SPDX-License-Identifier: GPL-3.0-or-later
"""A table of modems with known peculiarities: how to recognise them, what is wrong, and the evidence.

A row needs evidence that others can read, or a measurement. Behaviour that any modem may have (late answers, CONNECT
without a frame, an echo that stays on) does not get a row: the driver copes with it in all modems.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from faxcore.model.sentence import Sentence


@dataclass(frozen=True)
class KnownModem:
    """One row of the table."""

    pattern: str
    """A regular expression that one of the modem's answers to I, +FMI?, +FMM?, +FMR? ... contains."""
    cause: Sentence
    """The problem and its remedy, for a person."""
    evidence: str
    """The document that describes it, or the measurement."""
    setup: tuple[str, ...] = ()
    """Commands that correct it, sent after each reset."""


TABLE: Final = (
    KnownModem(
        pattern=r"\bspandsp\b",
        cause=Sentence(
            "This is libspandsp's soft modem, as on the simulated exchange. Its wait for silence never ends on a noisy"
            " line, so Facteur breaks that off after a second."
        ),
        evidence="measured with libspandsp2 0.0.6: +FRS waits until the line is below -36 dBm0",
    ),
    KnownModem(
        pattern=r"\bU-?336",
        cause=Sentence(
            "This modem does not report fax class 1 until bit 4 of its register S57 is set. Facteur sets it."
        ),
        evidence="ZyXEL, U-336R/RE user's manual, Class 1 commands control: with S57.4=0, +FCLASS=? does not report 1",
        setup=("S57.4=1",),
    ),
    KnownModem(
        pattern=r"(?i)\bDataPort\b",
        cause=Sentence(
            "Firmware older than revision 133 of this modem leaves the check sequence out of the frames that it hands"
            " over: fax frames then cannot be told from noise. It needs a newer firmware."
        ),
        evidence='FlexFAX, file MODEMS (1993): "AT&T Paradyne DataPort 14.4", revision 122',
    ),
    KnownModem(
        pattern=r"(?i)\b(Courier|Sportster)\b",
        cause=Sentence(
            "Older firmware of this modem now and then loses an octet with hardware flow control, and with it the page."
            " If pages fail in their middle, update its firmware."
        ),
        evidence="mgetty manual, 5.1.17: bugs of RTS/CTS flow control in older U.S. Robotics firmware",
    ),
)


def find_known(answers: Sequence[str]) -> KnownModem | None:
    """Find the row of a modem that gives these answers about itself."""
    return next((row for row in TABLE for answer in answers if re.search(row.pattern, answer)), None)
