# SPDX-License-Identifier: GPL-3.0-or-later
"""The measuring: every codec on every page, in turns, and what came out is checked."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Final

from tests.benchmarks.peer import Peer, Sheet, Timed

ENCODE, DECODE = "encode", "decode"
_REPETITIONS_OF_SLOW: Final = 3
_BUDGET: Final = 1.5
"""Seconds after which a page isn't repeated any more in one coding and direction."""


@dataclass(frozen=True)
class Result:
    """The best time of one codec on one page, in one coding and direction."""

    peer: str
    sheet: str
    coding: str
    direction: str
    seconds: float
    size: int
    """Octets of the coded page."""
    right: bool
    """The page came back as it was, every time."""


@dataclass
class _Turns:
    """What one codec showed so far in the turns of one page."""

    seconds: float = float("inf")
    data: bytes | None = None
    steady: bool = True

    def took(self, timed: Timed) -> None:
        self.seconds = min(self.seconds, timed.seconds)
        if self.data is None:
            self.data = timed.data
        self.steady = self.steady and timed.data == self.data


def measure(ours: Peer, peers: Sequence[Peer], sheets: Iterable[Sheet], repetitions: int) -> Iterator[Result]:
    """All results of the pages. Every codec decodes the bits that ours made; ours decodes what each of them made."""
    for sheet in sheets:
        for coding in ours.codings:
            codecs = [ours, *(peer for peer in peers if coding in peer.codings)]
            yield from _page(codecs, sheet, coding, repetitions)


def _page(codecs: list[Peer], sheet: Sheet, coding: str, repetitions: int) -> Iterator[Result]:
    ours = codecs[0]
    encoded = _turns(codecs, repetitions, lambda codec: codec.encode(sheet, coding))
    for codec, turns in zip(codecs, encoded, strict=True):
        bits = turns.data or b""
        right = turns.steady and ours.decode(bits, sheet, coding).data == sheet.data
        yield Result(codec.name, sheet.name, coding, ENCODE, turns.seconds, len(bits), right)
    bits = encoded[0].data or b""
    decoded = _turns(codecs, repetitions, lambda codec: codec.decode(bits, sheet, coding))
    for codec, turns in zip(codecs, decoded, strict=True):
        right = turns.steady and turns.data == sheet.data
        yield Result(codec.name, sheet.name, coding, DECODE, turns.seconds, len(bits), right)


def _turns(codecs: list[Peer], repetitions: int, work: Callable[[Peer], Timed]) -> list[_Turns]:
    """Each codec once, then each again: what else happens on the machine hurts all alike."""
    turns = [_Turns() for _ in codecs]
    end = monotonic() + _BUDGET
    gc.collect()
    gc.disable()
    for repetition in range(repetitions):
        if repetition and monotonic() > end:
            break
        for codec, turn in zip(codecs, turns, strict=True):
            if repetition < _REPETITIONS_OF_SLOW or not codec.slow:
                turn.took(work(codec))
    gc.enable()
    return turns
