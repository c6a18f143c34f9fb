# SPDX-License-Identifier: GPL-3.0-or-later
"""Post-message commands and their answers, as tables (T.30, 5.3.6.1.6, 5.3.6.1.7 and A.4).

Silence, garbled answers, CRP, DCN and RNR are no answers here: `dialogue` deals with them before a procedure sees one.
Nor are PPR and the answers within a page: `ecm_sender` goes on with the page at those.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

from faxcore.t30.frames import FCF, NULL, find_fcf

COMMANDS: Final = {
    FCF.EOM: FCF.EOM,
    FCF.MPS: FCF.MPS,
    FCF.EOP: FCF.EOP,
    FCF.PRI_EOM: FCF.EOM,
    FCF.PRI_MPS: FCF.MPS,
    FCF.PRI_EOP: FCF.EOP,
}
"""The meaning of each post-message command (5.3.6.1.6); PRI-x asks for an operator, but nobody is there."""

CONFIRMS: Final = {
    FCF.MCF: frozenset({FCF.MPS, FCF.EOM, FCF.EOP}),
    FCF.RTP: frozenset({FCF.EOM, FCF.EOP}),
    FCF.RTN: frozenset[FCF](),
}
"""Our answers to a page, and the commands behind which each lets the sender go on; behind others it trains again, so
that its DCS comes next (5.3.6.1.7).
"""


class PageFate(Enum):
    """The fate of a page of ours, by the answer to its post-message command."""

    CONFIRMED = "confirmed"
    GIVEN_UP = "given up"
    """Too much of it is missing, and both ends go on without it."""
    AGAIN = "again"
    """It has to be sent again."""
    REFUSED = "refused"


@dataclass(frozen=True)
class Answer:
    """The meaning of an answer for the terminal that sends."""

    fate: PageFate
    trains: bool = False
    """True if DCS and training check come next, a rung down; but EOM leads to phase B in any case."""


ANSWERS: Final = {
    FCF.MCF: Answer(PageFate.CONFIRMED),
    # The other end wants its operator to speak: nobody is here.
    FCF.PIP: Answer(PageFate.CONFIRMED),
    FCF.RTP: Answer(PageFate.CONFIRMED, trains=True),
    FCF.RTN: Answer(PageFate.AGAIN, trains=True),
    FCF.PIN: Answer(PageFate.REFUSED),
    # To EOR (A.4.4).
    FCF.ERR: Answer(PageFate.GIVEN_UP),
    # It begins phase B again: libspandsp does so when it has missed a carrier. DTC comes from a terminal that polls us.
    FCF.DIS: Answer(PageFate.AGAIN, trains=True),
    FCF.DTC: Answer(PageFate.AGAIN, trains=True),
}
"""The answers to a post-message command, PPS-x and EOR-x (5.3.6.1.7, A.4.4). No other answer has a meaning."""

BEGUN_AGAIN: Final = (FCF.DIS, FCF.DTC)
"""Answers with which the other end begins phase B again."""


def read_post_message(code: int) -> FCF | None:
    """Read the post-message command that FCF2 stands for, PRI-x as its plain form; None for NULL.

    ValueError for a code that is not a post-message command.
    """
    if code == NULL:
        return None
    command = find_fcf(code)
    if command not in COMMANDS:
        raise ValueError(f"{code:02x} is not a post-message command")
    return COMMANDS[command]
