# SPDX-License-Identifier: GPL-3.0-or-later
"""Documents for `faxctl line`: files as pages to be sent, and received pages as files."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from faxcore.cli.document_files import draw_files
from faxcore.document.pdf import tiff_to_pdf
from faxcore.document.tiff import read_pages, write_pages
from faxcore.model.call import CallReport
from faxcore.model.page import Resolution


@contextlib.contextmanager
def pages_of(files: Sequence[Path], resolution: Resolution) -> Iterator[Path]:
    """All the pages of these files as one TIFF in fax geometry, in their order; those of a fax pixel for pixel.
    CannotBeDrawn where one has none.
    """
    with tempfile.TemporaryFile() as original, tempfile.TemporaryDirectory() as folder:
        document = Path(folder) / "document.tif"
        with document.open("w+b") as pages:
            draw_files(files, resolution, "text", original, pages)
        yield document


def file_pages(work: Path, folder: Path, reports: Sequence[CallReport]) -> list[Path]:
    """One TIFF and one PDF of the pages of each document received, under names that nothing has yet."""
    files = [file for report in reports if report.files for file in _file_document(work, folder, report)]
    work.rmdir()
    return files


def _file_document(work: Path, folder: Path, report: CallReport) -> list[Path]:
    stem = datetime.now().strftime("%Y-%m-%d %H-%M-%S")
    names = (stem, *(f"{stem} ({count})" for count in range(2, 1000)))
    tiff = next(folder / f"{name}.tif" for name in names if not (folder / f"{name}.tif").exists())
    write_pages(tiff, [page for name in report.files for page in read_pages(work / name)])
    pdf = tiff.with_suffix(".pdf")
    tiff_to_pdf(tiff, pdf, title=tiff.stem)
    for name in report.files:
        (work / name).unlink()
    return [tiff, pdf]
