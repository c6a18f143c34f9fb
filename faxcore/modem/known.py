# SPDX-License-Identifier: GPL-3.0-or-later
"""Modems that are known to behave in ways of their own: how to tell them, what is the matter, and who says so.

A row stands here only with evidence that others can read, or with a measurement. What every modem may do (late answers,
CONNECT without a frame, an echo that stays on) is no row: the driver takes that from all of them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from faxcore.model.sentence import Sentence


@dataclass(frozen=True)
class Known:
    """One row of the table."""

    pattern: str
    """A regular expression that one of the modem's answers to I, +FMI?, +FMM?, +FMR? ... contains."""
    cause: Sentence
    """What is the matter, and what to do, for a person."""
    evidence: str
    """Where that is documented, or how it was measured."""
    setup: tuple[str, ...] = ()
    """Commands that set it right, sent after each reset."""


TABLE: Final = (
    Known(
        pattern=r"\bspandsp\b",
        cause=Sentence(
            "This is libspandsp's soft modem, as on the simulated exchange. Its wait for silence never ends on a noisy"
            " line, so Facteur breaks that off after a second."
        ),
        evidence="measured with libspandsp2 0.0.6: +FRS waits until the line is below -36 dBm0",
    ),
    Known(
        pattern=r"\bU-?336",
        cause=Sentence("This modem hides its fax class 1 until bit 4 of its register S57 is set. Facteur sets it."),
        evidence="ZyXEL, U-336R/RE user's manual, Class 1 commands control: with S57.4=0, +FCLASS=? does not report 1",
        setup=("S57.4=1",),
    ),
    Known(
        pattern=r"(?i)\bDataPort\b",
        cause=Sentence(
            "Firmware older than revision 133 of this modem leaves the check sequence out of the frames that it hands"
            " over: fax frames then cannot be told from noise. It needs a newer firmware."
        ),
        evidence='FlexFAX, file MODEMS (1993): "AT&T Paradyne DataPort 14.4", revision 122',
    ),
    Known(
        pattern=r"(?i)\b(Courier|Sportster)\b",
        cause=Sentence(
            "Older firmware of this modem now and then loses an octet with hardware flow control, and with it the page."
            " If pages fail in their middle, update its firmware."
        ),
        evidence="mgetty manual, 5.1.17: bugs of RTS/CTS flow control in older U.S. Robotics firmware",
    ),
)


def known(answers: Sequence[str]) -> Known | None:
    """The row of a modem that says this of itself."""
    return next((row for row in TABLE for answer in answers if re.search(row.pattern, answer)), None)
