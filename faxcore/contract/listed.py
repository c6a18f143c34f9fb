# SPDX-License-Identifier: GPL-3.0-or-later
"""The lists of faxes of the bus contract, by folder and by words to search for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

from faxcore.contract.printed import Draft
from faxcore.contract.received_fax import Reception
from faxcore.contract.sent_fax import Job
from faxcore.model.job import State

LONGEST_COMMENT: Final = 1000
"""Characters of a comment on a fax."""


class Folder(Enum):
    """The lists in which a person finds faxes."""

    INBOX = "inbox"
    TO_COMPLETE = "to-complete"
    """Printed, no recipient yet."""
    OUTBOX = "outbox"
    """Waiting, or being sent."""
    SENT = "sent"
    FAILED = "failed"
    """Failed or cancelled."""
    UNCERTAIN = "uncertain"
    BIN = "bin"


FOLDERS: Final[Mapping[State, Folder]] = {
    State.ENTERING: Folder.OUTBOX,
    State.PENDING: Folder.OUTBOX,
    State.READY: Folder.OUTBOX,
    State.ACTIVE: Folder.OUTBOX,
    State.FINAL_PENDING: Folder.OUTBOX,
    State.SLEEPING: Folder.OUTBOX,
    State.HELD: Folder.OUTBOX,
    State.DONE: Folder.SENT,
    State.FAILED: Folder.FAILED,
    State.CANCELLED: Folder.FAILED,
    State.UNCERTAIN: Folder.UNCERTAIN,
}
"""The folder of a job, by its state, unless it is in the bin."""


@dataclass(frozen=True)
class FaxQuery:
    """A wish for a page of a list, newest first."""

    folder: Folder | None = None
    """None: every folder but the bin."""
    number: str = ""
    """Of the inbox, only what came for this number, in any spelling."""
    words: str = ""
    """Beginnings of words, all of which must be in it: names, numbers, subject, line. Accents do not matter."""
    unread: bool = False
    """Only what the caller has not marked as read, in whichever folder."""
    broadcast: str = ""
    """Only the faxes of this broadcast, whatever else is asked for."""
    after: str = ""
    """The `after` of the page before; empty: the first page. Without `words`, the id of a fax: what comes behind it."""
    most: int = 200


@dataclass(frozen=True)
class FaxPage:
    """A page of a list; each kind newest first, by its ids, whose order as texts is that of their making."""

    drafts: tuple[Draft, ...] = ()
    jobs: tuple[Job, ...] = ()
    receptions: tuple[Reception, ...] = ()
    after: str = ""
    """Where the next page begins, each before the last in the order of text; empty: this was the last one."""


@dataclass(frozen=True)
class FolderCount:
    """The number of faxes in a folder."""

    folder: Folder
    faxes: int
    unread: int


@dataclass(frozen=True)
class ListsChange:
    """The caller's lists have changed."""

    folders: tuple[FolderCount, ...] = ()
    """Every folder, as `count_folders` counts it."""


@dataclass(frozen=True)
class NumberCount:
    """One of our numbers, and the faxes in the caller's inbox that came for it."""

    number: str
    """As numbers are written here; `FaxQuery.number` takes it as it is."""
    name: str
    """Its name, as the configuration has it; of one that is there no more, as it was when its last fax came."""
    faxes: int
    unread: int
