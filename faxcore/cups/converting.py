# SPDX-License-Identifier: GPL-3.0-or-later
"""Documents that the renderer does not draw as they are: converted, or arranged, by cupsd's own filters.

They are run here, as cupsd would run them (filter(7): the same arguments, environment and user), for two reasons: it
is known how each of them ended, which cupsd tells its backends of no filter; and where no option asks for one, none is
run.
"""

from __future__ import annotations

import codecs
import os
import resource
import subprocess
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from typing import BinaryIO, Final

from faxcore.cups.filters_ended import make_conversion_refusal
from faxcore.cups.options import PrintJob
from faxcore.cups.print_refusal import Exit, Refusal
from faxcore.cups.taken_documents import MAX_DOCUMENT, Document
from faxcore.document.document_error import DocumentError, Reason
from faxcore.document.for_filters import make_for_filters
from faxcore.document.kinds import HEAD, Kind, detect_kind, looks_like_text
from faxcore.model.sentence import Sentence

SECONDS: Final = 300.0
"""The time that a filter may take."""
_PIECE: Final = 1 << 20

_TEXT: Final = ("text/plain", "text/html", "text/css")
_PROGRAMS: Final = ("application/x-cshell", "application/x-csource", "application/x-perl", "application/x-shell")
_IMAGES: Final = (
    *("image/x-portable-anymap", "image/x-portable-bitmap", "image/x-portable-graymap", "image/x-portable-pixmap"),
    *("image/x-sgi-rgb", "image/x-sun-raster", "image/x-xbitmap", "image/x-xpixmap", "image/x-photocd"),
)
_CONVERTERS: Final = {
    **dict.fromkeys((*_TEXT, *_PROGRAMS), "texttopdf"),
    **dict.fromkeys(_IMAGES, "imagetopdf"),
    **dict.fromkeys(("image/pwg-raster", "image/urf"), "rastertopdf"),
}
"""The filters for what the renderer does not draw, by the type that cupsd found (mime.convs of cups-filters)."""


def make_drawable(document: Document, job: PrintJob, argv: Sequence[str], files: ExitStack) -> BinaryIO:
    """Make a file that the renderer draws as the print job says. Refusal or DocumentError if that can't be."""

    def run(program: str, source: BinaryIO) -> BinaryIO:
        out = files.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 - the stack closes it
        _run_filter(program, argv, source, out)
        return out

    file = document.file
    converter = None if document.label.is_converted else _CONVERTERS.get(document.label.type)
    if converter == "texttopdf" and not job.lays_out_text and _is_of_older_coding(file):
        # It takes every text for UTF-8, and leaves out whatever is not.
        converter = None
    if converter is not None:
        file = run(converter, file)
    kind = _detect(file, is_converted=converter is not None or document.label.is_converted)
    if not job.arranges_pages(is_picture=kind is Kind.PICTURE):
        return file
    if kind is Kind.POSTSCRIPT:
        file = run("gstopdf", file)
    whole = files.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 - the stack closes it
    make_for_filters(file, whole)
    arranged = run("pdftopdf", whole)
    if not os.fstat(arranged.fileno()).st_size:
        raise Refusal(
            Exit.CANCEL, Sentence("The options of this print job leave no page of the document: nothing is faxed.")
        )
    return arranged


def _is_of_older_coding(file: BinaryIO) -> bool:
    """Return whether a text is not UTF-8, and one that the renderer takes for a text."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while piece := file.read(_PIECE):
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        file.seek(0)
        return looks_like_text(file.read(HEAD))
    return False


def _detect(file: BinaryIO, is_converted: bool) -> Kind:
    file.seek(0)
    head = file.read(HEAD)
    if not head and is_converted:
        raise make_conversion_refusal()
    return detect_kind(head)


def _run_filter(program: str, argv: Sequence[str], source: BinaryIO, out: BinaryIO) -> None:
    """Run one of cupsd's filters. Refusal if it fails."""
    environment = {**os.environ, "FINAL_CONTENT_TYPE": "application/pdf"}
    path = f"{environment.get('CUPS_SERVERBIN', '/usr/lib/cups')}/filter/{program}"
    # Copies are made of the whole fax, in the end.
    arguments = [environment.get("PRINTER", "Fax"), *argv[1:4], "1", argv[5]]
    source.flush()
    source.seek(0)
    try:
        done = subprocess.run(
            arguments,
            executable=path,
            stdin=source,
            stdout=out,
            stderr=subprocess.DEVNULL,
            env=environment,
            timeout=SECONDS,
            preexec_fn=_limit,
        )
    except subprocess.TimeoutExpired:
        raise DocumentError(Reason.OUT_OF_TIME) from None
    except FileNotFoundError:
        missing = Sentence(
            "The printing system's filter {program} is missing, so the document is held: tell the administrator.",
            {"program": program},
        )
        raise Refusal(Exit.HOLD, missing) from None
    if done.returncode:
        raise make_conversion_refusal()
    out.seek(0)


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (MAX_DOCUMENT, MAX_DOCUMENT))
