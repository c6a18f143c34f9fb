# SPDX-License-Identifier: GPL-3.0-or-later
"""Documents for `faxctl line`: files as pages to be sent, and received pages as files."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from faxcore.document.document_error import DocumentError
from faxcore.document.pdf import tiff_to_pdf
from faxcore.document.renderer import Rendered, render
from faxcore.document.tiff import is_fax_tiff, read_pages, write_pages
from faxcore.model.call import CallReport
from faxcore.model.page import Resolution
from faxcore.model.sentence import Sentence


class Unusable(Exception):
    """A file cannot be sent; `sentence` says which and why, for a person."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence


@contextlib.contextmanager
def pages_of(files: Sequence[Path], resolution: Resolution) -> Iterator[Path]:
    """All the pages of these files as one TIFF in fax geometry, in their order. Unusable where one has none."""
    with contextlib.ExitStack() as parts:
        documents = [parts.enter_context(_pages_of(file, resolution)) for file in files]
        if len(documents) == 1:
            yield documents[0]
            return
        whole = Path(parts.enter_context(tempfile.NamedTemporaryFile(suffix=".tif")).name)
        write_pages(whole, (page for document in documents for page in read_pages(document)))
        yield whole


@contextlib.contextmanager
def _pages_of(file: Path, resolution: Resolution) -> Iterator[Path]:
    """A TIFF in fax geometry as it is, pixel for pixel; anything else through the renderer."""
    try:
        rendered = None if is_fax_tiff(file) else _rendered(file, resolution)
    except DocumentError as error:
        raise Unusable(Sentence("{file}: {reason}", {"file": file.name, "reason": error.sentence})) from error
    except OSError as error:
        raise Unusable(Sentence("{file}: {reason}.", {"file": str(file), "reason": str(error.strerror)})) from error
    if rendered is None:
        yield file
        return
    with rendered, tempfile.NamedTemporaryFile(suffix=".tif") as pages:
        pages.write(rendered.file.read())
        pages.flush()
        yield Path(pages.name)


def _rendered(file: Path, resolution: Resolution) -> Rendered:
    with file.open("rb") as source:
        return render(source, resolution=resolution)


def file_pages(work: Path, folder: Path, report: CallReport) -> list[Path]:
    """One TIFF and one PDF of the pages received, under a name that nothing has yet."""
    if not report.files:
        work.rmdir()
        return []
    stem = datetime.now().strftime("%Y-%m-%d %H-%M-%S")
    names = (stem, *(f"{stem} ({count})" for count in range(2, 1000)))
    tiff = next(folder / f"{name}.tif" for name in names if not (folder / f"{name}.tif").exists())
    write_pages(tiff, [page for name in report.files for page in read_pages(work / name)])
    pdf = tiff.with_suffix(".pdf")
    tiff_to_pdf(tiff, pdf, title=tiff.stem)
    for name in report.files:
        (work / name).unlink()
    work.rmdir()
    return [tiff, pdf]
