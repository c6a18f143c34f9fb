# SPDX-License-Identifier: GPL-3.0-or-later
"""A service with an archive, and a composer whose pages tell in which call they were made."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from faxcore.config import ArchiveConfig, Config
from faxcore.document.compose import PageOrder
from faxcore.document.sheets import fit_to_paper
from faxcore.document.sizes import PageSize
from faxcore.document.tiff import page_sizes, read_pages, write_pages
from faxcore.service import FaxService
from faxcore.store.sent_copies import Copying
from faxcore.store.synced_files import sync_file
from tests.support.service_parts import configured
from tests.support.waiting import until


async def stamp(pages: Path, out: Path, order: PageOrder) -> list[PageSize]:
    """Compose without a process, synced as composed pages are; the first row of each page tells with which page the
    call began.
    """
    begun = bytes([order.first_page]) * 216
    fitted = fit_to_paper(read_pages(pages), order.plan)
    write_pages(out, [replace(page, rows=begun + page.rows[216:]) for page in fitted])
    sync_file(out)
    return page_sizes(out)


def archived(folder: Path, **changes: Any) -> Config:
    """Configure an archive in FOLDER/archive."""
    return configured(folder, archive=ArchiveConfig(folder=folder / "archive"), **changes)


async def until_filed(service: FaxService, job: str) -> None:
    """Wait until the copy of a job is in the archive."""

    def filed() -> bool:
        copy = service.store.sent_copies.get(job)
        return copy is not None and copy.state is Copying.FILED

    await until("the copy in the archive", filed)
