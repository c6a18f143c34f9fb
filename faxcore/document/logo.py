# SPDX-License-Identifier: GPL-3.0-or-later
"""A header's logo as it goes on paper: of black dots and white ones, for a fax has no others.

Grey would be made of scattered dots on the way, and its edges with it. So it is made black and white here, at the
lightness that separates its two halves best (Otsu's method), many dots to each of the fax.
"""

from __future__ import annotations

import io
from itertools import accumulate
from typing import Final

from PIL import Image, ImageOps

WIDEST_MM: Final = 80.0
HIGHEST_MM: Final = 20.0
_DOTS: Final = 24
"""Dots for each millimetre: three times those of the finest fax."""
_MOST_DOTS: Final = 50_000_000


def draw_logo(octets: bytes) -> Image.Image:
    """Make a picture black and white, and as many dots as it is shown with. ValueError if it is none, or too large."""
    try:
        with Image.open(io.BytesIO(octets), formats=("PNG", "JPEG")) as opened:
            if opened.width * opened.height > _MOST_DOTS:
                raise ValueError("a logo of too many dots")
            picture = opened.convert("RGBA")
    except (OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise ValueError(f"no picture: {error}") from error
    # What can be seen through is the white of the paper.
    paper = Image.new("RGBA", picture.size, "white")
    grey = ImageOps.autocontrast(Image.alpha_composite(paper, picture).convert("L"))
    scale = min(WIDEST_MM * _DOTS / grey.width, HIGHEST_MM * _DOTS / grey.height)
    size = (max(round(grey.width * scale), 1), max(round(grey.height * scale), 1))
    large = grey.resize(size, Image.Resampling.LANCZOS)
    limit = find_limit(large.histogram())
    return large.point([255 * (shade > limit) for shade in range(256)]).convert("1", dither=Image.Dither.NONE)


def find_limit(histogram: list[int]) -> int:
    """Find the shade between dark and light: the one that leaves both sides as uniform as can be."""
    counts = list(accumulate(histogram))
    sums = list(accumulate(shade * count for shade, count in enumerate(histogram)))
    total, whole = counts[-1], sums[-1]

    def differ(shade: int) -> float:
        dark, light = counts[shade], total - counts[shade]
        if not dark or not light:
            return 0.0
        return dark * light * (sums[shade] / dark - (whole - sums[shade]) / light) ** 2

    return max(range(256), key=differ)


def millimetres(logo: Image.Image) -> float:
    """Tell how wide it stands on the paper."""
    return min(WIDEST_MM, logo.width / _DOTS)
