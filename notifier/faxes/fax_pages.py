# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages of the fax that is selected: asked of the service, and kept for the next look.

Whoever goes through the list with the arrow keys waits for no page: one is asked for when the selection stays. The
pages of the last few faxes are kept, as the service gave them: some ten thousand octets a page.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections import OrderedDict
from typing import Final

from PyQt6.QtCore import QObject, Qt, QTimer
from PyQt6.QtWidgets import QLabel

from faxcore.bus.client import BusError
from faxcore.contract.bus import ErrorCode
from faxcore.contract.printed import Draft
from faxcore.document.document_error import DocumentError
from faxcore.i18n import gettext as _
from faxcore.i18n import translate
from faxcore.qt.link import DeskLink
from faxcore.qt.pages.page_image import PageImage, read_images
from faxcore.qt.pages.page_pane import PagePane
from faxcore.qt.starting import Start
from faxcore.qt.style import muted
from notifier.fax_documents import read_pages
from notifier.faxes.entry import Entry

PAUSE_MS: Final = 60
"""Milliseconds for which a fax must stay selected before its pages are asked for."""
KEPT: Final = 8
"""Faxes whose pages are kept."""


class FaxPages(QObject):
    """Fills the pane with the pages of an entry."""

    def __init__(self, link: DeskLink, pane: PagePane, start: Start) -> None:
        super().__init__()
        self._link, self._pane, self._start = link, pane, start
        self._entry: Entry | None = None
        self._kept: OrderedDict[str, tuple[list[PageImage], bool]] = OrderedDict()
        """The pages, and True if they are those that went over the line."""
        self.remark = muted(QLabel())
        self.remark.setWordWrap(True)
        self.remark.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.remark.hide()
        pane.layout_of_pane.addWidget(self.remark)
        self._name_on_pane = ""
        """The key of the entry whose pages were shown last."""
        self._work: asyncio.Task[None] | None = None
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._begin)

    def show(self, entry: Entry | None) -> None:
        """Show the pages of this entry as soon as they are there; of the one that is shown, nothing new is asked."""
        before, self._entry = self._entry, entry
        self._tell_remade()
        if entry is None or entry.broadcast:
            self._pause.stop()
            self._pane.show_pages([])
        elif before is None or before.key != entry.key or _has_more(before, entry):
            kept = self._kept.get(_name(entry))
            if kept is not None:
                self._fill(entry, kept[0])
                return
            if before is None or before.key != entry.key:
                self._pane.set_note("")
                self._pane.show_pages([])
            self._pause.start()

    def stop(self) -> None:
        """Ask for nothing more by itself."""
        self._pause.stop()

    async def read(self, entry: Entry) -> list[PageImage]:
        """Read the pages of a document that waits or of a fax. BusError, OSError, DocumentError."""
        kept = self._kept.get(_name(entry))
        if kept is not None:
            return kept[0]
        if entry.draft is not None:
            return await self._read_draft(entry.draft)
        assert entry.fax is not None
        pages, as_sent = await read_pages(self._link.desk, entry.fax)
        self._kept[_name(entry)] = pages, as_sent
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return pages

    async def _read_draft(self, draft: Draft) -> list[PageImage]:
        if not draft.parts:
            return []
        with tempfile.TemporaryFile(prefix="facteur-") as file:
            await self._link.desk.read_draft(draft.id, file)
            return await asyncio.get_running_loop().run_in_executor(None, read_images, file)

    def _begin(self) -> None:
        entry = self._entry
        if entry is None or not self._link.present:
            return
        if entry.fax is not None and (entry.fax.fetched or not entry.fax.pages):
            self._pane.set_note(_("This fax has no pages."))
            return
        if entry.draft is not None and not entry.draft.parts:
            self._pane.show_pages([])
            self._pane.set_note(_("This fax has no document yet: open it to go on."))
            return
        if self._work is not None:
            self._work.cancel()
        self._work = self._start(self._load(entry))

    async def _load(self, entry: Entry) -> None:
        try:
            pages = await self.read(entry)
        except (BusError, DocumentError) as error:
            if isinstance(error, BusError) and error.code is ErrorCode.UNKNOWN:
                raise  # it is gone: the list is told
            reason = translate(error.sentence) if isinstance(error, DocumentError) else str(error)
            if self._is_shown(entry):
                self._pane.set_note(_("The pages cannot be shown. {reason}").format(reason=reason))
            return
        if self._is_shown(entry):
            self._fill(entry, pages)

    def _fill(self, entry: Entry, pages: list[PageImage]) -> None:
        if self._name_on_pane != entry.key:
            self._pane.show_pages([])  # the first page of another fax
        self._name_on_pane = entry.key
        self._pane.show_pages(pages)
        self._tell_remade()

    def _tell_remade(self) -> None:
        """Say of a fax that has gone out that its pages are no copy of what went."""
        entry = self._entry
        kept = None if entry is None else self._kept.get(_name(entry))
        fax = None if entry is None else entry.fax
        remade = kept is not None and not kept[1] and fax is not None and getattr(fax.of, "confirmed", 0) > 0
        self.remark.setText(_("Made again as it was sent: no copy of what went out is kept.") if remade else "")
        self.remark.setVisible(remade)

    def _is_shown(self, entry: Entry) -> bool:
        return self._entry is not None and self._entry.key == entry.key


def _name(entry: Entry) -> str:
    """Name the pages of an entry: of a fax that is still coming in there may be more another time."""
    return f"{entry.key} {entry.fax.pages if entry.fax is not None else ''}"


def _has_more(before: Entry, now: Entry) -> bool:
    return _name(before) != _name(now) or before.draft != now.draft
