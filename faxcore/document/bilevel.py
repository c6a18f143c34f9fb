# SPDX-License-Identifier: GPL-3.0-or-later
"""Greys into black and white: legible first, and in few bits, because the line is paid by the minute.

Writing first, for "text": the strokes of grey and coloured letters become solid (`strokes`). Then levels: nearly white
becomes white and nearly black becomes black, so that a tinted background costs no dots. Then a clustered halftone:
regular dots, which T.4 codes 2.5 times shorter than the scattered ones of error diffusion. "Photo" is Floyd and
Steinberg's diffusion, which shows the most detail. A page that is black and white already stays as it is.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from PIL import Image, ImageChops

from faxcore.document.packed_rows import IS_GREY, pack_rows
from faxcore.document.strokes import find_strokes
from faxcore.model.page import Page, Resolution, Width

BLACK_BELOW: Final = 0.24
WHITE_ABOVE: Final = 0.88
"""Greys between these are spread over the whole range; measured on pages of text, charts and photographs."""

_LEVELS: Final = [
    round(255 * min(1.0, max(0.0, (grey / 255 - BLACK_BELOW) / (WHITE_ABOVE - BLACK_BELOW)))) for grey in range(256)
]

_AROUND: Final = 24
"""Pixels around greys that are looked at with them."""

# The order in which the dots of an 8 x 8 cell turn black, two clusters at 45 degrees to each other.
_ORDER: Final = (
    (24, 10, 12, 26, 35, 47, 49, 37),
    (8, 0, 2, 14, 45, 59, 61, 51),
    (22, 6, 4, 16, 43, 57, 63, 53),
    (30, 20, 18, 28, 33, 41, 55, 39),
    (34, 46, 48, 36, 25, 11, 13, 27),
    (44, 58, 60, 50, 9, 1, 3, 15),
    (42, 56, 62, 52, 23, 7, 5, 17),
    (32, 40, 54, 38, 31, 21, 19, 29),
)


def make_page(grey: Image.Image, resolution: Resolution, *, photo: bool, turned: bool = False) -> Page:
    """Make a page of a greyscale image that already has the page's pixels, and has been turned for them or not."""
    if photo:
        diffused = grey.point(_LEVELS).convert("1", dither=Image.Dither.FLOYDSTEINBERG)
        return Page(Width(grey.width), resolution, diffused.tobytes("raw", "1;I"), turned)
    rows, has_greys = pack_rows(grey)
    if has_greys:
        rows, _greys = pack_rows(_draw_greys(grey, resolution))
    return Page(Width(grey.width), resolution, rows, turned)


def _draw_greys(grey: Image.Image, resolution: Resolution) -> Image.Image:
    """Make black and white of the part of a page that has other greys."""
    box = grey.point(IS_GREY).getbbox()
    assert box is not None
    # With what is around it, and from a whole cell of the halftone on.
    left, top, right, bottom = box
    part = (max(0, left - _AROUND) & ~7, max(0, top - _AROUND) & ~7, right + _AROUND, bottom + _AROUND)
    part = (*part[:2], min(grey.width, part[2]), min(grey.height, part[3]))
    piece = grey.crop(part)
    across, down = resolution.dpi
    ink, rest = find_strokes(piece, across / 25.4, down / 25.4)
    # White where the grey is above the threshold of its place.
    drawn = ImageChops.subtract(rest.point(_LEVELS), _thresholds(piece.size)).point([0] + [255] * 255)
    drawn.paste(0, mask=ink)
    whole = grey.copy()
    whole.paste(drawn, part)
    return whole


@lru_cache(maxsize=2)
def _thresholds(size: tuple[int, int]) -> Image.Image:
    cell = Image.new("L", (8, 8))
    cell.putdata([order * 4 for row in _ORDER for order in row])
    whole = Image.new("L", size)
    for left in range(0, size[0], 8):
        whole.paste(cell, (left, 0))
    strip = whole.crop((0, 0, size[0], 8))
    for top in range(8, size[1], 8):
        whole.paste(strip, (0, top))
    return whole
