# SPDX-License-Identifier: GPL-3.0-or-later
"""The work with the service for headers of one's own: they are listed, saved, removed, and previewed as they are typed.

As in the dialog, at most one preview is composed at a time, and the last one that is seen is that of the last change.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Coroutine
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from PyQt6.QtCore import QObject, QTimer, pyqtSignal
from PyQt6.QtWidgets import QWidget

from faxcore.bus.client import BusError, ServiceUnavailable
from faxcore.contract.order import Order, OwnHeader
from faxcore.document.document_error import DocumentError
from faxcore.i18n import gettext as _
from faxcore.i18n import pgettext, translate
from faxcore.model.text import clean_text
from faxcore.qt.link import DeskLink
from faxcore.qt.pages.page_image import read_images
from faxdialog.documents import open_file
from faxdialog.file_choice import ask_picture
from faxdialog.header_window import HeaderWindow

PAUSE_MS: Final = 350
"""Milliseconds without typing after which the preview is made anew."""


class HeaderEditing(QObject):
    """Headers of one's own, at work; `order` is what is typed in the dialog, for the preview."""

    changed = pyqtSignal(str)
    """There are other headers to choose from now; the id is that of one that was made just now, or nothing."""

    def __init__(self, link: DeskLink, parent: QWidget, order: Callable[[], Order]) -> None:
        super().__init__(parent)
        self._link, self._order, self._parent = link, order, parent
        self.window: HeaderWindow | None = None
        self._composing: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._stale = False
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._compose_soon)

    def open(self, chosen: str) -> None:
        """Show the window, with this header if it is one of one's own."""
        if self.window is None:
            window = self.window = HeaderWindow(self._parent)
            window.save_wanted.connect(lambda header: self._start(self._save(header)))
            window.remove_wanted.connect(lambda header: self._start(self._remove(header)))
            window.edited.connect(self._pause.start)
            window.fields.picture_wanted.connect(lambda: ask_picture(window, self.take_picture))
        self.window.show()
        self.window.raise_()
        self.window.activateWindow()
        self.window.fields.name.setFocus()
        self._start(self._list(chosen))

    def take_picture(self, path: Path) -> None:
        """Make this file of the person's the logo of the header that is seen."""
        self._start(self._keep_picture(path))

    def stop(self) -> None:
        """Do nothing more: the dialog is closed."""
        self._pause.stop()
        for task in self._tasks:
            task.cancel()
        if self.window is not None:
            self.window.close()

    # ------------------------------------------------------------ inside

    def _start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.ensure_future(self._guard(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(lambda _task: work.close())
        return task

    async def _guard(self, work: Coroutine[Any, Any, None]) -> None:
        assert self.window is not None
        try:
            await work
        except ServiceUnavailable:
            self.window.say(
                _("The fax service does not answer: what you have typed is kept as long as the fax is open.")
            )
        except BusError as error:
            self.window.say(str(error))
        except DocumentError as error:
            self.window.say(_("The pages cannot be shown. {reason}").format(reason=translate(error.sentence)))
        except OSError as error:
            self.window.say(_("The pages cannot be shown: {reason}.").format(reason=error.strerror or error))

    async def _list(self, chosen: str) -> None:
        desk = self._link.desk
        own, headers = await desk.list_own_headers(), await desk.headers()
        if self.window is not None:
            self.window.offer(own, headers, chosen)

    async def _save(self, header: OwnHeader) -> None:
        saved = await self._link.desk.save_header(header)
        assert self.window is not None
        self.window.end_editing(header.id)
        await self._list(saved.id)
        self.window.say(_("Saved."), grave=False)
        self.changed.emit("" if header.id else saved.id)

    async def _keep_picture(self, path: Path) -> None:
        """Hand a picture in; no file is looked into here."""
        assert self.window is not None
        fields = self.window.fields
        header = fields.header().id
        try:
            with await asyncio.get_running_loop().run_in_executor(None, open_file, path) as file:
                name = await self._link.desk.keep_logo(file)
        except OSError as error:
            sentence = _("{name}: {reason}.")
            self.window.say(sentence.format(name=clean_text(path.name), reason=error.strerror or error))
            return
        if fields.header().id == header:
            fields.set_picture(name)

    async def _remove(self, header: OwnHeader) -> None:
        await self._link.desk.remove_header(header.id)
        assert self.window is not None
        self.window.end_editing(header.id)
        await self._list("")
        again = (pgettext("deletion", "&Undo"), lambda: self._undo(header))
        self.window.say(_("“{name}” is deleted.").format(name=header.name), grave=False, buttons=[again])
        self.changed.emit("")

    def _undo(self, header: OwnHeader) -> None:
        self._start(self._save(replace(header, id="")))

    def _compose_soon(self) -> None:
        if self._composing is not None:
            self._stale = True
        elif self.window is not None and self.window.isVisible() and self._link.present:
            self._composing = self._start(self._compose(self.window))

    async def _compose(self, window: HeaderWindow) -> None:
        try:
            with tempfile.TemporaryFile(prefix="facteur-") as file:
                header = window.fields.header()
                order = replace(self._order(), message=header.message)
                await self._link.desk.preview_header(header, order, file)
                pages = await asyncio.get_running_loop().run_in_executor(None, read_images, file)
            window.preview.show_pages(pages)
        finally:
            self._composing = None
            if self._stale:
                self._stale = False
                self._compose_soon()
