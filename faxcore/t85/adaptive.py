# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the adaptive pixel is put: what the encoder is free to choose, and T.82 discusses in Annex C.

Photographs are printed through regular screens, and there the pixel one period to the left predicts better than any
neighbour: a page of them takes a third to a fifth of the octets. So before a stripe is coded a sample of its rows is
looked at, of those that are no mere copies of the row above. Shifts whose pixels most often agree with the pixel
itself (or most often do not, which is as good) are candidates; then for these, for the place where the adaptive
pixel is, and for its home the entropy is estimated in contexts of five neighbours and the adaptive pixel. Text and
drawings, and photographs with error diffusion, have no period and are left alone.

Annex C looks at agreement only; the entropy keeps us from moves that would make the page larger.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import log2
from typing import Final

from faxcore.t85.image_header import MAX_AT_SHIFT

HOME: Final = 0

WHOLE_SAMPLE: Final = 32
"""No more rows than these are all looked at."""
STEP: Final = 7
"""Of others, one of seven: few screens have a period that is a multiple of that."""
FIRST: Final = 2
BUSY: Final = 16
"""One pixel of so many differs from its left neighbour, at least, where a screen is looked for: in text fewer do."""
CANDIDATES: Final = 3
_WORTH_BITS: Final = 128
"""An ATMOVE costs 64 bits, and the contexts must be learned anew."""


def sampled(rows: int) -> range:
    """Which are looked at of the rows that differ from those above them, the first being 0."""
    return range(rows) if rows <= WHOLE_SAMPLE else range(FIRST, rows, STEP)


def candidates(differing: Sequence[int], home: int, nearest: int, pixels: int) -> list[int]:
    """The most telling shifts, if they tell more than home does.

    Of the pixels, `differing[t]` are unlike the one `t` to the left, and `home` are unlike the one at home.
    """
    telling = sorted((min(differing[t], pixels - differing[t]), t) for t in range(nearest, MAX_AT_SHIFT + 1))
    return [shift for differ, shift in telling[:CANDIDATES] if 4 * differ < 3 * min(home, pixels - home)]


def entropy(whites: Sequence[int], blacks: Sequence[int]) -> float:
    """Bits to code so many white and black pixels, by context."""
    bits = 0.0
    for white, black in zip(whites, blacks, strict=True):
        if white and black:
            both = white + black
            bits -= white * log2(white / both) + black * log2(black / both)
    return bits


def choice(entropies: dict[int, float], current: int, rows: int) -> int:
    """The shift to code so many differing rows with: the best, if that is worth a move."""
    best = min(entropies, key=lambda shift: (entropies[shift], shift))
    saved = entropies[current] - entropies[best]
    return best if saved * 16 > entropies[current] and saved * rows > _WORTH_BITS * len(sampled(rows)) else current


class _Sample:
    """The rows that are looked at, one behind the other in one integer, and the rows above them."""

    def __init__(self, rows: Sequence[int], width: int) -> None:
        self.width = width
        differing = [pair for pair in pairwise(rows) if pair[0] != pair[1]]
        self.rows_in_all = len(differing)
        chosen = [differing[at] for at in sampled(len(differing))]
        self.pixels = len(chosen) * width
        self.ones = sum(1 << width * at for at in range(len(chosen)))
        self.above = self._joined([above for above, _ in chosen])
        self.row = self._joined([row for _, row in chosen])

    def _joined(self, rows: Sequence[int]) -> int:
        joined = 0
        for row in rows:
            joined = joined << self.width | row
        return joined

    def left(self, rows: int, pixels: int) -> int:
        """What is so many pixels left of each pixel."""
        inside = max(self.width - pixels, 0)
        return rows >> pixels & self.ones * ((1 << inside) - 1)

    def right(self, rows: int, pixels: int) -> int:
        """What is so many pixels right of each pixel."""
        inside = max(self.width - pixels, 0)
        return (rows & self.ones * ((1 << inside) - 1)) << pixels

    def entropy(self, shift: int) -> float:
        """As estimated with the adaptive pixel there."""
        whites, blacks = [self.row ^ (1 << self.pixels) - 1], [self.row]
        adaptive = self.left(self.row, shift) if shift else self.right(self.above, 2)
        near = [self.left(self.row, 1), self.left(self.row, 2)]
        near += [self.left(self.above, 1), self.above, self.right(self.above, 1)]
        for neighbour in (*near, adaptive):
            whites = [part for pixels in whites for part in (pixels & ~neighbour, pixels & neighbour)]
            blacks = [part for pixels in blacks for part in (pixels & ~neighbour, pixels & neighbour)]
        return entropy([pixels.bit_count() for pixels in whites], [pixels.bit_count() for pixels in blacks])


def best_shift(rows: Sequence[int], width: int, current: int, nearest: int) -> int:
    """The shift for a stripe: its rows as integers, and before them the row above it. 0 is home."""
    sample = _Sample(rows, width)
    shifts = {HOME, current}
    row = sample.row
    if sample.pixels and (row ^ sample.left(row, 1)).bit_count() * BUSY >= sample.pixels:
        differing = [(row ^ sample.left(row, t)).bit_count() for t in range(MAX_AT_SHIFT + 1)]
        home = (row ^ sample.right(sample.above, 2)).bit_count()
        shifts.update(candidates(differing, home, nearest, sample.pixels))
    if shifts == {current}:
        return current
    return choice({shift: sample.entropy(shift) for shift in sorted(shifts)}, current, sample.rows_in_all)
