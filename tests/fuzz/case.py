# SPDX-License-Identifier: GPL-3.0-or-later
"""An input of the fuzzer: ten octets that say what to do, and a body to do it with.

    octet   t4                                          t85
    0       bits 0-1 the coding, 4 octet-aligned EOL    bits 0 typical prediction, 1 two lines, 4 adaptive, 5 rows known
            in both, bit 2: encode, not decode; bit 3: a big page, without the slow plain codec
    1-2     width
    3-4     rows: the most that a decoder may make; those that an encoder gets
    5-6     sizes of the chunks, in turns; of the first 0 is: all at once
    7       K                                           rows a stripe
    8       octets of a row at least
    9       how often the body is repeated, on a big page

What an input asks for is cut to what takes milliseconds, so no input is too big to run and none is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

HEADER: Final = 10
_BIG_BODY: Final = 1 << 17
"""Octets that a repeated body may have: more than one chunk of the decoder's own, and enough to break off at."""
_BIG_ROWS: Final = 12_000
_ROWS: Final = 200
"""Rows that the plain codec works on: each costs it a tenth of a millisecond."""

ENCODE, BIG, ALIGN = 1 << 2, 1 << 3, 1 << 4
TYPICAL, TWO_LINES, ADAPTIVE, ROWS_KNOWN = 1 << 0, 1 << 1, 1 << 4, 1 << 5


@dataclass(frozen=True)
class Case:
    """One input, taken apart."""

    flags: int
    width: int
    rows: int
    first_chunk: int
    second_chunk: int
    k: int
    row_octets: int
    repeat: int
    body: bytes

    def octets(self) -> bytes:
        """The input."""
        chunks = bytes((self.first_chunk, self.second_chunk, self.k, self.row_octets, self.repeat))
        return bytes((self.flags,)) + self.width.to_bytes(2, "big") + self.rows.to_bytes(2, "big") + chunks + self.body

    @property
    def big(self) -> bool:
        """Too big for the plain codec."""
        return bool(self.flags & BIG)

    @property
    def stride(self) -> int:
        """Octets a row."""
        return (self.width + 7) // 8

    def bits(self) -> bytes:
        """What a decoder gets."""
        return (self.body * (1 + self.repeat if self.big else 1))[:_BIG_BODY]

    def row_limit(self, small: int, big: int) -> int:
        """The rows that the input asks for, or as many as a page of so many octets has."""
        octets, rows = (big, _BIG_ROWS) if self.big else (small, _ROWS)
        return min(self.rows, rows, max(1, octets // self.stride))

    def page(self, small: int, big: int) -> bytes:
        """Rows for an encoder: the body over and over, padding bits and all."""
        size = self.row_limit(small, big) * self.stride
        material = self.body or b"\0"
        return (material * (size // len(material) + 1))[:size]

    def chunks(self, data: bytes, unit: int = 1) -> Iterator[bytes]:
        """The data in pieces of the input's sizes, each so many units; a big page's pieces are 64 times as long."""
        scale = unit * (64 if self.big else 1)
        sizes = (self.first_chunk * scale, max(1, self.second_chunk) * scale) if self.first_chunk else (len(data) or 1,)
        at = turn = 0
        while at < len(data):
            size = sizes[turn % len(sizes)]
            yield data[at : at + size]
            at += size
            turn += 1


def case_of(data: bytes) -> Case:
    """Any octets as a case; those that are missing are zeros."""
    head = data[:HEADER].ljust(HEADER, b"\0")
    width = int.from_bytes(head[1:3], "big") or 1
    return Case(head[0], width, int.from_bytes(head[3:5], "big"), *head[5:HEADER], data[HEADER:])
