# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds writing in a picture in greys: thin strokes on even, light ground, whatever their colour was.

A halftone makes loose dots of a grey letter, and nobody can read them. A stroke is thinner than its window, so that a
closing (the lightest of each window, then the darkest of those) leaves only the ground that it was written on. Where
the ground is light and even, and something clearly darker was on it, whatever is nearer to the darkest around than to
the ground is ink. Pictures have no even ground, and wide areas fill the window: both keep their halftone.

All of it is done by adding up whole pictures that are moved against each other (van Herk's windows, by doubling), which
Pillow does in C.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PIL import Image, ImageChops

_STROKE_MM: Final = 1.1
"""The widest stroke: bold letters of 16 points have 1 mm."""
_AROUND_MM: Final = 1.6
"""The size of the surroundings in which the ground must be even, and the darkest ink is looked for."""
_LIGHT: Final = 130
"""The darkest ground that is written on, of 255."""
_UNEVEN: Final = 30
"""The difference of greys within an even ground."""
_CONTRAST: Final = 22
"""The least difference of ink and ground: yellow on white has 29."""

Mix = Callable[[Image.Image, Image.Image], Image.Image]


def find_strokes(grey: Image.Image, across: float, down: float) -> tuple[Image.Image, Image.Image]:
    """Find the ink, and the picture without it: two pictures in greys, ink 255. `across` and `down` are the pixels of
    a millimetre.
    """
    window = _pixels(_STROKE_MM, across, down)
    around = _pixels(_AROUND_MM, across, down)
    ground = _spread(_spread(grey, window, ImageChops.lighter), window, ImageChops.darker)
    darker = ImageChops.subtract(ground, grey)
    darkest = _spread(darker, around, ImageChops.lighter)
    lightest_ground = _spread(ground, around, ImageChops.lighter)
    unevenness = ImageChops.subtract(lightest_ground, _spread(ground, around, ImageChops.darker))
    written = _both(
        darkest.point(_at_least(_CONTRAST)), ground.point(_at_least(_LIGHT)), unevenness.point(_below(_UNEVEN))
    )
    # Ink is at least half as dark as the darkest around.
    half = darkest.point([(value + 1) // 2 for value in range(256)])
    inked = ImageChops.subtract(half, darker).point(_below(1))
    return _both(written, inked), Image.composite(ground, grey, written)


def _pixels(millimetres: float, across: float, down: float) -> tuple[int, int]:
    return max(2, round(millimetres * across)), max(2, round(millimetres * down))


def _spread(image: Image.Image, window: tuple[int, int], mix: Mix) -> Image.Image:
    """Mix each pixel with all around it, in a window of that size."""
    for axis, size in enumerate(window):
        have = 1
        while have < size:
            step = min(have, size - have)
            image = mix(image, ImageChops.offset(image, -step * (axis == 0), -step * (axis == 1)))
            have += step
    return ImageChops.offset(image, window[0] // 2, window[1] // 2)


def _both(*masks: Image.Image) -> Image.Image:
    first, *others = masks
    for other in others:
        first = ImageChops.darker(first, other)
    return first


def _at_least(limit: int) -> list[int]:
    return [0] * limit + [255] * (256 - limit)


def _below(limit: int) -> list[int]:
    return [255] * limit + [0] * (256 - limit)
