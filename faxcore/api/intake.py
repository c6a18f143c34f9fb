# SPDX-License-Identifier: GPL-3.0-or-later
"""Documents taken in: copied, checked by a process of their own, synced under their final names; only then a row.

Nobody has been told of a document before its row is committed, so what a crash leaves here are strays without a row.
"""

from __future__ import annotations

import asyncio
import os
import stat
from pathlib import Path

from faxcore.api.api_error import ApiError, from_trouble, no_space
from faxcore.contract.bus import ERROR_BAD_DOCUMENT
from faxcore.document.checking import Checked, check
from faxcore.i18n import gettext as _
from faxcore.store.database import new_id
from faxcore.store.drafts import DocumentRow
from faxcore.store.store import Store
from faxcore.store.synced_files import RESERVE, Copied, NotRegular, TooLarge, copy_in, remove, settle, sync_folder


async def accept(store: Store, pages: int, original: int, reserve: int = RESERVE) -> DocumentRow:
    """A document whose files are on disk; its row is the caller's to add. Refused if it is none, or has no room."""
    id = new_id()
    new = store.documents / f"{id}.new"
    mine = (new, store.drafts.pages_file(id), store.drafts.original_file(id), store.documents / f"{id}.part")
    try:
        if store.free_octets() < reserve:
            raise no_space()
        copied = await asyncio.to_thread(_copy, pages, new)
        checked = await check(new, mine[3])
        settle(mine[3], mine[1])
        has_original = await asyncio.to_thread(_copy_original, original, mine[2])
        remove(new)
        sync_folder(store.documents)
    except BaseException as error:
        remove(*mine)
        if isinstance(error, OSError):
            raise from_trouble(error) from error
        raise
    return _row(id, copied, checked, has_original)


def _row(id: str, copied: Copied, checked: Checked, has_original: bool) -> DocumentRow:
    return DocumentRow(id, copied.sha256, checked.pages, checked.resolution, copied.octets, has_original)


def _copy(descriptor: int, path: Path) -> Copied:
    try:
        return copy_in(descriptor, path)
    except TooLarge:
        raise ApiError(ERROR_BAD_DOCUMENT, _("The document is too large to be faxed.")) from None
    except NotRegular:
        raise ApiError(ERROR_BAD_DOCUMENT, _("The document is no file.")) from None


def _copy_original(descriptor: int, path: Path) -> bool:
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode) or not status.st_size:
        return False
    _copy(descriptor, path)
    return True
