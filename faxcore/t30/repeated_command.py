# SPDX-License-Identifier: GPL-3.0-or-later
"""Telling a post-message command that comes again from one behind a page that was lost, without error correction.

Both come without a page before them, so only time tells. A sender that has not heard our answer repeats its command
when T4 is over; a page takes as long as its rows. Where the agreed format allows a page that is shorter than a sender
may wait, the page counts: to send one twice is better than to confirm one that never came
(docs/decisions/post-message-command-without-page.md).
"""

from __future__ import annotations

from typing import Final

from faxcore.model.page import Coding
from faxcore.t30.capabilities import Agreement

USUAL_SECONDS: Final = 2.5
"""Seconds after our answer in which a command is a repeat in any format: T4 at its longest, 3.0 s and 15 %, less the
1.3 s of our answer, and the time that a modem needs to recognise a carrier. Line delays shift both alike.
"""
LONGEST_SECONDS: Final = 5.5
"""Seconds after our answer after which no command is a repeat: T4 of a machine worked by hand at its longest, 4.5 s and
15 %, run anew behind an answer that it heard but could not read, and the time to recognise a carrier.
"""
SHORTEST_MM: Final = 100.0
"""Millimetres of the shortest page that another one follows: ours, not a value of T.30. Sheet feeders take nothing
shorter than A6 on its side, 105 mm; senders that cut white paper off do so behind the last page.
"""
MH_ROW_BITS: Final = 29
"""Bits of a white row in MH: EOL, and 1728 and 0 white pixels (T.4, 2.1)."""
MR_ROW_BITS: Final = 14
"""Bits of a white row in MR that is coded like the one above: EOL with its tag, and V0."""
CARRIER_SECONDS: Final = 3.0
"""Seconds of the V.21 carrier of a command, from when it is recognised, with room: it is a second of preamble and one
short frame."""


def find_repeat_window(agreement: Agreement) -> float:
    """Return the seconds after our answer in which a command without a page before it is a repeat: as long as a sender
    may wait, but no longer than the shortest page takes to come, if that leaves more than the usual.
    """
    row_bits = MH_ROW_BITS if agreement.format.coding is Coding.MH else MR_ROW_BITS
    rows = SHORTEST_MM * agreement.format.resolution.rows_per_mm
    shortest = rows * max(row_bits, agreement.min_row_bits) / agreement.modulation.rate
    return max(USUAL_SECONDS, min(LONGEST_SECONDS, shortest))


def is_in_time(agreement: Agreement, answered: float, began: float, ended: float) -> bool:
    """Return whether a command came so soon after our answer (`answered`) that it is a repeat. `began` is when a
    carrier was recognised in place of a page, `ended` when the first thing that was heard in it was over.

    A modem that cannot train on the carrier of a page may say that it is of the other kind: then it lasts longer.
    """
    return began - answered < find_repeat_window(agreement) and ended - began < CARRIER_SECONDS
