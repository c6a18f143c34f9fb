# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages of a fax as the service has them: as a file of this person's, and as pictures."""

from __future__ import annotations

import asyncio
import os
import tempfile
from enum import Enum
from pathlib import Path
from typing import BinaryIO, Final

from faxcore.contract.bus import Document
from faxcore.contract.interfaces import Desk
from faxcore.contract.received_fax import ReceptionFile
from faxcore.document.pdf import tiff_to_pdf
from faxcore.document.tiff import has_no_page
from faxcore.model.text import safe_file_name
from faxcore.qt.pages.page_image import PageImage, read_images
from notifier.fax import NO_TIME, Fax

_FOR_ME: Final = 0o600


class DocumentKind(Enum):
    """The kind of a file, by the ending of its name."""

    PDF = ".pdf"
    TIFF = ".tif"


def name_document(fax: Fax) -> str:
    """Name the file of a fax, without its ending: by the other end and the time on this person's clock."""
    when = "" if fax.when == NO_TIME else f" {fax.when.astimezone():%Y-%m-%d %H-%M}"
    return safe_file_name(fax.name, otherwise="fax") + when


async def write_document(desk: Desk, fax: Fax, kind: DocumentKind, path: Path, mode: int = _FOR_ME) -> None:
    """Write a fax, as it went over the line, as a new file, which by default nobody else can read. BusError, OSError,
    DocumentError.
    """
    if not fax.sent or kind is DocumentKind.TIFF:
        await _fetch(desk, fax, kind, path, mode)
        return
    # The service has what was sent as TIFF only.
    with tempfile.TemporaryDirectory(prefix="facteur-") as folder:
        tiff = Path(folder, "fax.tif")
        await _fetch(desk, fax, DocumentKind.TIFF, tiff, _FOR_ME)
        os.close(_create(path, mode))
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(None, lambda: tiff_to_pdf(tiff, path, title=fax.subject, when=fax.when))


async def write_receipt(desk: Desk, fax: Fax, path: Path, mode: int = _FOR_ME) -> None:
    """Write the delivery receipt of a fax that was sent as a new PDF. BusError, OSError."""
    descriptor = _create(path, mode)
    try:
        await desk.write_receipt(fax.id, descriptor)
    finally:
        os.close(descriptor)


async def write_bare_pages(desk: Desk, fax: Fax, out: BinaryIO) -> None:
    """Write the pages of a fax as TIFF; of one that was sent, those of its document or, where there is none, its cover
    page. BusError.
    """
    if fax.sent:
        await desk.read_job(fax.id, out)
        if not has_no_page(out):
            return
        out.seek(0)
        out.truncate()
    await _read(desk, fax, DocumentKind.TIFF, out)


async def read_pages(desk: Desk, fax: Fax) -> tuple[list[PageImage], bool]:
    """Read the pages of a fax as they went over the line, to be seen or printed; True if they are the very ones, False
    if they were made again. BusError, OSError, DocumentError.
    """
    with tempfile.TemporaryFile(prefix="facteur-") as file:
        as_sent = await _read(desk, fax, DocumentKind.TIFF, file.fileno())
        return await asyncio.get_running_loop().run_in_executor(None, read_images, file), as_sent


async def _fetch(desk: Desk, fax: Fax, kind: DocumentKind, path: Path, mode: int) -> None:
    descriptor = _create(path, mode)
    try:
        await _read(desk, fax, kind, descriptor)
    finally:
        os.close(descriptor)


async def _read(desk: Desk, fax: Fax, kind: DocumentKind, out: Document) -> bool:
    if fax.sent:
        return (await desk.read_sent(fax.id, out)).as_sent
    await desk.read_reception(fax.id, ReceptionFile.PDF if kind is DocumentKind.PDF else ReceptionFile.TIFF, out)
    return True


def _create(path: Path, mode: int) -> int:
    return os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, mode)
