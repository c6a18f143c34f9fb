# SPDX-License-Identifier: GPL-3.0-or-later
"""A place in which a person looks for faxes: a folder, one number of the inbox, a broadcast, or what a search finds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from faxcore.contract.listed import FOLDERS, FaxQuery, Folder
from faxcore.contract.sent_fax import Job
from faxcore.i18n import gettext as _
from faxcore.i18n import pgettext

IN_ORDER: Final = (
    Folder.INBOX,
    Folder.TO_COMPLETE,
    Folder.OUTBOX,
    Folder.SENT,
    Folder.FAILED,
    Folder.UNCERTAIN,
    Folder.BIN,
)
"""The folders as they stand in the window."""


@dataclass(frozen=True)
class Place:
    """A folder, a part of one, or the words that are looked for."""

    folder: Folder | None = Folder.INBOX
    """None: every folder but the bin."""
    number: str = ""
    """Of the inbox: one number only, as the service names it."""
    number_name: str = ""
    words: str = ""
    broadcast: str = ""
    unread: bool = False
    """Only what this person has not read."""

    def query(self, after: str, most: int) -> FaxQuery:
        """Make the wish for a page of it, from behind `after`."""
        return FaxQuery(
            folder=self.folder,
            number=self.number,
            words=self.words,
            broadcast=self.broadcast,
            unread=self.unread,
            after=after,
            most=most,
        )

    def search(self, words: str) -> Place:
        """Find the place in which these words are looked for from here: everywhere, but in the bin only if that is
        where one looks. Without words, this place.
        """
        words = " ".join(words.split())
        if not words:
            return self
        folder = Folder.BIN if self.folder is Folder.BIN else None
        return Place(folder, words=words, unread=self.unread)

    def only_unread(self, unread: bool) -> Place:
        """Find the same place with all of its faxes, or with those that are not read."""
        return replace(self, unread=unread)

    def takes_job(self, job: Job) -> bool:
        """Return whether a job is in it now. Of words only the service knows."""
        if self.broadcast:
            return job.broadcast == self.broadcast
        return not self.number and self.folder in (None, FOLDERS[job.state])

    def takes_arrivals(self) -> bool:
        """Return whether what is received comes into it. Of one number only the service knows."""
        return not self.broadcast and self.folder in (None, Folder.INBOX)

    @property
    def asks_service(self) -> bool:
        """True if only the service knows whether a fax is in it."""
        return bool(self.words or self.number or self.unread)

    def title(self) -> str:
        """Name it for a person."""
        if self.words:
            return _("Found in the bin") if self.folder is Folder.BIN else _("Found in all folders")
        if self.broadcast:
            return _("To several recipients")
        if self.number:
            return self.number_name or self.number
        return name_folder(self.folder)


def name_folder(folder: Folder | None) -> str:
    """Name a folder for a person; None: all but the bin."""
    return {
        None: _("All faxes"),
        Folder.INBOX: _("Inbox"),
        Folder.TO_COMPLETE: _("To complete"),
        Folder.OUTBOX: _("Outbox"),
        Folder.SENT: pgettext("folder", "Sent"),
        Folder.FAILED: pgettext("folder", "Failed"),
        Folder.UNCERTAIN: _("To decide"),
        Folder.BIN: _("Bin"),
    }[folder]
