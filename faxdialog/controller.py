# SPDX-License-Identifier: GPL-3.0-or-later
"""The dialog's work with the service: the draft is fetched, composed as it is filled in, and sent.

The bare pages are shown first, for they are there already. The composed preview runs behind the person's typing: a
change starts a short timer, the timer a composition, and a change during a composition starts one more when that has
ended; so at most one is under way, and the last one seen is always that of the last change. A number that the service
refuses costs the preview nothing: it is composed again without the number, and the refusal stands beside the field.

The service may come and go meanwhile. An order whose answer was lost is asked for again when the service is back: if
the draft has gone, the order had arrived, and repeating it gives the same job.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any, BinaryIO, Final

from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from faxcore.bus.client import AnswerLost, BusError, ServiceUnavailable
from faxcore.contract.bus import ErrorCode
from faxcore.contract.order import Order
from faxcore.contract.printed import Preview
from faxcore.document.document_error import DocumentError
from faxcore.i18n import gettext as _
from faxcore.i18n import translate
from faxcore.qt.link import DeskLink
from faxdialog.memory import last_header, remember_header
from faxdialog.page_image import PageImage, read_images
from faxdialog.window import SendDialog

PAUSE_MS: Final = 350
"""Milliseconds without typing after which the preview is made anew."""

QUEUED_MS: Final = 2000
"""Milliseconds for which the dialog says that the fax is queued, before it closes."""

Fetch = Callable[[BinaryIO], Coroutine[Any, Any, None]]


class DialogController(QObject):
    """One draft in one dialog, by default the one printed last.

    `finished` comes once, when it is sent, deleted or left for later; `job` is its id if it was sent.
    """

    finished = pyqtSignal()

    def __init__(self, link: DeskLink, dialog: SendDialog, draft: str = "") -> None:
        super().__init__()
        self.link, self.dialog, self.draft = link, dialog, draft
        self.job = ""
        self._title = ""
        self._stale = self._tried = self._over = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._loading: asyncio.Task[None] | None = None
        self._composing: asyncio.Task[None] | None = None
        self._sending: asyncio.Task[None] | None = None
        self._pause = _timer(self, PAUSE_MS, self._compose_soon)
        self._closing = _timer(self, QUEUED_MS, dialog.accept)
        link.present_changed.connect(self._present)
        dialog.form.changed.connect(self._pause.start)
        dialog.send_wanted.connect(self._send_soon)
        dialog.discard_wanted.connect(lambda: self._start(self._discard()))
        dialog.finished.connect(self._closed)
        if link.known:
            self._present(link.present)

    def show(self) -> None:
        """Bring the window before the person."""
        self.dialog.show()
        self.dialog.raise_()
        self.dialog.activateWindow()
        self.dialog.form.fields["number"].setFocus()

    # ------------------------------------------------------------ the service comes and goes

    def _present(self, present: bool) -> None:
        if self._over or self.job:
            return
        self.dialog.set_present(present)
        if self._loading is not None:
            self._loading.cancel()
        if present:
            self.dialog.message.say("")
            self._loading = self._start(self._load())
        else:
            self.dialog.message.say(self._explain_absence())
            self.dialog.preview.set_note(_("No preview: the fax service is not running."))

    def _explain_absence(self) -> str:
        if not self._tried and self._sending is None:
            return _(
                "The fax service is not running. The document is safe; this window goes on when the service is back."
            )
        return _(
            "The fax service went away while “{title}” was handed in: it is not known whether it was taken. This window"
            " finds out when the service is back. The fax is sent once, also if you send it again."
        ).format(title=self._title)

    async def _load(self) -> None:
        """Name the document, offer the headers, show the bare pages, then compose them."""
        desk = self.link.desk
        drafts = {draft.id: draft for draft in await desk.list_drafts()}
        if not self.draft and drafts:
            self.draft = max(drafts, key=lambda draft: drafts[draft].created)
        if self.draft not in drafts:
            if self._tried:
                await self._submit()
            elif self.draft:
                self._gone()
            else:
                self.dialog.show_gone(_("No document waits to be sent: print one on the printer Fax."))
            return
        self._tried = False
        self._title = drafts[self.draft].title
        self.dialog.show_draft(drafts[self.draft])
        self.dialog.form.set_headers(await desk.headers(), last_header())
        self._pause.stop()
        if not self.dialog.preview.count:
            self.dialog.preview.set_note(_("The preview is being prepared …"))
            self.dialog.preview.show_pages(await self._pages(lambda out: desk.read_draft(self.draft, out)))
        self._compose_soon()

    # ------------------------------------------------------------ the preview

    def _compose_soon(self) -> None:
        if self._over or self.job or not self.draft:
            return
        if self._composing is not None:
            self._stale = True
        elif self.link.present:
            self.dialog.preview.say(_("Updating …"))
            self._composing = self._start(self._compose())

    async def _compose(self) -> None:
        order = self._order()
        said, more = _("As printed"), ""
        try:
            try:
                pages, told = await self._composed(order)
                self._judge_number(order.number, "")
            except BusError as error:
                if error.code is not ErrorCode.BAD_NUMBER or not order.number:
                    raise
                self._judge_number(order.number, str(error))
                order = replace(order, number="")
                pages, told = await self._composed(order)
            self.dialog.preview.show_pages(pages)
            self.dialog.message.say("")
            said, more = _("As it will arrive"), ""
            if told.undrawn:
                said = _("Letters are missing")
                more = _(
                    "The fax service has no font for {letters}: a question mark stands for them on the page. The"
                    " administrator can install fonts (fonts-noto-core, fonts-noto-cjk)."
                ).format(letters=told.undrawn)
            elif not told.certain:
                said = _("Your number may differ")
                more = _("The header line shows the number of one line; the fax may go out on another.")
        finally:
            self._composing = None
            self.dialog.preview.say(said if self.dialog.preview.count else "", more)
            if self._stale:
                self._stale = False
                self._compose_soon()

    def _judge_number(self, number: str, sentence: str) -> None:
        """Show what the service says of this number, unless the person has typed on: half a number is not wrong."""
        if self.dialog.form.order().number == number:
            self.dialog.form.set_number_error(sentence)

    async def _composed(self, order: Order) -> tuple[list[PageImage], Preview]:
        """Compose the pages, with what the service tells of them."""
        told: list[Preview] = []

        async def fetch(out: BinaryIO) -> None:
            told.append(await self.link.desk.compose_draft(self.draft, order, out))

        return await self._pages(fetch), told[-1]

    async def _pages(self, fetch: Fetch) -> list[PageImage]:
        """Read as pictures the pages that the service writes into a file without a name."""
        with tempfile.TemporaryFile(prefix="facteur-") as file:
            await fetch(file)
            return await asyncio.get_running_loop().run_in_executor(None, read_images, file)

    # ------------------------------------------------------------ what a person wants

    def _send_soon(self) -> None:
        if self._sending is None and not self.job and self.dialog.form.complete():
            self._sending = self._start(self._send())

    async def _send(self) -> None:
        self._pause.stop()
        self.dialog.set_sending(True)
        try:
            await self._submit()
        except AnswerLost:
            self._tried = True
            self._complain(self._explain_lost())
        except BusError as error:
            if error.code is not ErrorCode.BAD_NUMBER:
                raise
            self.dialog.set_sending(False)
            self.dialog.form.set_number_error(str(error), at_once=True)
            self.dialog.form.ask_for_number()
        finally:
            self._sending = None
            self.dialog.set_sending(False)

    def _explain_lost(self) -> str:
        if not self.link.present:
            return self._explain_absence()
        return _(
            "The fax service does not answer: it is not known whether it has taken “{title}”. Send it again in a"
            " moment, or choose Later: the fax is sent once, in either case."
        ).format(title=self._title)

    async def _submit(self) -> None:
        order = self._order()
        self.job = await self.link.desk.submit_draft(self.draft, order)
        remember_header(order.header)
        self.dialog.message.say("")
        self.dialog.show_queued(self.dialog.form.recipient())
        self._closing.start()

    async def _discard(self) -> None:
        await self.link.desk.discard_draft(self.draft)
        self.dialog.accept()

    def _order(self) -> Order:
        return replace(self.dialog.form.order(), title=self._title)

    def _gone(self) -> None:
        self.dialog.show_gone(_("This document has been sent or deleted already."))

    # ------------------------------------------------------------ how it is done

    def _closed(self) -> None:
        """An order that is on its way is waited for; all else is given up."""
        if self._over:
            return
        self._over = True
        self._pause.stop()
        self._closing.stop()
        self.link.present_changed.disconnect(self._present)
        for task in self._tasks:
            if task is not self._sending:
                task.cancel()
        if self._sending is None:
            self.finished.emit()
        else:
            self._sending.add_done_callback(lambda _task: self.finished.emit())

    def _start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Do this beside the window; what cannot be done is said in the window."""
        task = asyncio.ensure_future(self._guarded(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _guarded(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except ServiceUnavailable:
            if self.link.present:
                self._complain(
                    _("The fax service does not answer. The document is safe; try again in a moment, or choose Later.")
                )
        except BusError as error:
            if self.job:
                return  # a preview that was overtaken by its own order
            if error.code is ErrorCode.UNKNOWN:
                self._gone()
            else:
                self._complain(str(error))
        except DocumentError as error:
            self._complain(_("The pages cannot be shown. {reason}").format(reason=translate(error.sentence)))
        except OSError as error:
            self._complain(_("The pages cannot be shown: {reason}.").format(reason=error.strerror or error))

    def _complain(self, sentence: str) -> None:
        self.dialog.message.say(sentence)
        self.dialog.preview.set_note(_("No preview."))


def _timer(owner: QObject, milliseconds: int, then: Callable[[], object]) -> QTimer:
    timer = QTimer(owner)
    timer.setSingleShot(True)
    timer.setInterval(milliseconds)
    timer.timeout.connect(then)
    return timer
