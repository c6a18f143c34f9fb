# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures as pages: PNG, JPEG and any TIFF, each frame on a page of its own. Runs in the renderer process only."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from PIL import Image, ImageOps

from faxcore.document.bilevel import make_page
from faxcore.document.document_error import DocumentError, Reason
from faxcore.document.strips import is_readable, read_strips
from faxcore.document.tiff import (
    MAX_PIXELS,
    as_document_error,
    is_fax_tiff,
    open_image,
    read_dots_an_inch,
    read_frames,
    read_pages,
)
from faxcore.model.page import A4_MM, Page, Resolution, Width

PIXELS_PER_MM: Final = 204 / 25.4
_MARGIN_MM: Final = 3.0


def draw_picture(source: Path, resolution: Resolution, *, photo: bool) -> Iterator[Page]:
    """Draw the pages of a picture file: pixel for pixel if it is a fax already, else fitted to A4 paper."""
    if is_fax_tiff(source):
        yield from read_pages(source)
        return
    with source.open("rb") as file, open_image(file, ("PNG", "JPEG", "TIFF")) as image:
        for frame in read_frames(image, strict=False):
            if frame.width * frame.height > MAX_PIXELS:
                raise DocumentError(Reason.TOO_LARGE, f"{frame.width} x {frame.height}")
            # A file may give any of its values in a kind that neither Pillow nor we expect: a text for a number.
            with as_document_error(strict=False):
                if is_readable(frame):
                    # Pillow decodes it once more; what it would make of damage is not to be seen there.
                    read_strips(frame, file)
                grey, shape = _to_grey(frame), _pixel_shape(frame)
            yield make_page(_fit_to_page(grey, shape, resolution), resolution, photo=photo)


def _to_grey(frame: Image.Image) -> Image.Image:
    """Convert to grey levels; transparent parts become paper."""
    upright = ImageOps.exif_transpose(frame)
    if upright.mode in ("I;16", "I", "F"):
        low, high = upright.convert("F").getextrema()
        assert isinstance(low, float) and isinstance(high, float)
        span = high - low or 1.0
        return upright.convert("F").point(lambda value: value * (255 / span) - low * 255 / span).convert("L")
    if not upright.has_transparency_data:
        return upright.convert("L")
    layered = upright.convert("RGBA")
    paper = Image.new("RGBA", layered.size, "white")
    return Image.alpha_composite(paper, layered).convert("L")


def _pixel_shape(frame: Image.Image) -> float:
    """Return the ratio of a pixel's width to its height: a scanned fax in another geometry has pixels that are not
    square.
    """
    dpi = read_dots_an_inch(frame)
    return dpi[1] / dpi[0] if dpi and 0.2 < dpi[1] / dpi[0] < 5 else 1.0


def _fit_to_page(grey: Image.Image, shape: float, resolution: Resolution) -> Image.Image:
    """Put the picture, as large as the paper's width and length allow, at the top of a white page."""
    across = Width.A4.value
    down = round(A4_MM * resolution.rows_per_mm)
    room_x, room_y = across / PIXELS_PER_MM - 2 * _MARGIN_MM, A4_MM - 2 * _MARGIN_MM
    scale = min(room_x / (grey.width * shape), room_y / grey.height)  # millimetres a pixel of the picture
    width = max(1, round(grey.width * shape * scale * PIXELS_PER_MM))
    height = max(1, round(grey.height * scale * resolution.rows_per_mm))
    page = Image.new("L", (across, down), 255)
    top = round(_MARGIN_MM * resolution.rows_per_mm)
    page.paste(grey.resize((width, height), Image.Resampling.LANCZOS), ((across - width) // 2, top))
    return page
