# SPDX-License-Identifier: GPL-3.0-or-later
"""A document as a PDF that another program may arrange, in a process of its own: `make_for_filters` and its process.

What lies outside a page's crop box is shown by no viewer, but programs that put pages on other pages look at the media
box: it is cut away here. A document that cannot be faxed is refused here, with the true reason.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from faxcore.document import sandbox
from faxcore.document.document_error import DocumentError, Reason
from faxcore.document.inside import serve
from faxcore.document.kinds import Kind, take_document
from faxcore.document.program import Program
from faxcore.document.sizes import PageSize
from faxcore.model.page import MAX_ROWS, Resolution, Width

if TYPE_CHECKING:
    import pikepdf

PREPARER: Final = Program.of("faxcore.document.for_filters")
_POINTS_PER_MM: Final = 72 / 25.4
_PICTURES: Final = Resolution.SUPERFINE
"""The resolution of pictures: they are drawn twice."""


def make_for_filters(source: BinaryIO, output: BinaryIO) -> int:
    """Write a PDF of a PDF or picture to `output`; the number of its pages. RenderFailed if it cannot be faxed."""
    return len(sandbox.run(PREPARER, {}, source, output))


# ---------------------------------------------------------------- inside


def _load() -> None:
    import img2pdf  # noqa: F401
    import pikepdf  # noqa: F401

    from faxcore.document.tiff import warm_up

    warm_up()


def _work(source: BinaryIO, output: BinaryIO, _order: Mapping[str, Any]) -> list[PageSize]:
    document, kind = take_document(source)
    if kind is Kind.PDF:
        return _cut_away(document, output)
    if kind is Kind.PICTURE:
        return _draw(document, output)
    raise DocumentError(Reason.UNKNOWN_FORMAT)


def _cut_away(document: Path, output: BinaryIO) -> list[PageSize]:
    import pikepdf

    from faxcore.document.inspect_pdf import inspect

    inspect(document)
    with pikepdf.open(document, suppress_warnings=True) as pdf:
        for page in pdf.pages:
            _cut_page(pdf, page)
        pdf.save(output)
        return [_measure(page) for page in pdf.pages]


def _cut_page(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
    """Make the crop box the whole page. The content becomes a form, which nothing in it can leave."""
    import pikepdf

    media, crop = pikepdf.Rectangle(page.mediabox), pikepdf.Rectangle(page.cropbox)
    seen = crop & media
    if media <= crop or seen.urx <= seen.llx or seen.ury <= seen.lly:
        return  # boxes that have nothing in common are none: viewers show the media box
    for box in ("/MediaBox", "/CropBox", "/TrimBox"):
        page.obj[box] = seen.as_array()
    for box in ("/BleedBox", "/ArtBox"):
        if box in page.obj:
            del page.obj[box]
    page.contents_coalesce()
    form = pikepdf.Stream(pdf, page.obj.Contents.read_bytes() if "/Contents" in page.obj else b"")
    form.Type, form.Subtype, form.BBox = pikepdf.Name.XObject, pikepdf.Name.Form, seen.as_array()
    form.Resources = page.resources
    if "/Group" in page.obj:
        form.Group = page.obj.Group
    page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Seen=form))
    page.obj.Contents = pikepdf.Stream(pdf, b"/Seen Do")


def _measure(page: pikepdf.Page) -> PageSize:
    import pikepdf

    millimetres = float(pikepdf.Rectangle(page.mediabox).height) / _POINTS_PER_MM
    rows = max(1, min(MAX_ROWS, round(millimetres * Resolution.FINE.rows_per_mm)))
    return PageSize(Width.A4, Resolution.FINE, rows)


def _draw(document: Path, output: BinaryIO) -> list[PageSize]:
    from faxcore.document.complaints import refuse_complaints
    from faxcore.document.images import draw_picture
    from faxcore.document.pdf import tiff_to_pdf
    from faxcore.document.tiff import write_to

    pages = Path("pages")
    with pages.open("w+b") as file:
        sizes = write_to(file, draw_picture(document, _PICTURES, photo=True))
    refuse_complaints()
    # Behind the wall no file is new: the picture's own is used again.
    tiff_to_pdf(pages, document)
    with document.open("rb") as made:
        shutil.copyfileobj(made, output)
    return sizes


if __name__ == "__main__":
    sys.exit(serve(_work, before=_load))
