# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows as packed bits and as changes: the positions at which the colour changes, the first from white to black.

Changes strictly increase and stay below the width; a change at an even index begins a black run. Both ways go
through one long integer a row, so that the work a pixel is done by the interpreter's own C.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache, reduce
from operator import xor

Changes = list[int]
_ONES = re.compile("1").finditer

_KEPT_WIDTH = 4096


def stride_of(width: int) -> int:
    """Return the octets of a packed row."""
    return (width + 7) // 8


def find_changes(row: bytes, width: int) -> Changes:
    """Find the changes of a packed row; padding bits don't count."""
    pixels = int.from_bytes(row, "big") >> (-width % 8)
    if not pixels:
        return []
    # A one for every pixel that differs from its left neighbour; to the left of the row all is white.
    differing = bin(pixels ^ (pixels >> 1) | 1 << width)[3:]
    return [one.start() for one in _ONES(differing)]


class _RightOf(dict[int, int]):
    """Rows by change: in each, every pixel from the change to the right end is black."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self._width = width

    def __missing__(self, change: int) -> int:
        row: int = (1 << (self._width - change)) - 1
        if self._width <= _KEPT_WIDTH:  # hostile widths would make this hundreds of megabytes
            self[change] = row
        return row


@lru_cache(maxsize=4)
def _right_of(width: int) -> _RightOf:
    return _RightOf(width)


def pack(changes: Iterable[int], width: int) -> bytes:
    """Pack the row that has these changes."""
    pixels = reduce(xor, map(_right_of(width).__getitem__, changes), 0)
    return (pixels << (-width % 8)).to_bytes(stride_of(width), "big")
