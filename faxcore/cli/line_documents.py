# SPDX-License-Identifier: GPL-3.0-or-later
"""Documents for `faxctl line`: files as pages to be sent, and received pages as files."""

from __future__ import annotations

import contextlib
import itertools
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


def file_pages(work: Path, folder: Path, reports: Sequence[CallReport], name: str | None = None) -> list[Path]:
    """One TIFF and one PDF of the pages of each document received, under this name or that of the time, with a number
    behind it where that is taken.
    """
    files = [file for report in reports if report.files for file in _file_document(work, folder, report, name)]
    work.rmdir()
    return files


def _file_document(work: Path, folder: Path, report: CallReport, name: str | None) -> list[Path]:
    stem = name or datetime.now().strftime("%Y-%m-%d %H-%M-%S")
    candidates = (_make_names(folder, stem, number) for number in itertools.count(1))
    tiff, pdf = next(pair for pair in candidates if not any(file.exists() for file in pair))
    write_pages(tiff, [page for file in report.files for page in read_pages(work / file)])
    tiff_to_pdf(tiff, pdf, title=tiff.stem)
    for file in report.files:
        (work / file).unlink()
    return [tiff, pdf]


def _make_names(folder: Path, stem: str, number: int) -> tuple[Path, Path]:
    """The TIFF and the PDF of this name; from 2 on, the number stands behind it."""
    name = stem if number == 1 else f"{stem} ({number})"
    return folder / f"{name}.tif", folder / f"{name}.pdf"
