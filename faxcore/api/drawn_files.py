# SPDX-License-Identifier: GPL-3.0-or-later
"""Files of people made into documents: copied, drawn by a process behind a wall, synced under their final names.

The windows hand files in as they are, for they have none of the programs that draw. As with pages that are handed in,
nobody is told of a document before its row is committed.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

from faxcore.api.api_error import from_trouble
from faxcore.api.foreign_files import ForeignFiles
from faxcore.api.intake import check_document, from_refusal, refused_by
from faxcore.api.limits import Room
from faxcore.document.document_error import DocumentError
from faxcore.document.renderer import Style, render_async
from faxcore.model.page import Resolution
from faxcore.store.documents import DocumentRow
from faxcore.store.ids_and_times import new_id
from faxcore.store.store import Store
from faxcore.store.synced_files import copy_in, finish, remove

log = logging.getLogger(__name__)


async def draw_document(
    store: Store,
    files: ForeignFiles,
    person: str,
    file: int,
    resolution: Resolution,
    find_room: Callable[[], Room],
    style: Style = "text",
) -> DocumentRow:
    """Draw a person's file: its pages and the file itself are on disk, the row is the caller's to add. ApiError if it
    is none that can be drawn, or if there is no room for it.
    """
    id = new_id()
    drawn, part = (store.documents.folder / f"{id}.{name}" for name in ("drawn", "part"))
    pages, original = store.documents.pages_file(id), store.documents.original_file(id)
    try:
        octets = await files.run(person, partial(_copy, original, find_room()), file)
        await _draw(original, drawn, resolution, style, person)
        # Whatever a document has made of the process that drew it, the service has pages of its own writing.
        sizes, sha256 = await check_document(drawn, part, person, partial(finish, part, pages))
        remove(drawn)
    except BaseException as error:
        remove(drawn, part, pages, original)
        if isinstance(error, OSError):
            raise from_trouble(error) from error
        raise
    return DocumentRow(id, sha256, len(sizes), sizes[0].resolution, octets + pages.stat().st_size, True)


def _copy(path: Path, room: Room, file: int) -> int:
    with refused_by(room):
        return copy_in(file, path, room.octets).octets


async def _draw(source: Path, out: Path, resolution: Resolution, style: Style, person: str) -> None:
    try:
        with source.open("rb") as document, out.open("x+b") as output:
            os.fchmod(output.fileno(), 0o640)
            await render_async(document, resolution=resolution, style=style, output=output, person=person)
    except DocumentError as error:
        log.warning("a document was refused: %s", error.reason.value)
        log.debug("%s", error.detail)
        raise from_refusal(error, out.parent, source.stat().st_size) from error
