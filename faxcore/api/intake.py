# SPDX-License-Identifier: GPL-3.0-or-later
"""Documents taken in: copied, checked by a process of its own, synced under their final names; only then a row.

Nobody has been told of a document before its row is committed, so what a crash leaves here are strays without a row.

Two steps, each in one go: both files copied in a thread that may hang, the pages checked in a process, and synced and
named by the thread that waits for it. Between two steps the event loop has to come round again, which on a busy machine
takes longer than most of the work, and no step keeps it from others with a disk's time.
"""

from __future__ import annotations

import logging
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TypeVar

from faxcore.api.api_error import ApiError, bad_document, from_trouble, no_space
from faxcore.api.foreign_files import ForeignFiles
from faxcore.api.limits import Room
from faxcore.checkpoint import checkpoint
from faxcore.contract.bus import ErrorCode
from faxcore.document.check import check_pages_async
from faxcore.document.document_error import DocumentError, Reason
from faxcore.document.kinds import HEAD, is_tiff
from faxcore.document.sizes import PageSize
from faxcore.model.sentence import Sentence
from faxcore.store.documents import DocumentRow
from faxcore.store.ids_and_times import new_id
from faxcore.store.store import Store
from faxcore.store.synced_files import (
    Copied,
    NoRoom,
    NotReadable,
    NotRegular,
    TooLarge,
    copy_in,
    free_octets,
    hash_file,
    read_head,
    remove,
    sync_file,
    sync_folder,
)

log = logging.getLogger(__name__)

T = TypeVar("T")


async def accept(
    store: Store, files: ForeignFiles, person: str, pages: int, original: int | None, find_room: Callable[[], Room]
) -> DocumentRow:
    """Take a document in from a person's descriptors: its files are on disk, its row is the caller's to add. ApiError
    if it is not one, or if there is no room for it. Where `original` is None, what it was made from is not kept.
    """
    id = new_id()
    new = store.documents.folder / f"{id}.new"
    mine = (
        new,
        store.documents.pages_file(id),
        store.documents.original_file(id),
        store.documents.folder / f"{id}.part",
    )
    try:
        copy = partial(_copy_both, new, mine[2], find_room())
        theirs = (pages,) if original is None else (pages, original)
        octets, original_octets = await files.run(person, copy, *theirs)
        sizes, sha256 = await check_document(new, mine[3], person, partial(_settle, new, mine[3], mine[1]))
    except BaseException as error:
        remove(*mine)
        if isinstance(error, OSError):
            raise from_trouble(error) from error
        raise
    return DocumentRow(id, sha256, len(sizes), sizes[0].resolution, octets + original_octets, original_octets > 0)


async def check_document(source: Path, out: Path, person: str, settle: Callable[[], T]) -> tuple[list[PageSize], T]:
    """Write a person's document anew to `out`, which `settle` then sees to in a thread; its pages, and what that gives.
    ApiError if it is not a bilevel TIFF in fax geometry.
    """
    try:
        with source.open("rb") as pages, out.open("x+b") as output:
            os.fchmod(output.fileno(), 0o640)
            return await check_pages_async(pages, output, person, settle)
    except DocumentError as error:
        log.warning("a document was refused: %s", error.reason.value)
        log.debug("%s", error.detail)
        raise from_refusal(error, out.parent, source.stat().st_size) from error


def from_refusal(error: DocumentError, folder: Path, octets: int) -> ApiError:
    """Say why a document of so many octets was refused, that was to be written in this folder: the process behind the
    wall cannot tell a document without bounds from a disk without space.
    """
    full = free_octets(folder) < octets
    return no_space() if full and error.reason in (Reason.TOO_LARGE, Reason.NO_SPACE) else bad_document(error)


def _copy_both(
    pages_path: Path, original_path: Path, room: Room, pages: int, original: int | None = None
) -> tuple[int, int]:
    """Copy the pages and what they were made from; the octets of each. Both together have this room."""
    octets = _copy_pages(pages, pages_path, room).octets
    if original is None:
        return octets, 0
    return octets, _copy_original(original, original_path, Room(room.octets - octets, room.refusal))


def _copy_pages(descriptor: int, path: Path, room: Room) -> Copied:
    """Copy the pages for the process that checks them. What does not even say that it is a TIFF is refused before: who
    hands in megabytes of something else has no part of the disk's time.
    """
    with refused_by(room):
        head = read_head(descriptor, HEAD)
        if head and not is_tiff(head):
            raise bad_document(DocumentError(Reason.UNKNOWN_FORMAT))
        # Not synced, for the same reason: it is gone as soon as its pages have been written anew.
        return copy_in(descriptor, path, room.octets, synced=False)


def _copy_original(descriptor: int, path: Path, room: Room) -> int:
    """Copy what the document was made from, if there is something; its octets."""
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode) or not status.st_size:
        return 0
    with refused_by(room):
        return copy_in(descriptor, path, room.octets).octets


def _settle(new: Path, checked: Path, final: Path) -> str:
    """Sync the checked pages under their final name, and remove what was handed in; their SHA-256."""
    # Of the pages as they were written anew: what was handed in may carry the date of its drawing.
    sha256 = hash_file(checked)
    sync_file(checked)
    checkpoint("document checked, not named")
    checked.rename(final)
    remove(new)
    sync_folder(final.parent)
    return sha256


@contextmanager
def refused_by(room: Room) -> Iterator[None]:
    """Tell whoever handed a file in why it cannot be copied, or that there is no room for it."""
    try:
        yield
    except NoRoom:
        raise room.refusal from None
    except TooLarge:
        raise ApiError(ErrorCode.BAD_DOCUMENT, Sentence("The document is too large to be faxed.")) from None
    except NotRegular:
        raise ApiError(ErrorCode.BAD_DOCUMENT, Sentence("The document must be a regular file.")) from None
    except NotReadable as error:
        log.warning("a document cannot be read: %s", error)
        raise ApiError(
            ErrorCode.BAD_DOCUMENT, Sentence("The document cannot be read: its file must be open for reading.")
        ) from None
