# SPDX-License-Identifier: GPL-3.0-or-later
"""The two files of a fax, as the service keeps them: a TIFF of its pages, pixel for pixel, and a PDF/A of the same
bits. They lie in the folder of a call, which is ours alone; those of a reception are what the bus hands out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from faxcore.document.archival_pdf import FaxFacts, make_archival_pdf
from faxcore.document.tiff import read_pages, write_pages
from faxcore.model.file_format import FileFormat
from faxcore.model.page import Page
from faxcore.store.retention import HALF
from faxcore.store.synced_files import hash_file, settle, sync_file


@dataclass(frozen=True)
class OwnCopies:
    """The places of both files."""

    tiff: Path
    pdf: Path

    def of(self, format: FileFormat) -> Path:
        """The place of the one in this format."""
        return {FileFormat.TIFF: self.tiff, FileFormat.PDF: self.pdf}[format]

    @property
    def complete(self) -> bool:
        """True if both are there."""
        return self.tiff.exists() and self.pdf.exists()

    @property
    def halves(self) -> tuple[Path, Path]:
        """The places of both while they are made."""
        tiff, pdf = (path.with_name(f".{path.name}{HALF}") for path in (self.tiff, self.pdf))
        return tiff, pdf

    def hash(self) -> tuple[str, str]:
        """Compute the SHA-256 of both, in hexadecimal digits."""
        return hash_file(self.tiff), hash_file(self.pdf)


def own_copies(call_folder: Path) -> OwnCopies:
    """Tell where those of a call's reception are, or will be."""
    return OwnCopies(call_folder / "reception.tif", call_folder / "reception.pdf")


def make_own_copies(own: OwnCopies, pages: Iterable[Page], facts: FaxFacts, when: datetime) -> None:
    """Make both of these pages, synced, or make them anew. OSError if that cannot be."""
    write_pages(own.halves[0], pages)
    settle_own_copies(own, facts, when)


def settle_own_copies(own: OwnCopies, facts: FaxFacts, when: datetime) -> None:
    """Make the PDF of a TIFF that is there as a half, and give both their names, synced. OSError if that cannot be.

    Whoever reads them meanwhile finds the whole file, or none. `when`, the time of the fax, is all that they say of
    time: made again after a crash, they are the same.
    """
    half_tiff, half_pdf = own.halves
    make_archival_pdf(half_tiff, half_pdf, facts, when)
    for half, whole in ((half_tiff, own.tiff), (half_pdf, own.pdf)):
        sync_file(half)
        settle(half, whole)


def read_all(paths: Sequence[Path]) -> Iterator[Page]:
    """Read the pages of several files."""
    for path in paths:
        yield from read_pages(path)
