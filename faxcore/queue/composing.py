# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages of a fax as they go out in a call: composed into the call's folder before they are needed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from faxcore.config import Config
from faxcore.contract.messages import ShorterPages
from faxcore.document.compose import PageOrder
from faxcore.document.sizes import PageSize
from faxcore.model.paper import Paper, PaperPlan
from faxcore.queue.experience import plan_paper
from faxcore.routing.own_numbers import Origin
from faxcore.store.jobs import JobRow
from faxcore.store.store import Store
from faxcore.store.synced_files import make_folder, sync_folder

Composer = Callable[[Path, Path, PageOrder], Awaitable[Sequence[PageSize]]]
"""Writes pages as they are to arrive into a new file, by an order; their sizes."""


@dataclass(frozen=True)
class ComposedPages:
    """The pages of a fax, ready to go out."""

    document: Path
    pages: int
    plan: PaperPlan
    """The paper that they were made for."""
    shorter: tuple[ShorterPages, ...] = ()


async def compose_pages(
    store: Store, config: Config, job: JobRow, call: str, origin: Origin, composer: Composer, known: Paper
) -> ComposedPages:
    """Compose the pages of a job for a call, whose other end is known to print this paper at most. DocumentError,
    OSError or StoreUnavailable if that cannot be done.
    """
    folder = make_folder(store.call_folder(call))
    document = folder / "document.tif"
    plan = plan_paper(job.paper_plan, job.confirmed, known, config.document.long_pages)
    order = PageOrder(
        job.header,
        job.recipient,
        job.subject,
        origin.station_id,
        store.database.local_now(),
        job.confirmed + 1,
        plan=plan,
        header_line=origin.header_line,
        message=job.message,
        logo=store.own_logos.encoded(job.header.picture),
    )
    pages = store.documents.pages_file(job.document)
    sizes = await composer(pages, document, order)
    longest = max((size.millimetres for size in sizes[job.confirmed :]), default=0.0)
    shorter = [
        await _compose_shorter(composer, pages, folder, order, paper)
        for paper in plan.last.paper.shorter
        if longest > paper.longest_mm
    ]
    if config.archive.folder is not None or store.sent_copies.is_wanted(job.id):
        # Their names, too: they are the copy of what is sent.
        sync_folder(folder)
    return ComposedPages(document, len(sizes), plan, tuple(shorter))


async def _compose_shorter(
    composer: Composer, pages: Path, folder: Path, order: PageOrder, paper: Paper
) -> ShorterPages:
    """Compose the pages as they go out if the other end turns out to print no more than this: in the call there is no
    time for it.
    """
    document = folder / f"document-{paper.value}.tif"
    await composer(pages, document, replace(order, plan=order.plan.shorten(order.first_page, paper)))
    return ShorterPages(paper, str(document))
