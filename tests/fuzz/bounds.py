# SPDX-License-Identifier: GPL-3.0-or-later
"""Bounds of what one input may cost a parser, and the reading of an input piece by piece."""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

SECONDS: Final = 1.0
"""Seconds of processor for one input (promise P16)."""
MEMORY: Final = 256 * 1024
"""Kilobytes by which one input may raise what the process has had at most (P16)."""


@contextmanager
def bounded() -> Iterator[None]:
    """Run one input; AssertionError if it costs more than P16 allows."""
    began, had = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    yield
    seconds = time.process_time() - began
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - had
    if seconds > SECONDS:
        raise AssertionError(f"an input took {seconds:.1f} s")
    if grown > MEMORY:
        raise AssertionError(f"an input took {grown >> 10} MB")


class Pieces:
    """Octets that are taken piece by piece; past their end there are zeros."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    @property
    def over(self) -> bool:
        """True if nothing is left."""
        return self._at >= len(self._data)

    def octet(self) -> int:
        """Take one octet."""
        self._at += 1
        return self._data[self._at - 1] if self._at <= len(self._data) else 0

    def piece(self) -> bytes:
        """Take the octets whose number the next octet says; fewer at the end."""
        count = self.octet()
        self._at += count
        return self._data[self._at - count : self._at]

    def rest(self) -> bytes:
        """Take all that is left."""
        at, self._at = self._at, len(self._data)
        return self._data[at:]
