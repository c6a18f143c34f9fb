# SPDX-License-Identifier: GPL-3.0-or-later
"""The position of the adaptive pixel: the encoder is free to choose it, and T.82 discusses the choice in Annex C.

Photographs are printed through regular screens, and there the pixel one period to the left predicts better than any
neighbour: a page of them takes a third to a fifth of the octets. So before a stripe is coded a sample of its rows is
examined, taken from those that differ from the row above. Shifts whose pixels most often agree with the pixel itself
(or most often do not, which is as good) are candidates; then for these, for the present position of the adaptive pixel,
and for its home the entropy is estimated in contexts of five neighbours and the adaptive pixel. Text and drawings, and
photographs with error diffusion, have no period and are left alone.

Annex C uses agreement only; the entropy prevents moves that would make the page larger.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import log2
from typing import Final

from faxcore.t85.image_header import MAX_AT_SHIFT

HOME: Final = 0

WHOLE_SAMPLE: Final = 32
"""The largest number of rows that are all examined."""
STEP: Final = 7
"""Of more rows, one of seven is examined: few screens have a period that is a multiple of that."""
FIRST: Final = 2
BUSY: Final = 16
"""A screen is looked for only if at least one pixel of so many differs from its left neighbour: in text fewer do."""
CANDIDATES: Final = 3
_WORTH_BITS: Final = 128
"""An ATMOVE costs 64 bits, and the contexts must be learned anew."""


def choose_sample(rows: int) -> range:
    """Choose the rows to examine among those that differ from the row above; the first is 0."""
    return range(rows) if rows <= WHOLE_SAMPLE else range(FIRST, rows, STEP)


def find_candidates(differing: Sequence[int], home: int, nearest: int, pixels: int) -> list[int]:
    """Find the shifts that predict best, if they predict better than home does.

    Of the pixels, `differing[t]` differ from the one `t` to the left, and `home` differ from the one at home.
    """
    telling = sorted((min(differing[t], pixels - differing[t]), t) for t in range(nearest, MAX_AT_SHIFT + 1))
    return [shift for differ, shift in telling[:CANDIDATES] if 4 * differ < 3 * min(home, pixels - home)]


def estimate_entropy(whites: Sequence[int], blacks: Sequence[int]) -> float:
    """Estimate the bits to code so many white and black pixels, by context."""
    bits = 0.0
    for white, black in zip(whites, blacks, strict=True):
        if white and black:
            both = white + black
            bits -= white * log2(white / both) + black * log2(black / both)
    return bits


def choose_shift(entropies: dict[int, float], current: int, rows: int) -> int:
    """Choose the shift to code so many differing rows with: the best, if that is worth a move."""
    best = min(entropies, key=lambda shift: (entropies[shift], shift))
    saved = entropies[current] - entropies[best]
    return (
        best if saved * 16 > entropies[current] and saved * rows > _WORTH_BITS * len(choose_sample(rows)) else current
    )


class _Sample:
    """The rows that are examined, one after the other in one integer, and the rows above them."""

    def __init__(self, rows: Sequence[int], width: int) -> None:
        self.width = width
        differing = [pair for pair in pairwise(rows) if pair[0] != pair[1]]
        self.rows_in_all = len(differing)
        chosen = [differing[at] for at in choose_sample(len(differing))]
        self.pixels = len(chosen) * width
        self.ones = sum(1 << width * at for at in range(len(chosen)))
        self.above = self._join([above for above, _ in chosen])
        self.row = self._join([row for _, row in chosen])

    def _join(self, rows: Sequence[int]) -> int:
        joined = 0
        for row in rows:
            joined = joined << self.width | row
        return joined

    def left(self, rows: int, pixels: int) -> int:
        """Return the pixels that are so many to the left of each pixel."""
        inside = max(self.width - pixels, 0)
        return rows >> pixels & self.ones * ((1 << inside) - 1)

    def right(self, rows: int, pixels: int) -> int:
        """Return the pixels that are so many to the right of each pixel."""
        inside = max(self.width - pixels, 0)
        return (rows & self.ones * ((1 << inside) - 1)) << pixels

    def estimate_entropy(self, shift: int) -> float:
        """Estimate the entropy with the adaptive pixel there."""
        whites, blacks = [self.row ^ (1 << self.pixels) - 1], [self.row]
        adaptive = self.left(self.row, shift) if shift else self.right(self.above, 2)
        near = [self.left(self.row, 1), self.left(self.row, 2)]
        near += [self.left(self.above, 1), self.above, self.right(self.above, 1)]
        for neighbour in (*near, adaptive):
            whites = [part for pixels in whites for part in (pixels & ~neighbour, pixels & neighbour)]
            blacks = [part for pixels in blacks for part in (pixels & ~neighbour, pixels & neighbour)]
        return estimate_entropy([pixels.bit_count() for pixels in whites], [pixels.bit_count() for pixels in blacks])


def find_best_shift(rows: Sequence[int], width: int, current: int, nearest: int) -> int:
    """Find the shift for a stripe: its rows as integers, and before them the row above it. 0 is home."""
    sample = _Sample(rows, width)
    shifts = {HOME, current}
    row = sample.row
    if sample.pixels and (row ^ sample.left(row, 1)).bit_count() * BUSY >= sample.pixels:
        differing = [(row ^ sample.left(row, t)).bit_count() for t in range(MAX_AT_SHIFT + 1)]
        home = (row ^ sample.right(sample.above, 2)).bit_count()
        shifts.update(find_candidates(differing, home, nearest, sample.pixels))
    if shifts == {current}:
        return current
    return choose_shift(
        {shift: sample.estimate_entropy(shift) for shift in sorted(shifts)}, current, sample.rows_in_all
    )
