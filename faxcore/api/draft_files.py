# SPDX-License-Identifier: GPL-3.0-or-later
"""Files made of the pages of drafts: those that go out, in their order, and those of two drafts in one.

The pages are decoded and written anew by a process behind a wall, never here. A file has its final name only when it is
on disk; its row is the caller's to add, and until then a crash leaves a stray that the next start removes.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from faxcore.api.api_error import changed_draft, from_trouble
from faxcore.api.intake import from_refusal
from faxcore.checkpoint import checkpoint
from faxcore.document.document_error import DocumentError
from faxcore.document.join import Chosen, choose_pages
from faxcore.document.sizes import PageSize
from faxcore.document.tiff import write_pages
from faxcore.model.page import Resolution
from faxcore.store.documents import DocumentRow
from faxcore.store.draft_parts import list_sent
from faxcore.store.drafts import DraftRow
from faxcore.store.ids_and_times import new_id
from faxcore.store.store import Store
from faxcore.store.synced_files import finish, hash_file, remove


@asynccontextmanager
async def sent_pages(store: Store, draft: DraftRow) -> AsyncIterator[Path]:
    """Give a file of the pages of a draft that go out, for as long as the context lasts. ApiError if there is none."""
    own = store.documents.pages_file(draft.document)
    if _sends_all(draft):
        yield own
        return
    made = store.documents.folder / f"{new_id()}.chosen"
    try:
        await _choose(draft.owner, [Chosen(own, tuple(list_sent(draft.parts)))], made)
        yield made
    finally:
        remove(made)


async def hash_sent_pages(store: Store, draft: DraftRow) -> str:
    """Give the SHA-256 of the pages of a draft that go out, as a document of them would have it."""
    if _sends_all(draft):
        return store.documents.get(draft.document).sha256
    async with sent_pages(store, draft) as pages:
        return await asyncio.to_thread(hash_file, pages)


async def make_sent_document(store: Store, draft: DraftRow) -> DocumentRow:
    """Make a document of the pages of a draft that go out: its own if that is all of them."""
    if _sends_all(draft):
        return store.documents.get(draft.document)
    return await make_document(store, draft.owner, [(draft.document, list_sent(draft.parts))])


async def make_empty_document(store: Store) -> DocumentRow:
    """Make a document without a page: what was typed for a fax waits with it for the first page, and a cover page that
    goes out alone needs no other. ApiError if the disk is full.
    """
    id = new_id()
    part, final = store.documents.folder / f"{id}.part", store.documents.pages_file(id)

    def write() -> str:
        write_pages(part, [])
        part.chmod(0o640)
        return finish(part, final)

    try:
        sha256 = await asyncio.to_thread(write)
    except OSError as error:
        remove(part, final)
        raise from_trouble(error) from error
    return DocumentRow(id, sha256, 0, Resolution.FINE, final.stat().st_size, False)


async def make_document(store: Store, owner: str, chosen: Sequence[tuple[str, list[int]]]) -> DocumentRow:
    """Make a document of these pages of documents of this person. ApiError if they are too many, if one of them has
    gone, or if the disk is full.
    """
    id = new_id()
    part, final = store.documents.folder / f"{id}.part", store.documents.pages_file(id)
    try:
        pages = [Chosen(store.documents.pages_file(document), tuple(numbers)) for document, numbers in chosen]
        sizes = await _choose(owner, pages, part)
        sha256 = await asyncio.to_thread(finish, part, final)
    except BaseException as error:
        remove(part, final)
        if isinstance(error, OSError):
            raise from_trouble(error) from error
        raise
    checkpoint("pages of a draft made anew, no row")
    return DocumentRow(id, sha256, len(sizes), sizes[0].resolution, final.stat().st_size, False)


def _sends_all(draft: DraftRow) -> bool:
    return list_sent(draft.parts) == list(range(1, draft.pages + 1))


async def _choose(owner: str, chosen: Sequence[Chosen], out: Path) -> list[PageSize]:
    """Write these pages to a new file. ApiError if one of the documents cannot be read or has gone."""
    try:
        return await _choose_there(owner, chosen, out)
    except FileNotFoundError as error:
        if all(each.document.exists() for each in chosen):
            raise
        raise changed_draft() from error  # another window has put the draft's documents together anew


async def _choose_there(owner: str, chosen: Sequence[Chosen], out: Path) -> list[PageSize]:
    try:
        with out.open("x+b") as output:
            os.fchmod(output.fileno(), 0o640)
            return await choose_pages(chosen, output, owner)
    except DocumentError as error:
        octets = sum(each.document.stat().st_size for each in chosen)
        raise from_refusal(error, out.parent, octets) from error
