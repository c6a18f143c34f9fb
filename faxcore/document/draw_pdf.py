# SPDX-License-Identifier: GPL-3.0-or-later
"""Draws the pages of a PDF with pdfium, which shows them as the most used viewer does: turned, cropped, with the
annotations and layers that are to be printed, and with what was filled into its forms. Runs behind the wall only.

Text is drawn without grey edges, so that a page of black text is black and white at once and costs nothing more; what
greys there are then are the document's own.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from faxcore.document.bilevel import make_page
from faxcore.document.document_error import DocumentError, Reason
from faxcore.document.inspect_pdf import inspect
from faxcore.document.layout import Placed, place
from faxcore.document.packed_rows import pack_octets
from faxcore.model.page import Page, Resolution, Width

if TYPE_CHECKING:
    import pypdfium2

_MM_A_POINT: Final = 25.4 / 72
_LEFT_SIDE_FIRST: Final = 3
"""Quarters of a turn with the clock, for what is laid on its side."""
_WHITE: Final = 0xFFFFFFFF


def load() -> None:
    """Load the library: once a document is there, no file of the system is read any more."""
    import pikepdf  # noqa: F401
    import pypdfium2  # noqa: F401


def draw_pdf(document: Path, resolution: Resolution, *, photo: bool) -> Iterator[Page]:
    """Draw the pages of a PDF; DocumentError if any of it is missing, before the first."""
    import pypdfium2 as pdfium

    undecided = inspect(document)
    try:
        with pdfium.PdfDocument(document) as pdf:
            if pdf.get_formtype() != pdfium.raw.FORMTYPE_NONE:
                pdf.init_forms()
            if undecided:
                _refuse_missing_pictures(pdf)
            for number in range(len(pdf)):
                page = pdf[number]
                yield _draw(page, resolution, photo)
                page.close()
    except pdfium.PdfiumError as error:
        raise DocumentError(Reason.DAMAGED, str(error)) from error


def _draw(page: pypdfium2.PdfPage, resolution: Resolution, photo: bool) -> Page:
    from PIL import Image

    across, down = page.get_size()
    if not (across > 0 and down > 0):
        raise DocumentError(Reason.DAMAGED, f"a page of {across} x {down}")
    placed = place(across * _MM_A_POINT, down * _MM_A_POINT, resolution)
    width = Width.A4.value
    octets = bytearray(width * placed.rows)
    _draw_into(octets, page, placed, photo)
    if not photo:
        rows, has_greys = pack_octets(octets, width, placed.rows)
        if not has_greys:
            return Page(Width.A4, resolution, rows, placed.turned)
    grey = Image.frombuffer("L", (width, placed.rows), octets, "raw", "L", 0, 1)
    return make_page(grey, resolution, photo=photo, turned=placed.turned)


def _draw_into(octets: bytearray, page: pypdfium2.PdfPage, placed: Placed, photo: bool) -> None:
    from pypdfium2 import raw

    width = Width.A4.value
    lent = (ctypes.c_char * len(octets)).from_buffer(octets)
    bitmap = raw.FPDFBitmap_CreateEx(width, placed.rows, raw.FPDFBitmap_Gray, lent, width)
    flags = raw.FPDF_ANNOT | raw.FPDF_PRINTING | raw.FPDF_GRAYSCALE
    if not photo:
        flags |= raw.FPDF_RENDER_NO_SMOOTHTEXT | raw.FPDF_RENDER_NO_SMOOTHPATH
    turn = _LEFT_SIDE_FIRST if placed.turned else 0
    where = (placed.left, 0, placed.width, placed.rows, turn, flags)
    try:
        raw.FPDFBitmap_FillRect(bitmap, 0, 0, width, placed.rows, _WHITE)
        raw.FPDF_RenderPageBitmap(bitmap, page, *where)
        if page.formenv is not None:
            raw.FPDF_FFLDraw(page.formenv, bitmap, page, *where)
    finally:
        raw.FPDFBitmap_Destroy(bitmap)


def _refuse_missing_pictures(pdf: pypdfium2.PdfDocument) -> None:
    """Raise DocumentError if a picture cannot be decoded by the program that draws."""
    from pypdfium2 import raw

    for number in range(len(pdf)):
        page = pdf[number]
        for thing in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE]):
            bitmap = raw.FPDFImageObj_GetBitmap(thing)
            if not bitmap:
                raise DocumentError(Reason.PICTURE_DAMAGED, f"a picture of page {number + 1}")
            raw.FPDFBitmap_Destroy(bitmap)
        page.close()
