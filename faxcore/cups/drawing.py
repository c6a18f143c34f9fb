# SPDX-License-Identifier: GPL-3.0-or-later
"""The documents of a print job, drawn as the job's options say, else the printer's."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from faxcore.cups.converting import make_drawable
from faxcore.cups.options import RESOLUTIONS, PrintJob
from faxcore.cups.print_refusal import Exit, Refusal
from faxcore.cups.taken_documents import Document
from faxcore.document import renderer
from faxcore.document.document_error import DocumentError, Reason
from faxcore.document.join import join_pages
from faxcore.model.page import Resolution
from faxcore.model.sentence import Sentence


def draw_all(documents: Sequence[Document], pages: BinaryIO, job: PrintJob, argv: Sequence[str]) -> None:
    """Draw the pages of all documents, and all of them as often as there are copies. Refusal, with the reason."""
    if len(documents) == 1 and job.copies == 1:
        draw(documents[0], pages, job, argv)
        return
    with contextlib.ExitStack() as files:
        parts = [files.enter_context(tempfile.TemporaryFile()) for _document in documents]
        for number, (document, part) in enumerate(zip(documents, parts, strict=True), 1):
            try:
                draw(document, part, job, argv)
            except Refusal as refusal:
                raise _of_many(refusal, number, len(documents)) from None
        try:
            join_pages(parts, job.copies, pages)
        except DocumentError as error:
            raise _refuse(error) from None


def draw(document: Document, pages: BinaryIO, job: PrintJob, argv: Sequence[str]) -> None:
    """Draw one document. Refusal, with the reason, if that can't be."""
    defaults = read_defaults(os.environ.get("PPD"))
    fineness = job.choice("Resolution", defaults.get("resolution", ""))
    content = job.choice("FaxContent", defaults.get("faxcontent", ""))
    try:
        with contextlib.ExitStack() as files:
            renderer.render(
                make_drawable(document, job, argv, files),
                resolution=RESOLUTIONS.get(fineness.lower(), Resolution.FINE),
                style="photo" if content.lower() == "photo" else "text",
                output=pages,
            )
    except DocumentError as error:
        raise _refuse(error) from None


def read_defaults(ppd: str | None) -> dict[str, str]:
    """The choices that the administrator made the printer's own: the `*Default...` lines of its PPD."""
    if ppd is None:
        return {}
    try:
        lines = Path(ppd).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return {}
    pairs = (line.removeprefix("*Default").partition(":") for line in lines if line.startswith("*Default"))
    return {name.strip().lower(): value.strip() for name, _colon, value in pairs}


def _of_many(refusal: Refusal, number: int, count: int) -> Refusal:
    """Say which of several documents is refused."""
    if count == 1:
        return refusal
    sentence = Sentence(
        "Document {number} of {count}: {sentence}", {"number": number, "count": count, "sentence": refusal.sentence}
    )
    return Refusal(refusal.exit_code, sentence)


def _refuse(error: DocumentError) -> Refusal:
    exit_code = Exit.HOLD if error.reason.passes else Exit.CANCEL
    if error.reason is Reason.KILLED:
        exit_code = Exit.RETRY
    return Refusal(exit_code, error.sentence)
