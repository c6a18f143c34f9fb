# SPDX-License-Identifier: GPL-3.0-or-later
"""A picture of any kind as greys of 0 (black) to 255 (white), upright, on white paper where it is transparent.

Deep greys have the scale of their kind, not of what happens to be on the page: a sheet that is white all over is white.
"""

from __future__ import annotations

from typing import Final

from PIL import Image, ImageOps, TiffImagePlugin

_WHITE_IS_ZERO: Final = 0
_DEEP: Final = ("I;16", "I;16B", "I;16L", "I;16N", "I", "F")


def to_grey(frame: Image.Image) -> Image.Image:
    """Convert to grey levels, upright as its EXIF data says."""
    upright = ImageOps.exif_transpose(frame)
    if upright.mode in _DEEP:
        grey = _flatten(upright)
        return ImageOps.invert(grey) if _is_inverted(frame) else grey
    if not upright.has_transparency_data:
        return upright.convert("L")
    layered = upright.convert("RGBA")
    paper = Image.new("RGBA", layered.size, "white")
    return Image.alpha_composite(paper, layered).convert("L")


def _flatten(deep: Image.Image) -> Image.Image:
    values = deep.convert("F")
    _low, high = values.getextrema()
    assert isinstance(high, float)
    white = _white_of(deep.mode, high)
    return values.point(lambda value: value * (255 / white) + 0).convert("L")


def _white_of(mode: str, highest: float) -> float:
    """Give the value of white: 1 for fractions, else that of 8, 16 or 32 bits, whichever the values fit into."""
    if mode == "F" and highest <= 1.0:
        return 1.0
    if mode == "F" and highest <= 255:
        return 255.0
    return 65_535.0 if highest <= 65_535 else 2.0**32 - 1


def _is_inverted(frame: Image.Image) -> bool:
    """Tell if a deep TIFF says that its zero is white: Pillow, which turns flat ones, leaves it as it is."""
    tags = getattr(frame, "tag_v2", {})
    return bool(tags.get(TiffImagePlugin.PHOTOMETRIC_INTERPRETATION, 1) == _WHITE_IS_ZERO)
