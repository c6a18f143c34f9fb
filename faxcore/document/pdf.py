# SPDX-License-Identifier: GPL-3.0-or-later
"""Received TIFF files as PDF: the same bits in another envelope, on paper of their true size.

img2pdf puts the T.6 strips of the TIFF into the PDF as they are. A page about as long as a sheet of A4, Letter or Legal
(or B4, A3) is put on that paper, so that it prints without a question; any other keeps its own size.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

from faxcore.document.layout import PIXELS_PER_MM
from faxcore.document.sizes import PageSize
from faxcore.document.tiff import page_sizes
from faxcore.model.page import Width
from faxcore.model.text import clean_text

_POINTS_PER_MM: Final = 72 / 25.4
_ABOUT_MM: Final = 7.0
_PAPERS: Final[dict[Width, tuple[tuple[float, float], ...]]] = {
    Width.A4: ((210.0, 297.0), (215.9, 279.4), (215.9, 355.6)),
    Width.B4: ((250.0, 353.0), (257.0, 364.0)),
    Width.A3: ((297.0, 420.0),),
}
"""Across and down, in millimetres."""

Layout = tuple[float, float, float, float]


def tiff_to_pdf(tiff: str | Path, pdf: str | Path, *, title: str = "", when: datetime | None = None) -> None:
    """Write a PDF of the pages of a TIFF of ours. Syncing it to the disk is the caller's."""
    import img2pdf

    layouts = iter([lay_out(size) for size in page_sizes(tiff)])

    def layout(_width: int, _height: int, _dpi: tuple[float, float]) -> Layout:
        return next(layouts)

    with open(pdf, "wb") as file:
        img2pdf.convert(
            str(tiff),
            layout_fun=layout,
            # Its own writer: the same pages always give the same file, octet for octet.
            engine=img2pdf.Engine.internal,
            outputstream=file,
            title=clean_text(title) or None,
            producer="Facteur",
            creationdate=when,
            moddate=when,
        )


def lay_out(size: PageSize) -> Layout:
    """Compute page width and height, image width and height, in points."""
    across = size.width.value / PIXELS_PER_MM
    down = size.length / size.resolution.rows_per_mm
    for paper_across, paper_down in _fitting_papers(size.width, down):
        # The scanned width is a little more than the paper's: nothing of it is cut off.
        scale = min(1.0, paper_across / across, paper_down / down)
        return _to_points(paper_across, paper_down, across * scale, down * scale)
    return _to_points(across, down, across, down)


def _fitting_papers(width: Width, down: float) -> Iterator[tuple[float, float]]:
    return (paper for paper in _PAPERS[width] if abs(paper[1] - down) <= _ABOUT_MM)


def _to_points(*millimetres: float) -> Layout:
    page_x, page_y, image_x, image_y = (round(length * _POINTS_PER_MM, 2) for length in millimetres)
    return page_x, page_y, image_x, image_y
