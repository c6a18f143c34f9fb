# SPDX-License-Identifier: GPL-3.0-or-later
"""What happens between the dialog and the service: the draft is fetched, composed as it is filled in, and sent.

The preview runs behind the person's typing: a change starts a short timer, the timer a composition, and a change
during a composition starts one more when that has ended; so at most one is under way, and the last one seen is
always that of the last change. A number that the service refuses costs the preview nothing: it is composed again
without the number, and the refusal stands beside the field.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, BinaryIO, Final

from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from faxcore.bus.client import BusError, ServiceUnavailable
from faxcore.bus.contract import ERROR_BAD_NUMBER, ERROR_UNKNOWN
from faxcore.i18n import gettext as _
from faxdialog.images import PageImage, read_images
from faxdialog.link import DeskLink
from faxdialog.window import SendDialog

PAUSE_MS: Final = 350
"""How long nobody types before the preview is made anew."""


class Sending(QObject):
    """One draft in one dialog. `finished` comes once, when it is sent, deleted or left for later."""

    finished = pyqtSignal()

    def __init__(self, link: DeskLink, dialog: SendDialog, draft: str) -> None:
        super().__init__()
        self.link, self.dialog, self.draft = link, dialog, draft
        self.job = ""
        self._title = ""
        self._stale = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._composing: asyncio.Task[None] | None = None
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._compose_soon)
        link.present_changed.connect(self._present)
        dialog.form.changed.connect(self._pause.start)
        dialog.send_wanted.connect(lambda: self._start(self._send()))
        dialog.discard_wanted.connect(lambda: self._start(self._discard()))
        dialog.finished.connect(self._closed)
        if link.present:
            self._start(self._load())
        else:
            self._present(False)

    def show(self) -> None:
        """Bring the window before the person."""
        self.dialog.show()
        self.dialog.raise_()
        self.dialog.activateWindow()

    # ------------------------------------------------------------ what happens

    def _present(self, present: bool) -> None:
        if not present:
            self.dialog.message.say(
                _("The fax service is not running. The document is safe; this window goes on when the service is back.")
            )
            self.dialog.preview.set_note(_("No preview: the fax service is not running."))
        else:
            self.dialog.message.say("")
            self._start(self._load())

    async def _load(self) -> None:
        """Name the document, offer the headers, show the bare pages, then compose them."""
        desk = self.link.desk
        drafts = {draft["id"]: draft for draft in await desk.list_drafts()}
        if self.draft not in drafts:
            self.dialog.show_draft(None)
            self.dialog.preview.set_note("")
            self.dialog.message.say(_("This document has been sent or deleted already."), grave=False)
            return
        self._title = str(drafts[self.draft]["title"])
        self.dialog.show_draft(drafts[self.draft])
        self.dialog.form.set_headers(await desk.headers())
        self._pause.stop()
        self._compose_soon()

    def _compose_soon(self) -> None:
        if self._composing is not None:
            self._stale = True
        elif self.link.present:
            self.dialog.preview.set_busy(True)
            self._composing = self._start(self._compose())

    async def _compose(self) -> None:
        order = self._order()
        try:
            try:
                pages = await self._composed(order)
                self.dialog.form.set_number_error("")
            except BusError as error:
                if error.name != ERROR_BAD_NUMBER or "number" not in order:
                    raise
                self.dialog.form.set_number_error(error.message)
                del order["number"]
                pages = await self._composed(order)
            self.dialog.preview.show_pages(pages)
        finally:
            self._composing = None
            self.dialog.preview.set_busy(False)
            self.dialog._enable()
            if self._stale:
                self._stale = False
                self._compose_soon()

    async def _composed(self, order: dict[str, str]) -> list[PageImage]:
        return await self._pages(lambda out: self.link.desk.compose_draft(self.draft, order, out))

    async def _pages(self, fetch: Callable[[BinaryIO], Coroutine[Any, Any, None]]) -> list[PageImage]:
        with tempfile.TemporaryDirectory(prefix="facteur-") as folder:
            path = Path(folder) / "pages.tiff"
            with path.open("wb") as out:
                await fetch(out)
            return await asyncio.get_running_loop().run_in_executor(None, read_images, path)

    async def _send(self) -> None:
        if not self.dialog.form.complete():
            return
        self._pause.stop()
        self.dialog.set_sending(True)
        try:
            self.job = await self.link.desk.submit_draft(self.draft, self._order())
        except BusError as error:
            if error.name != ERROR_BAD_NUMBER:
                raise
            self.dialog.form.set_number_error(error.message, at_once=True)
            self.dialog.form.fields["number"].setFocus()
            return
        finally:
            self.dialog.set_sending(False)
        self.dialog.accept()

    async def _discard(self) -> None:
        await self.link.desk.discard_draft(self.draft)
        self.dialog.accept()

    def _order(self) -> dict[str, str]:
        order = self.dialog.form.order()
        return order | {"title": self._title} if self._title else order

    def _closed(self) -> None:
        self._pause.stop()
        for task in self._tasks:
            task.cancel()
        self.finished.emit()

    def _start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Do this beside the window; what the service refuses is said in the window."""
        task = asyncio.ensure_future(self._guarded(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _guarded(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except ServiceUnavailable:
            self.dialog.message.say(
                _("The fax service does not answer. The document is safe; try again in a moment, or choose Later.")
            )
        except BusError as error:
            gone = error.name == ERROR_UNKNOWN
            self.dialog.message.say(_("This document has been sent or deleted already.") if gone else error.message)
