# SPDX-License-Identifier: GPL-3.0-or-later
"""The neighbourhood that predicts a pixel: T.82, 6.7, as a context of ten bits.

    three lines:   . 9 8 7 .        two lines:   9 8 7 6 5 A
                   6 5 4 3 A                     3 2 1 0 ?
                   1 0 ?

The digits are the bits of the context, `?` is the pixel, and A the adaptive pixel: bit 2 (three lines) or bit 4
(two). An ATMOVE moves it to the pixel's own row, some pixels to the left. Around the page all is white.

Rows are handled with one octet a pixel, 0 or 1. To see seven pixels around each of a row's pixels at once,
`make_windows` adds the row to itself seven times, shifted by an octet and by a bit each time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_ONE_EACH: Final = bytes.maketrans(b"01", b"\0\1")
_DIGITS: Final = bytes.maketrans(b"\0\1", b"01")
_LEFT, _RIGHT = 4, 2
_WINDOWS: Final = range(1 << (_LEFT + 1 + _RIGHT))


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


@dataclass(frozen=True)
class Template:
    """One of the two neighbourhoods."""

    two_above: tuple[int, ...]
    """The bits of a context, by the window of the row two above the pixel."""
    above: tuple[int, ...]
    """The same of the row above, with A at home."""
    before: tuple[int, ...]
    """The same of the pixel's own row: only what is left of it counts."""
    before_mask: int
    adaptive: int
    """The bit of A."""
    slntp: int
    """The context of the pseudo-pixel that tells whether a row is typical (T.82, 6.6)."""
    nearest_shift: int
    """The least ATMOVE that does not move A onto a pixel of the template."""

    def contexts_above(self, two_above: bytes, above: bytes, shift: int) -> list[int]:
        """Compute the part of each pixel's context that comes from the windows of the two rows above."""
        table = [bits & ~self.adaptive for bits in self.above] if shift else self.above
        far = self.two_above
        return [far[two] | table[one] for two, one in zip(two_above, above, strict=True)]

    def contexts(self, two_above: bytes, above: bytes, row: bytes, pixels: bytes, shift: int) -> list[int]:
        """Compute each pixel's context from the windows of three rows, and the pixels of the last."""
        before = self.before
        upper = self.contexts_above(two_above, above, shift)
        contexts = [part | before[window] for part, window in zip(upper, row, strict=True)]
        if shift:
            moved = (bytes(shift) + pixels)[: len(pixels)]
            contexts = [part | far * self.adaptive for part, far in zip(contexts, moved, strict=True)]
        return contexts


THREE_LINES: Final = Template(
    two_above=tuple((window >> 1 & 0b111) << 7 for window in _WINDOWS),
    above=tuple((window & 0b11111) << 2 for window in _WINDOWS),
    before=tuple(window >> 3 & 0b11 for window in _WINDOWS),
    before_mask=0b11,
    adaptive=1 << 2,
    slntp=0b001_11001_01,
    nearest_shift=3,
)

TWO_LINES: Final = Template(
    two_above=tuple(0 for _ in _WINDOWS),
    above=tuple((window & 0b111111) << 4 for window in _WINDOWS),
    before=tuple(window >> 3 & 0b1111 for window in _WINDOWS),
    before_mask=0b1111,
    adaptive=1 << 4,
    slntp=0b011001_0101,
    nearest_shift=5,
)
