# SPDX-License-Identifier: GPL-3.0-or-later
"""A picture in greys as the packed rows of a page; compiled where there was a compiler, else by Pillow.

Pillow packs a page in eight milliseconds, which is more than drawing it takes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from PIL import Image

try:
    from faxcore.document.compiled_packing import pack as _pack
except ImportError:
    _pack = None  # type: ignore[assignment]

IS_GREY: Final = [0] * 16 + [255] * 224 + [0] * 16
"""A table for `Image.point`: greys that are neither black nor white, but for rounding."""


def pack_rows(grey: Image.Image) -> tuple[bytes, bool]:
    """Pack the rows of a picture (mode L, its width a multiple of 8), dark pixels as 1; and True if it has other greys
    than black and white.
    """
    if _pack is not None:
        return _pack(grey.tobytes(), grey.width, grey.height)
    from PIL import Image as images

    rows = grey.convert("1", dither=images.Dither.NONE).tobytes("raw", "1;I")
    return rows, grey.point(IS_GREY).getbbox() is not None


def pack_octets(octets: bytearray, across: int, down: int) -> tuple[bytes, bool]:
    """Do the same for a picture that is only octets yet: to make one takes half as long as drawing it."""
    if _pack is not None:
        return _pack(octets, across, down)
    from PIL import Image as images

    return pack_rows(images.frombuffer("L", (across, down), octets, "raw", "L", 0, 1))
