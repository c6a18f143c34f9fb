# SPDX-License-Identifier: GPL-3.0-or-later
"""Estimate how long a call will be that sends a document, before it is dialled: pure.

A call is made of signals whose lengths T.30 gives, and of the pages' data. Carriers of frames come at 300 bit/s behind
a preamble of a second; between two carriers of different ends some 0.15 s pass. From the answer on, as it is reckoned
(`line/answer_time`):

    begin     CED and what follows until the carrier 2.7; DIS 1.9; DCS 2.1, training check 2.9; CFR 1.2
    a page    training 0.3; its data; the request for its confirmation 1.4, and that 1.2
    end       DCN 1.2

A page in another format than the one before is announced by EOM: the other end waits for T2, and both begin again. With
error correction, a page of more than 64 kB has a request and a confirmation for each 64 kB.

What is different at one number, such as a machine that thinks long, lines that spoil blocks, or rows that are filled up
for a slow printer, the calls before show: how much longer they took than this (`UsualCall.slowness`), and how much they
differed among themselves. A first call is taken to be like those to other numbers, and its bounds are wide.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Final

from faxcore.line.page_weights import PageWeight
from faxcore.store.past_calls import PastCall

TURN: Final = 0.15
AGREED: Final = 1.9 + TURN + 2.1 + 2.9 + TURN + 1.2 + TURN
"""Seconds in which both ends agree on a format and a rate."""
BEGIN: Final = 2.7 + AGREED
"""Seconds from the answer to the first page's carrier."""
CHANGED: Final = 6.0 + AGREED
"""Seconds behind a page for another format: T2, and agreeing on it."""
CONFIRMED: Final = 1.4 + TURN + 1.2 + TURN
"""Seconds for the request for a confirmation and that."""
TRAINED: Final = 0.3
END: Final = 1.2
FRAMED: Final = 1.05
"""The octets on the line for one of a page with error correction: frames, and bits stuffed into them."""
BLOCK: Final = 65536
"""Octets that are confirmed at once with error correction (T.4, A.3)."""
HEAVIEST: Final = 2.0
"""Times by which MH makes most pages heavier, by which the longest first call is reckoned."""
SURE: Final = 0.05
"""The share by which a call may be shorter or longer than the shortest and the longest before."""
SLOW_RATE: Final = 9600
"""Bits a second by which the longest first call is reckoned: that of lines on which V.17 fails."""


@dataclass(frozen=True)
class UsualCall:
    """A call to a number as it usually is."""

    rate: int = 14400
    coding: str = "MMR"
    error_correction: bool = True
    slowness: float = 1.0
    """The times by which such calls take longer than their signals and data should."""
    quickest: float = 1.0
    slowest: float = 1.0
    """The same of the quickest and the slowest of them."""
    known: bool = False
    """True if calls to that very number show it."""


@dataclass(frozen=True)
class CallLength:
    """The seconds of a call from the answer to its end: probably, and if all goes well or some things go wrong."""

    seconds: float
    least: float
    most: float


def learn_usual(there: Sequence[PastCall], elsewhere: Sequence[PastCall]) -> UsualCall:
    """Learn what a call to a number will be like from those there, the newest first, or else from those elsewhere."""
    calls = there or elsewhere
    if not calls:
        return UsualCall()
    ratios = [_find_slowness(call) for call in calls]
    kinds = [(call.rate, call.coding, call.error_correction) for call in calls]
    usual = kinds[0] if there else max(kinds, key=kinds.count)
    return UsualCall(*usual, median(ratios), min(ratios), max(ratios), known=bool(there))


def estimate_length(pages: Sequence[PageWeight], usual: UsualCall) -> CallLength:
    """Estimate a call that sends these pages, as the usual call codes them."""
    changes = sum((one.width, one.resolution) != (other.width, other.resolution) for one, other in pairwise(pages))
    seconds = _add_up([page.octets for page in pages], changes, usual)
    least, most = seconds * usual.quickest * (1 - SURE), seconds * usual.slowest * (1 + SURE)
    if not usual.known:
        slow = UsualCall(min(usual.rate, SLOW_RATE), "MH", error_correction=False)
        most = max(most, _add_up([page.octets * HEAVIEST for page in pages], changes, slow) * usual.slowest)
    return CallLength(seconds * usual.slowness, least, most)


def _find_slowness(call: PastCall) -> float:
    """Find how many times longer a call took than its signals and data should have."""
    made = UsualCall(call.rate, call.coding, call.error_correction)
    return call.seconds / _add_up([call.octets / call.sent] * call.sent, 0, made)


def _add_up(octets: Sequence[float], changes: int, usual: UsualCall) -> float:
    """Add up the signals and the data of a call whose pages have so many octets each, as they are coded."""
    return BEGIN + sum(_measure_page(each, usual) for each in octets) + changes * CHANGED + END


def _measure_page(octets: float, usual: UsualCall) -> float:
    if not usual.error_correction:
        return TRAINED + octets * 8 / usual.rate + CONFIRMED
    blocks = max(1, -(-int(octets) // BLOCK))
    return octets * 8 * FRAMED / usual.rate + blocks * (TRAINED + CONFIRMED)
