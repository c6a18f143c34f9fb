# SPDX-License-Identifier: GPL-3.0-or-later
"""The documents of one call in. Its worker keeps them all in the call's folder, told apart by their files' names. When
the call is over, each gets a part of the call for itself: a row that follows the one before, and a folder with its
pages under plain names. From then on they are as far from each other as documents of different calls.

All of it may be done again after a crash: a row that has begun is found, and so is a file that has its second name. The
rows are closed together, in one transaction; until then the files in the call's folder stay what they are.
"""

from __future__ import annotations

import re
from typing import Final

from faxcore.checkpoint import checkpoint
from faxcore.contract.call_files import name_of, split_name
from faxcore.store.receptions import ReceptionRow
from faxcore.store.retention import TRANSCRIPT
from faxcore.store.store import Store
from faxcore.store.synced_files import link, make_folder, sync_folder

PAGE_FILE: Final = re.compile(r"page-([0-9]{4,})(-unconfirmed)?\.tif")


def begin_documents(store: Store, call: str, count: int) -> list[ReceptionRow]:
    """Begin those receptions of the first `count` documents of a call, which is not over, that have not begun; all of
    them, in order. In the caller's transaction.
    """
    found = store.receptions.in_one_call(call)
    while found and len(found) < count:
        found.append(store.receptions.begin_next(found[-1]))
    return found


def take_apart(store: Store, call: str, count: int) -> list[ReceptionRow]:
    """Give each document of a call that is over a folder for itself; their receptions, in order. There are `count` of
    them, or as many as the files say, if those are more.
    """
    folder = store.call_folder(call)
    files = [split_name(path.name) for path in folder.iterdir()] if folder.is_dir() else []
    with store.transaction():
        receptions = begin_documents(store, call, max([count, *(document for document, _name in files)]))
    for number, reception in enumerate(receptions[1:], start=2):
        checkpoint("document begun, not apart")
        own = make_folder(store.call_folder(reception.call))
        for document, name in files:
            if document == number and PAGE_FILE.fullmatch(name):
                link(folder / name_of(document, name), own / name)
        if (folder / TRANSCRIPT).exists():
            # It is one call, and says of every document what was said on the line.
            link(folder / TRANSCRIPT, own / TRANSCRIPT)
        sync_folder(own)
    return receptions
