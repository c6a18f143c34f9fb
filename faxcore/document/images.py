# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures as pages, behind the wall only: what Pillow reads of the usual kinds, each page of a TIFF on its own.

A scan says how large its paper was, and keeps that size; any other picture is as large as A4 paper allows. A picture
that moves is its first picture.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from PIL import Image

from faxcore.document.bilevel import make_page
from faxcore.document.document_error import DocumentError, Reason
from faxcore.document.greys import to_grey
from faxcore.document.layout import PIXELS_PER_MM, STRIP_MM, place
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

_MARGIN_MM: Final = 3.0
"""White at the sides and the end, where few machines print; at the top the header line goes."""
_MM_AN_INCH: Final = 25.4
_SCANNED: Final = (140.0, 360.0)
"""Millimetres of the short and the long side of paper that is scanned whole, from A5 to Legal."""
_FORMATS: Final = ("PNG", "JPEG", "TIFF", "GIF", "BMP", "WEBP", "HEIF", "AVIF")


def draw_picture(source: Path, resolution: Resolution, *, photo: bool) -> Iterator[Page]:
    """Draw the pages of a picture file: pixel for pixel if it is a fax already, else fitted to A4 paper."""
    if is_fax_tiff(source):
        yield from read_pages(source)
        return
    _register_heif()
    with source.open("rb") as file, open_image(file, _FORMATS) as image:
        for frame in read_frames(image, strict=False):
            if frame.width * frame.height > MAX_PIXELS:
                raise DocumentError(Reason.TOO_LARGE, f"{frame.width} x {frame.height}")
            # A file may give any of its values in a kind that neither Pillow nor we expect: a text for a number.
            with as_document_error(strict=False):
                if is_readable(frame):
                    # Pillow decodes it once more; what it would make of damage is not to be seen there.
                    read_strips(frame, file)
                grey, shape = to_grey(frame), _pixel_shape(frame)
                paper = _read_paper(grey, frame)
            placed, turned = (
                _keep_size(grey, paper, resolution) if paper else (_fit_to_page(grey, shape, resolution), False)
            )
            yield make_page(placed, resolution, photo=photo, turned=turned)


def _register_heif() -> None:
    """Let Pillow read the pictures of telephones, without threads, which no process may start behind its wall."""
    import pillow_heif
    from PIL import AvifImagePlugin

    pillow_heif.options.DECODE_THREADS = 0
    pillow_heif.register_heif_opener()
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1


def _read_paper(grey: Image.Image, frame: Image.Image) -> tuple[float, float] | None:
    """Read the size of the paper that was scanned, in millimetres, upright; None if this is no scan."""
    dpi = read_dots_an_inch(frame) or frame.info.get("dpi")
    if not dpi or any(not 1 <= float(dots) <= 10_000 for dots in dpi):
        return None
    turned = (grey.width > grey.height) != (frame.width > frame.height)
    x_dpi, y_dpi = (float(dots) for dots in (reversed(dpi) if turned else dpi))
    paper = grey.width / x_dpi * _MM_AN_INCH, grey.height / y_dpi * _MM_AN_INCH
    short, long = sorted(paper)
    return paper if _SCANNED[0] <= short and long <= _SCANNED[1] else None


def _keep_size(grey: Image.Image, paper: tuple[float, float], resolution: Resolution) -> tuple[Image.Image, bool]:
    """Put a scan on the paper in its own size, where that fits; True if it was turned for that."""
    placed = place(*paper, resolution)
    upright = grey.transpose(Image.Transpose.ROTATE_90) if placed.turned else grey
    page = Image.new("L", (Width.A4.value, placed.rows), 255)
    page.paste(upright.resize((placed.width, placed.rows), Image.Resampling.LANCZOS), (placed.left, 0))
    return page, placed.turned


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
    room_x, room_y = across / PIXELS_PER_MM - 2 * _MARGIN_MM, A4_MM - STRIP_MM - _MARGIN_MM
    scale = min(room_x / (grey.width * shape), room_y / grey.height)  # millimetres a pixel of the picture
    width = max(1, round(grey.width * shape * scale * PIXELS_PER_MM))
    height = max(1, round(grey.height * scale * resolution.rows_per_mm))
    page = Image.new("L", (across, down), 255)
    top = round(STRIP_MM * resolution.rows_per_mm)
    page.paste(grey.resize((width, height), Image.Resampling.LANCZOS), ((across - width) // 2, top))
    return page
