# SPDX-License-Identifier: GPL-3.0-or-later
"""The neighbourhood that predicts a pixel: T.82, 6.7, as a context of ten bits.

    three lines:   . 9 8 7 .        two lines:   9 8 7 6 5 A
                   6 5 4 3 A                     3 2 1 0 ?
                   1 0 ?

The digits are the bits of the context, `?` is the pixel, and A the adaptive pixel: bit 2 (three lines) or bit 4
(two). An ATMOVE moves it to the pixel's own row, some pixels to the left. Around the page all is white.

Rows are handled with one octet a pixel, 0 or 1. To see seven pixels around each of a row's pixels at once,
`make_windows` adds the row to itself seven times, shifted by an octet and by a bit each time. The contexts of a whole
row are made at once, too: what each of three rows gives, looked up by window, in two octets a pixel.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

_ONE_EACH: Final = bytes.maketrans(b"01", b"\0\1")
_DIGITS: Final = bytes.maketrans(b"\0\1", b"01")
_LEFT, _RIGHT = 4, 2
_WINDOWS: Final = range(1 << (_LEFT + 1 + _RIGHT))
_LOW_OCTET: Final = 0 if sys.byteorder == "little" else 1


def pixels_of(row: int, width: int) -> bytes:
    """Return a row that is an integer, its right end the lowest bit, with one octet a pixel."""
    return bin(1 << width | row)[3:].encode().translate(_ONE_EACH)


def pack(pixels: bytes | bytearray) -> bytes:
    """Pack the row of these pixels, most significant bit first, padding bits zero."""
    width = len(pixels)
    return (int(pixels.translate(_DIGITS), 2) << (-width % 8)).to_bytes((width + 7) // 8, "big")


def make_windows(pixels: bytes) -> bytes:
    """Make a window for each pixel: four left of it, itself, and two right of it, most significant bit first."""
    row = int.from_bytes(pixels, "big")
    seven = 0
    for bit, shift in enumerate(range(-_RIGHT, _LEFT + 1)):
        seven |= (row >> 8 * shift if shift > 0 else row << -8 * shift) << bit
    width = len(pixels)
    return (seven & (1 << 8 * width) - 1).to_bytes(width, "big")


class _Bits:
    """The bits of a context that come from one row, by the row's window (or its pixel)."""

    def __init__(self, *bits: int) -> None:
        self._low, self._high = (bytes(each >> shift & 0xFF for each in bits).ljust(256, b"\0") for shift in (0, 8))

    def of_row(self, windows: bytes) -> int:
        """Look them up for all pixels of a row: an integer of two octets a pixel, as the machine orders them."""
        octets = bytearray(2 * len(windows))
        octets[_LOW_OCTET::2] = windows.translate(self._low)
        octets[1 - _LOW_OCTET :: 2] = windows.translate(self._high)
        return int.from_bytes(octets, "big")


@dataclass(frozen=True)
class Template:
    """One of the two neighbourhoods."""

    two_above: _Bits
    """The bits of a context, by the window of the row two above the pixel."""
    above: _Bits
    """The same of the row above, with A at home."""
    above_without: _Bits
    """The same without A, which has moved."""
    before: _Bits
    """The same of the pixel's own row: only what is left of it counts."""
    before_mask: int
    adaptive: int
    """The bit of A."""
    slntp: int
    """The context of the pseudo-pixel that tells whether a row is typical (T.82, 6.6)."""
    nearest_shift: int
    """The least ATMOVE that does not move A onto a pixel of the template."""

    def contexts_above(self, two_above: bytes, above: bytes, shift: int) -> Sequence[int]:
        """Compute the part of each pixel's context that comes from the windows of the two rows above."""
        return _as_contexts(self._bits_above(two_above, above, shift), len(above))

    def contexts(self, two_above: bytes, above: bytes, row: bytes, pixels: bytes, shift: int) -> Sequence[int]:
        """Compute each pixel's context from the windows of three rows, and the pixels of the last."""
        bits = self._bits_above(two_above, above, shift) | self.before.of_row(row)
        if shift:
            bits |= _Bits(0, self.adaptive).of_row((bytes(shift) + pixels)[: len(pixels)])
        return _as_contexts(bits, len(pixels))

    def _bits_above(self, two_above: bytes, above: bytes, shift: int) -> int:
        return self.two_above.of_row(two_above) | (self.above_without if shift else self.above).of_row(above)


def _as_contexts(bits: int, width: int) -> Sequence[int]:
    return array("H", bits.to_bytes(2 * width, "big"))


THREE_LINES: Final = Template(
    two_above=_Bits(*((window >> 1 & 0b111) << 7 for window in _WINDOWS)),
    above=_Bits(*((window & 0b11111) << 2 for window in _WINDOWS)),
    above_without=_Bits(*((window & 0b11110) << 2 for window in _WINDOWS)),
    before=_Bits(*(window >> 3 & 0b11 for window in _WINDOWS)),
    before_mask=0b11,
    adaptive=1 << 2,
    slntp=0b001_11001_01,
    nearest_shift=3,
)

TWO_LINES: Final = Template(
    two_above=_Bits(),
    above=_Bits(*((window & 0b111111) << 4 for window in _WINDOWS)),
    above_without=_Bits(*((window & 0b111110) << 4 for window in _WINDOWS)),
    before=_Bits(*(window >> 3 & 0b1111 for window in _WINDOWS)),
    before_mask=0b1111,
    adaptive=1 << 4,
    slntp=0b011001_0101,
    nearest_shift=5,
)
