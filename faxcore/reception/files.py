# SPDX-License-Identifier: GPL-3.0-or-later
"""The two files of a reception: a TIFF of its pages, pixel for pixel, and a PDF of the same bits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from faxcore.document.pdf import tiff_to_pdf
from faxcore.document.tiff import read_pages, write_pages
from faxcore.model.page import Page
from faxcore.store.synced_files import remove, sync_file, sync_folder, write_all, written

_CHUNK = 1 << 20


def make_files(pages: Sequence[Path], folder: Path, id: str, title: str, when: datetime) -> tuple[Path, Path]:
    """Make both files in the folder, synced, under hidden names; TIFF and PDF. OSError if it cannot be written.

    They are made beside the pages first, in a folder that is ours alone, and only copied to the other, which may
    belong to somebody: nothing that is planted there is opened. There they stay, as what the bus hands out, and are
    synced as well: the pages that they were made of go when the fax is filed.
    `when`, the time of the reception, is all that they say of time: filed again after a crash, they are the same.
    """
    workshop = pages[0].parent
    tiff, pdf = workshop / "reception.tif", workshop / "reception.pdf"
    write_pages(tiff, _all(pages))
    tiff_to_pdf(tiff, pdf, title=title, when=when)
    sync_file(tiff)
    sync_file(pdf)
    sync_folder(workshop)
    hidden = folder / f".{id}.tif", folder / f".{id}.pdf"
    for source, target in zip((tiff, pdf), hidden, strict=True):
        remove(target)
        with written(target) as descriptor, source.open("rb") as file:
            while chunk := file.read(_CHUNK):
                write_all(descriptor, chunk)
    return hidden


def _all(paths: Sequence[Path]) -> Iterator[Page]:
    for path in paths:
        yield from read_pages(path)
