# SPDX-License-Identifier: GPL-3.0-or-later
"""Deletes what a person deletes so that it can be taken back: a fax goes into the bin at once, and comes out again; a
document that waits is hidden, and thrown away some seconds later, for the service has no bin for it.
"""

from __future__ import annotations

from typing import Final

from PyQt6.QtCore import QObject

from faxcore.bus.client import BusError
from faxcore.contract.bus import ErrorCode
from faxcore.i18n import gettext as _
from faxcore.i18n import pgettext
from faxcore.qt.link import DeskLink
from faxcore.qt.starting import Start
from notifier.faxes.entry import Entry
from notifier.faxes.loading import Loading
from notifier.notice_bar import NoticeBar

UNDO_MS: Final = 10_000
"""Milliseconds within which it can be taken back by the bar."""


class Deletion(QObject):
    """Deletes one entry at a time."""

    def __init__(self, link: DeskLink, loading: Loading, notice: NoticeBar, start: Start) -> None:
        super().__init__()
        self._link, self._loading, self._notice, self._start = link, loading, notice, start

    async def delete(self, entry: Entry) -> None:
        """Delete an entry, and offer to take that back. BusError."""
        if entry.draft is None:
            assert entry.fax is not None
            await self._link.desk.bin_fax(entry.fax.id)
        self._loading.hide(entry)
        sentence = _("The document “{name}” is deleted.") if entry.draft is not None else _("“{name}” is in the bin.")
        self._notice.offer(
            sentence.format(name=entry.name),
            pgettext("deletion", "&Undo"),
            act=lambda: self._take_back(entry),
            over=lambda: self._finish(entry),
            milliseconds=UNDO_MS,
        )

    async def restore(self, entry: Entry) -> None:
        """Take a fax out of the bin. BusError."""
        assert entry.fax is not None
        await self._link.desk.restore_fax(entry.fax.id)
        self._loading.hide(entry)
        self._notice.tell(_("“{name}” is in its folder again.").format(name=entry.name))

    async def remove(self, entry: Entry) -> None:
        """Delete a fax of the bin for good. BusError."""
        assert entry.fax is not None
        await self._link.desk.remove_fax(entry.fax.id)
        self._loading.hide(entry)
        self._notice.tell(_("“{name}” is deleted.").format(name=entry.name))

    def _take_back(self, entry: Entry) -> None:
        if entry.draft is not None:
            self._loading.restore(entry)
        else:
            self._start(self._put_back(entry))

    async def _put_back(self, entry: Entry) -> None:
        assert entry.fax is not None
        await self._link.desk.restore_fax(entry.fax.id)
        self._loading.restore(entry)

    def _finish(self, entry: Entry) -> None:
        if entry.draft is not None:
            self._start(self._discard(entry))

    async def _discard(self, entry: Entry) -> None:
        assert entry.draft is not None
        try:
            await self._link.desk.discard_draft(entry.draft.id)
        except BusError as error:
            if error.code is not ErrorCode.UNKNOWN:  # it has been sent or thrown away meanwhile
                self._loading.restore(entry)
                raise
