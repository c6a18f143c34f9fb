# SPDX-License-Identifier: GPL-3.0-or-later
"""Draws PostScript with Ghostscript, behind the wall only; nothing else is known to read it.

The papers are those of PostScript itself: pages ask for one, and get the nearest of a few (`_PAPERS`), on which they
are fitted, so that a page of 200 x 200 inches costs no more than any other. Greys come through a pipe, so that never
more than one page of them is kept, and another thread makes black and white of one page while the next is drawn.

A page that can't be drawn must never become a shorter fax: Ghostscript stops at the first error, and the pages that
were drawn are compared with the number that the document declares.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from concurrent.futures import Executor, wait
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from faxcore.document.document_error import DocumentError, Reason
from faxcore.document.inside import read_messages
from faxcore.document.page_comments import count_declared_pages
from faxcore.document.sizes import PageSize
from faxcore.document.walls import PIPE
from faxcore.model.page import MAX_PAGES, Page, Resolution, Width

if TYPE_CHECKING:
    from PIL import Image

_LARGEST: Final = (612.5, 843.0)
"""Points across and down of the largest paper: any other page is a device that the document has changed."""
_MEDIA: Final = """<<
    /Policies << /PageSize 3 >>
    /InputAttributes << currentpagedevice /InputAttributes get { pop null } forall
        100 << /PageSize [595 842] >> 101 << /PageSize [612 792] >>
        102 << /PageSize [595 420] >> 103 << /PageSize [420 595] >> >>
>> setpagedevice"""
"""A4, Letter, A5 on its side and upright; policy 3 fits any other page on the nearest (PostScript, 6.2.1)."""
_POINTS_AN_INCH: Final = 72


def load() -> None:
    """Load the library: it is looked for with other programs, which no process may start behind its wall."""
    import ghostscript  # noqa: F401


def draw_postscript(
    document: Path, output: BinaryIO, resolution: Resolution, thread: Executor, *, photo: bool
) -> list[PageSize]:
    """Draw a PostScript file into a TIFF of pages; DocumentError if that fails. It needs a thread of its own, of this
    executor, which has it already.
    """
    declared = count_declared_pages(document)
    kept_open = os.open(PIPE, os.O_RDWR)  # lets either side open its end without waiting for the other
    # Opened here: where Ghostscript gives up at once, a thread that opens it late would wait for a writer for ever.
    pipe = open(PIPE, "rb")  # noqa: SIM115 - the thread closes it
    written = thread.submit(_write_pages, pipe, output, resolution, photo)
    try:
        _draw(document, resolution, photo)
    finally:
        os.close(kept_open)
        wait([written])
    sizes = written.result()
    if len(sizes) > MAX_PAGES:
        raise DocumentError(Reason.TOO_MANY_PAGES)
    if not sizes:
        raise DocumentError(Reason.NO_PAGES, _find_complaint())
    if declared is not None and len(sizes) < declared:
        raise DocumentError(Reason.PAGES_MISSING, f"{len(sizes)} of {declared}")
    return sizes


def _draw(document: Path, resolution: Resolution, photo: bool) -> None:
    import ghostscript

    across, _down = resolution.dpi
    smooth = ["-dTextAlphaBits=4", "-dGraphicsAlphaBits=4"] if photo else []
    arguments = [
        *("gs", "-dSAFER", "-dBATCH", "-dNOPAUSE", "-dNOPROMPT", f"-dLastPage={MAX_PAGES + 1}", "-sPAPERSIZE=a4"),
        *("-sDEVICE=pgmraw", f"-r{across}x{resolution.rows_per_mm * 25.4:.2f}", *smooth),
        *(f"-sOutputFile={PIPE}", "-c", _MEDIA, "-f", str(document)),
    ]
    try:
        ghostscript.Ghostscript(*arguments).exit()
    except ghostscript.GhostscriptError as error:
        said = read_messages()
        if "VMerror" in said or "VMerror" in str(error):
            raise DocumentError(Reason.OUT_OF_MEMORY) from error
        raise DocumentError(Reason.DAMAGED, _find_complaint() or str(error)) from error


def _find_complaint() -> str:
    found = re.search(r"^\s*(\*{4} |Error: ).*", read_messages(), re.MULTILINE)
    return found[0].strip()[:200] if found else ""


def _write_pages(pipe: BinaryIO, output: BinaryIO, resolution: Resolution, photo: bool) -> list[PageSize]:
    from faxcore.document.tiff import write_to

    with pipe:
        try:
            return write_to(output, _read_pages(pipe, resolution, photo))
        finally:
            while pipe.read(1 << 20):
                pass  # Ghostscript must not wait for a reader that has given up


def _read_pages(pipe: BinaryIO, resolution: Resolution, photo: bool) -> Iterator[Page]:
    from PIL import Image as images

    from faxcore.document.bilevel import make_page

    widest = _LARGEST[0] * resolution.dpi[0] / _POINTS_AN_INCH
    longest = _LARGEST[1] * resolution.rows_per_mm * 25.4 / _POINTS_AN_INCH
    while magic := pipe.readline(100):
        size = pipe.readline(100)
        while size.startswith(b"#"):
            size = pipe.readline(100)
        found = re.fullmatch(rb"(\d{1,5}) (\d{1,5})\s*", size)
        across, down = (int(found[1]), int(found[2])) if found else (0, 0)
        if magic != b"P5\n" or not 0 < across <= widest or not 0 < down <= longest:
            raise DocumentError(Reason.DAMAGED, f"a page of {size!r}")
        pipe.readline(100)  # the greatest grey, always 255
        pixels = pipe.read(across * down)
        if len(pixels) == across * down:  # Ghostscript stopped in the middle: it says why itself
            yield make_page(_centre(images.frombytes("L", (across, down), pixels)), resolution, photo=photo)


def _centre(page: Image.Image) -> Image.Image:
    """Put a page in the middle of the paper; one of Letter is wider by some pixels, and made narrower."""
    from PIL import Image as images

    width = Width.A4.value
    if page.width > width:
        return page.resize((width, page.height), images.Resampling.BOX)
    paper = images.new("L", (width, page.height), 255)
    paper.paste(page, ((width - page.width) // 2, 0))
    return paper
