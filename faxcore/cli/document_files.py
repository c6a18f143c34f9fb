# SPDX-License-Identifier: GPL-3.0-or-later
"""Files on the command line as one document: regular files, pipes and standard input, drawn in their order."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, Final

from faxcore.document.document_error import DocumentError, Reason
from faxcore.document.renderer import Style, render
from faxcore.document.sizes import PageSize
from faxcore.document.tiff import read_pages, write_to
from faxcore.i18n import gettext as _
from faxcore.model.page import MAX_PAGES, Page, Resolution
from faxcore.model.sentence import Sentence

STANDARD_INPUT: Final = Path("-")


class CannotBeDrawn(Exception):
    """A file is not faxed; `sentence` says which and why, `reason` says it to programs."""

    def __init__(self, file: Path, reason: Reason, told: Sentence) -> None:
        self.reason = reason
        self.sentence = Sentence("{file}: {reason}", {"file": name_of(file), "reason": told})
        super().__init__(str(self.sentence))


def name_of(file: Path) -> str:
    """Name a file to a person."""
    return _("standard input") if file == STANDARD_INPUT else str(file)


def draw_files(
    files: Sequence[Path], resolution: Resolution, style: Style, original: BinaryIO, pages: BinaryIO
) -> list[PageSize]:
    """Draw files into one TIFF of pages, and give its sizes; both files are left open at their start. `original` is the
    file as it is if there is one, else the pages. CannotBeDrawn for the first that cannot be; OSError if one cannot be
    read.
    """
    if len(files) == 1:
        _copy(files[0], original)
        sizes = _draw(files[0], original, resolution, style, pages)
    else:
        sizes = write_to(pages, _draw_in_order(files, resolution, style))
        pages.seek(0)
        shutil.copyfileobj(pages, original)
    original.seek(0)
    pages.seek(0)
    return sizes


def _draw_in_order(files: Sequence[Path], resolution: Resolution, style: Style) -> Iterator[Page]:
    count = 0
    for file in files:
        with tempfile.TemporaryFile() as copy, tempfile.TemporaryFile() as drawn:
            _copy(file, copy)
            count += len(_draw(file, copy, resolution, style, drawn))
            if count > MAX_PAGES:
                raise CannotBeDrawn(file, Reason.TOO_MANY_PAGES, Reason.TOO_MANY_PAGES.sentence())
            drawn.seek(0)
            yield from read_pages(drawn)


def _copy(file: Path, copy: BinaryIO) -> None:
    """Copy a file, because a pipe can be read only once."""
    if file == STANDARD_INPUT:
        shutil.copyfileobj(sys.stdin.buffer, copy)
    else:
        with file.open("rb") as source:
            shutil.copyfileobj(source, copy)
    copy.flush()


def _draw(file: Path, copy: BinaryIO, resolution: Resolution, style: Style, pages: BinaryIO) -> list[PageSize]:
    try:
        return render(copy, resolution=resolution, style=style, output=pages).pages
    except DocumentError as error:
        raise CannotBeDrawn(file, error.reason, error.sentence) from error
