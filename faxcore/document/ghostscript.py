# SPDX-License-Identifier: GPL-3.0-or-later
"""Ghostscript: PDF and PostScript into pages. Runs in the renderer process only, and nowhere else.

Every page is 1728 pixels wide and A4 long, whatever the document asks for: the page is fitted to the paper, so that a
page of 200 x 200 inches costs no more than any other. For text Ghostscript makes the bilevel pages itself, with the
halftone and levels below; they are in /Install, because a halftone that is only set is reset with the device. For
photographs it draws greys, which `bilevel` diffuses page by page while it draws the next.

A PDF without its end, or a page that can't be drawn, must never become a shorter fax: Ghostscript stops at the first
error, and the pages that were drawn are compared with the number that it announced.
"""

from __future__ import annotations

import os
import re
import resource
import shutil
from collections.abc import Iterator
from concurrent.futures import Executor, wait
from pathlib import Path
from typing import BinaryIO, Final

from faxcore.document.document_error import DocumentError, Reason
from faxcore.document.inside import read_messages
from faxcore.document.sizes import PageSize
from faxcore.document.walls import PIPE
from faxcore.model.page import A4_MM, MAX_PAGES, Page, Resolution, Width

_PAGES: Final = "pages"
_TAIL: Final = 1024
_MISCOUNTED: Final = "did not match the actual number of pages"
"""Ghostscript reports this, and goes on with the pages it finds, if the root of the page tree has another count."""

# 53 lines an inch at 45 degrees, the largest dots that still show a face, and the levels of `bilevel`.
_HALFTONE: Final = """<< /Install {
    << /HalftoneType 1 /Frequency 53 /Angle 45
       /SpotFunction { 180 mul cos exch 180 mul cos add 2 div } >> sethalftone
    { dup .24 lt { pop 0 } { dup .88 gt { pop 1 } { .24 sub .64 div } ifelse } ifelse } settransfer
} >> setpagedevice"""


def load() -> None:
    """Load the library: it is looked for with other programs, which no process may start behind its wall."""
    import ghostscript  # noqa: F401


def a4_rows(resolution: Resolution) -> int:
    """Return the rows of an A4 page."""
    return round(A4_MM * resolution.rows_per_mm)


def draw_document(document: Path, output: BinaryIO, resolution: Resolution, photo: Executor | None) -> list[PageSize]:
    """Draw a PDF or PostScript file into a TIFF of pages; DocumentError if that fails. A photograph needs a thread of
    its own, of this executor, which has it already.
    """
    declared = _count_declared_pages(document)
    if photo is not None:
        sizes = _draw_diffused(document, output, resolution, photo)
    else:
        _draw(document, resolution, "tiffg4", _PAGES, ["-dMaxStripSize=0"], _HALFTONE)
        sizes = _copy_pages(output, resolution)
    report = read_messages()
    said = re.search(r"^Processing pages 1 through (\d+)\.", report, re.MULTILINE)
    expected = int(said[1]) if said else declared
    if len(sizes) > MAX_PAGES:
        raise DocumentError(Reason.TOO_MANY_PAGES)
    if not sizes:
        raise DocumentError(Reason.NO_PAGES, _find_complaint())
    if _MISCOUNTED in report or (expected is not None and len(sizes) < expected):
        raise DocumentError(Reason.PAGES_MISSING, f"{len(sizes)} of {expected}")
    return sizes


def _count_declared_pages(document: Path) -> int | None:
    """Return the number of pages that a PostScript file declares; a PDF that ends too early is refused here."""
    with document.open("rb") as file:
        head = file.read(_TAIL)
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - 16 * _TAIL))
        tail = file.read()
    if b"%PDF-" in head:
        if b"%%EOF" not in tail.rstrip(b"\0 \r\n\t")[-_TAIL:]:
            raise DocumentError(Reason.TRUNCATED)
        return None
    said = re.search(rb"^%%Pages: *(\d{1,6})", head + b"\n" + tail, re.MULTILINE)
    return int(said[1]) if said else None


def _draw(document: Path, resolution: Resolution, device: str, drawn: str, options: list[str], prologue: str) -> None:
    import ghostscript

    across, down = resolution.dpi
    arguments = [
        *("gs", "-dSAFER", "-dBATCH", "-dNOPAUSE", "-dNOPROMPT", "-dPDFSTOPONERROR"),
        *("-dFIXEDMEDIA", "-dFitPage", f"-dLastPage={MAX_PAGES + 1}"),
        *(f"-sDEVICE={device}", f"-r{across}x{down}", f"-g{Width.A4.value}x{a4_rows(resolution)}"),
        *options,
        *(f"-sOutputFile={drawn}", "-c", prologue, "-f", str(document)),
    ]
    try:
        ghostscript.Ghostscript(*arguments).exit()
    except ghostscript.GhostscriptError as error:
        raise _explain(str(error)) from error


def _explain(error: str) -> DocumentError:
    said = read_messages()
    if "requires a password" in said or "Password did not work" in said:
        return DocumentError(Reason.ENCRYPTED)
    if "VMerror" in said or "VMerror" in error:
        return DocumentError(Reason.OUT_OF_MEMORY)
    drawn = Path(_PAGES)
    most, _hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    if drawn.is_file() and drawn.stat().st_size >= most - 4096:
        return DocumentError(Reason.TOO_LARGE)
    return DocumentError(Reason.DAMAGED, _find_complaint() or error)


def _find_complaint() -> str:
    found = re.search(r"^\s*(\*{4} |Error: ).*", read_messages(), re.MULTILINE)
    return found[0].strip()[:200] if found else ""


def _copy_pages(output: BinaryIO, resolution: Resolution) -> list[PageSize]:
    """Copy Ghostscript's TIFF as it is, if its pages are what we asked for."""
    from faxcore.document.tiff import page_sizes

    drawn = Path(_PAGES)
    if not drawn.exists() or not drawn.stat().st_size:
        return []
    wanted = PageSize(Width.A4, resolution, a4_rows(resolution))
    sizes = page_sizes(drawn)
    for size in sizes:
        if size != wanted:  # PostScript can change the device under way
            raise DocumentError(Reason.DAMAGED, f"a page of {size}")
    with drawn.open("rb") as file:
        shutil.copyfileobj(file, output)
    return sizes


def _draw_diffused(document: Path, output: BinaryIO, resolution: Resolution, thread: Executor) -> list[PageSize]:
    """Draw greys through a pipe, so that never more than one page of them is kept."""
    kept_open = os.open(PIPE, os.O_RDWR)  # lets either side open its end without waiting for the other
    # Opened here: where Ghostscript gives up at once, a thread that opens it late would wait for a writer for ever.
    pipe = open(PIPE, "rb")  # noqa: SIM115 - the thread closes it
    written = thread.submit(_write_diffused, pipe, output, resolution)
    try:
        _draw(document, resolution, "pgmraw", PIPE, ["-dTextAlphaBits=4", "-dGraphicsAlphaBits=4"], "")
    finally:
        os.close(kept_open)
        wait([written])
    return written.result()


def _write_diffused(pipe: BinaryIO, output: BinaryIO, resolution: Resolution) -> list[PageSize]:
    from faxcore.document.tiff import write_to

    with pipe:
        try:
            return write_to(output, _read_grey_pages(pipe, resolution))
        finally:
            while pipe.read(1 << 20):
                pass  # Ghostscript must not wait for a reader that has given up


def _read_grey_pages(pipe: BinaryIO, resolution: Resolution) -> Iterator[Page]:
    from PIL import Image

    from faxcore.document.bilevel import make_page

    across, down = Width.A4.value, a4_rows(resolution)
    while magic := pipe.readline(100):
        size = pipe.readline(100)
        while size.startswith(b"#"):
            size = pipe.readline(100)
        if magic != b"P5\n" or size.split() != [b"%d" % across, b"%d" % down]:
            raise DocumentError(Reason.DAMAGED, f"a page of {size!r}")
        pipe.readline(100)  # the greatest grey, always 255
        pixels = pipe.read(across * down)
        if len(pixels) == across * down:  # Ghostscript stopped in the middle: it says why itself
            yield make_page(Image.frombytes("L", (across, down), pixels), resolution, photo=True)
