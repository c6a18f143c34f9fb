# SPDX-License-Identifier: GPL-3.0-or-later
"""A page of black and white made smaller: what is written stays legible, and halftones stay as dark as they were. Pure.

A pixel of the smaller page covers a part of ink. One threshold for all of them is right for writing only: low enough
that no thin stroke breaks, it makes half a grey nearly black. So each small part of the page has its own, the one that
leaves as much ink in it as there was; and in the light parts, where writing is, as much more as strokes need to stay as
many pixels wide as they were; but never one that a stroke of a single pixel could be below.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from PIL import Image, ImageChops

from faxcore.model.page import Page

_TILE: Final = 16
"""Pixels of a part, across and down: twice a cell of the halftone, and less than a line of writing."""
_WRITING: Final = 0.3
"""The most ink in writing."""
_PICTURE: Final = 0.45
"""From this much ink on a part is a picture: none is added, and any threshold will do. Between the two, some."""
_THIN: Final = 100
"""The highest threshold for writing: a stroke of one pixel that becomes two halves of 0.83 is there still."""
_ENOUGH: Final = 6
"""The difference from the ink that is wanted (of 255) which is as good as none."""
_USUAL: Final = 88
"""The threshold (of 255) that is right for most writing. Parts without ink have it, and so do not change others."""
_THRESHOLDS: Final = sorted(range(8, 256, 16), key=lambda threshold: abs(threshold - _USUAL))
"""In the order in which they are preferred."""

_WRITTEN: Final = [min(1.0, max(0.0, (_PICTURE - ink / 255) / (_PICTURE - _WRITING))) for ink in range(256)]
"""From the ink that a tile covers (of 255) to the likelihood that it is writing."""

# Tables for `Image.point`.
_IS_NOTHING: Final = [255] + [0] * 255
_IS_SOMETHING: Final = [0] + [255] * 255
_HIGHEST: Final = [round(255 - (255 - _THIN) * written) for written in _WRITTEN]
_BEYOND_ENOUGH: Final = [max(0, difference - _ENOUGH) for difference in range(256)]


def reduce_page(page: Page, rows: int) -> Page:
    """Reduce a page to so many rows, and its width in proportion, in the middle: what is written keeps its shape."""
    across = page.width.value
    scale = rows / page.length
    width = max(1, round(across * scale))
    whole = Image.frombytes("1", (across, page.length), page.rows).convert("L")
    # Larger by less than a tile to the right and below, because only whole tiles are counted.
    covered = Image.new("L", (-(-across // _TILE) * _TILE, -(-rows // _TILE) * _TILE))
    covered.paste(whole.resize((width, rows), Image.Resampling.BILINEAR), ((across - width) // 2, 0))
    thresholds = _find_thresholds(covered, scale).resize(covered.size, Image.Resampling.BILINEAR)
    inked = ImageChops.subtract(thresholds, covered).point(_IS_NOTHING).crop((0, 0, across, rows))
    return replace(page, rows=inked.convert("1", dither=Image.Dither.NONE).tobytes())


def _find_thresholds(covered: Image.Image, scale: float) -> Image.Image:
    """Find the threshold of each tile: the one that comes nearest to the ink that is wanted there."""
    mean = covered.reduce(_TILE)
    wanted = mean.point(_make_ink_table(1 / scale))
    found = Image.new("L", wanted.size, _USUAL)
    furthest = Image.new("L", wanted.size, 255)
    nearest = furthest
    for threshold in _THRESHOLDS:
        ink = covered.point(_from(threshold)).reduce(_TILE)
        away = ImageChops.difference(ink, wanted).point(_BEYOND_ENOUGH)
        # No ink at all is never near to some.
        away.paste(furthest, mask=ImageChops.darker(ink.point(_IS_NOTHING), wanted.point(_IS_SOMETHING)))
        found.paste(threshold, mask=ImageChops.subtract(nearest, away).point(_IS_SOMETHING))
        nearest = ImageChops.darker(nearest, away)
    return ImageChops.darker(found, mean.point(_HIGHEST))


def _make_ink_table(more: float) -> Sequence[int]:
    """Make a table from the ink that a tile covers to the ink that it shall have, both of 255."""
    return [round(ink * (1 + (more - 1) * _WRITTEN[ink])) for ink in range(256)]


def _from(threshold: int) -> Sequence[int]:
    return [0] * threshold + [255] * (256 - threshold)
