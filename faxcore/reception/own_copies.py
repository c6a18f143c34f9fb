# SPDX-License-Identifier: GPL-3.0-or-later
"""The two files of a reception, as the service keeps them: a TIFF of its pages, pixel for pixel, and a PDF of the same
bits. They lie beside the pages, in a folder that is ours alone, and are what the bus hands out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from faxcore.document.pdf import tiff_to_pdf
from faxcore.document.tiff import read_pages, write_pages
from faxcore.model.page import Page
from faxcore.store.retention import HALF
from faxcore.store.synced_files import settle, sync_file


@dataclass(frozen=True)
class OwnCopies:
    """The places of both files."""

    tiff: Path
    pdf: Path

    @property
    def complete(self) -> bool:
        """True if both are there."""
        return self.tiff.exists() and self.pdf.exists()


def own_copies(call_folder: Path) -> OwnCopies:
    """Tell where those of a call's reception are, or will be."""
    return OwnCopies(call_folder / "reception.tif", call_folder / "reception.pdf")


def make_own_copies(pages: Sequence[Path], title: str, when: datetime) -> OwnCopies:
    """Make both beside the pages, synced, or made anew. OSError if that cannot be.

    Whoever reads them meanwhile finds the whole file, or none. `when`, the time of the reception, is all that they say
    of time: made again after a crash, they are the same.
    """
    made = own_copies(pages[0].parent)
    half_tiff, half_pdf = (path.with_name(f".{path.name}{HALF}") for path in (made.tiff, made.pdf))
    write_pages(half_tiff, _all(pages))
    tiff_to_pdf(half_tiff, half_pdf, title=title, when=when)
    for half, whole in ((half_tiff, made.tiff), (half_pdf, made.pdf)):
        sync_file(half)
        settle(half, whole)
    return made


def _all(paths: Sequence[Path]) -> Iterator[Page]:
    for path in paths:
        yield from read_pages(path)
