# SPDX-License-Identifier: GPL-3.0-or-later
"""A page for the screen: square pixels, as many as a window has room for, greys where the fax has fine black."""

from __future__ import annotations

import io
from typing import Final

from PIL import Image

from faxcore.document.images import PIXELS_PER_MM
from faxcore.model.page import Page

SCREEN_WIDTH: Final = 800
"""Pixels across, unless the caller says otherwise: text of 8 points can be read."""


def page_png(page: Page, width: int = SCREEN_WIDTH) -> bytes:
    """The page as a PNG image of that width, as high as its millimetres say."""
    across, down = page.width.value, max(1, page.length)
    rows = page.rows or bytes(page.stride)
    image = Image.frombytes("1", (across, down), rows, "raw", "1;I").convert("L")
    height = max(1, round(width / (across / PIXELS_PER_MM) * down / page.resolution.rows_per_mm))
    file = io.BytesIO()
    image.resize((width, height), Image.Resampling.BOX).save(file, "PNG", compress_level=1)
    return file.getvalue()
