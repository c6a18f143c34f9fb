# SPDX-License-Identifier: GPL-3.0-or-later
"""The dialog's work with the service: the draft is fetched, its number judged, and the fax sent.

The number is judged as it is typed (`faxdialog.number_judge`), the pages are composed (`faxdialog.previewing`). Who
presses Enter before the judgement is there has sent the fax when it comes, if the number is called.

The service may come and go meanwhile. An order whose answer was lost is asked for again when the service is back: if
the draft has gone, the order had arrived, and repeating it gives the same job.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any, Final

from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from faxcore.bus.client import AnswerLost, BusError, ServiceUnavailable
from faxcore.contract.bus import ErrorCode
from faxcore.contract.order import JudgedNumber, Order
from faxcore.document.document_error import DocumentError
from faxcore.i18n import gettext as _
from faxcore.i18n import translate
from faxcore.qt.link import DeskLink
from faxdialog.keeping import Keeping
from faxdialog.memory import last_header, remember_header
from faxdialog.notices import Owner
from faxdialog.number_judge import NumberJudge
from faxdialog.previewing import Previewing
from faxdialog.window import SendDialog

FIRST_PAGE_SECONDS: Final = 0.06
"""The time for which the window waits for its first page, so that it need not be painted twice."""
QUEUED_MS: Final = 2000
"""Milliseconds for which the dialog says that the fax is queued, before it closes."""


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
        self._begun = self._wanted = self._tried = self._over = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._loading: asyncio.Task[None] | None = None
        self._sending: asyncio.Task[None] | None = None
        self._ending: asyncio.Task[None] | None = None
        self._judge = NumberJudge(link, lambda work: self._start(work, Owner.ORDER))
        self._previewing = Previewing(link, dialog.preview, dialog.notices, self._start, self._order_to_show)
        self._keeping = Keeping(link, lambda work: self._start(work, Owner.ORDER), dialog.form.order)
        self._closing = QTimer(self)
        self._closing.setSingleShot(True)
        self._closing.setInterval(QUEUED_MS)
        self._connect()
        if link.known:
            self._present(link.present)

    def _connect(self) -> None:
        form = self.dialog.form
        self.link.present_changed.connect(self._present)
        form.changed.connect(self._changed)
        form.number_edited.connect(lambda: self._judge.ask_soon(form.number.text()))
        self._judge.answered.connect(self._judged)
        self._judge.failed.connect(self._not_judged)
        self.dialog.send_wanted.connect(self._send_soon)
        self.dialog.discard_wanted.connect(lambda: self._start(self._discard(), Owner.ORDER))
        self.dialog.finished.connect(self._closed)
        self._previewing.estimated.connect(self.dialog.show_call)
        self._closing.timeout.connect(self.dialog.close)

    async def open(self) -> None:
        """Bring the window before the person, with its first page where that comes at once."""
        page = asyncio.Event()
        self.dialog.preview.shown.connect(page.set)
        if self.link.present:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(page.wait(), FIRST_PAGE_SECONDS)
        self.show()

    def show(self) -> None:
        """Bring the window before the person now."""
        self.dialog.show()
        self.dialog.raise_()
        self.dialog.activateWindow()
        self.dialog.form.number.edit.setFocus()

    # ------------------------------------------------------------ the service comes and goes

    def _present(self, present: bool) -> None:
        if self._over or self.job:
            return
        self.dialog.set_present(present)
        if self._loading is not None:
            self._loading.cancel()
        if present:
            self.dialog.notices.clear(Owner.OUTAGE)
            self._loading = self._start(self._load(), Owner.DOCUMENT)
        else:
            self._judge.stop()
            self.dialog.notices.say(Owner.OUTAGE, self._explain_absence())
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
        """Name the document, offer the headers, and begin the preview."""
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
        draft = drafts[self.draft]
        headers = await desk.headers()
        self._title = draft.title
        self.dialog.show_draft(draft)
        if not self._begun:
            self._begun = True
            self.dialog.form.fill(draft.kept.order)
        self.dialog.form.set_headers(headers, draft.kept.order.header or last_header())
        self._keeping.begin(draft)
        self.dialog.notices.clear(Owner.DOCUMENT)
        number = self.dialog.form.number
        if not number.is_called and not number.is_refused:
            self._judge.ask_now(number.text())
        await self._previewing.begin(self.draft)

    # ------------------------------------------------------------ what a person wants

    def _changed(self) -> None:
        self._wanted = False
        self.dialog.notices.clear(Owner.ORDER)
        self._previewing.change()
        self._keeping.change()

    def _judged(self, judged: JudgedNumber) -> None:
        number = self.dialog.form.number
        number.judge(judged)
        if self._wanted:
            self._wanted = False
            self._send_soon()

    def _not_judged(self) -> None:
        self._wanted = False
        self.dialog.form.number.judge(None)

    def _send_soon(self) -> None:
        """Send it, or lead to what is missing; if the number is not judged yet, when it is."""
        form = self.dialog.form
        if self._sending is not None or self.job or not self.link.present:
            return
        if form.is_ready():
            self._sending = self._start(self._send(), Owner.ORDER)
        elif not form.number.text().strip() or form.number.is_refused:
            self.dialog.lead_to_number()
        elif not form.number.is_called:
            self._wanted = True
            form.number.wait()
            self._judge.ask_now(form.number.text())

    async def _send(self) -> None:
        self.dialog.set_sending(True)
        try:
            await self._submit()
        except AnswerLost:
            self._tried = True
            self._lose_answer()
        except BusError as error:
            if error.code is not ErrorCode.BAD_NUMBER:
                raise
            self.dialog.set_sending(False)
            self.dialog.form.number.refuse(str(error))
            self.dialog.lead_to_number()
        finally:
            self._sending = None
            self.dialog.set_sending(False)

    def _lose_answer(self) -> None:
        if not self.link.present:
            self.dialog.notices.say(Owner.OUTAGE, self._explain_absence())
            return
        sentence = _(
            "The fax service does not answer: it is not known whether it has taken “{title}”. Send it again in a"
            " moment, or save it for later: the fax is sent once, in either case."
        )
        self.dialog.notices.say(Owner.ORDER, sentence.format(title=self._title))

    async def _submit(self) -> None:
        order = self._order()
        self.job = await self.link.desk.submit_draft(self.draft, order)
        remember_header(order.header)
        self._previewing.stop()
        self._keeping.stop()
        self.dialog.show_queued(self.dialog.form.recipient())
        self._closing.start()

    async def _discard(self) -> None:
        await self.link.desk.discard_draft(self.draft)
        self._keeping.stop()
        self.dialog.close()

    def _order(self) -> Order:
        return replace(self.dialog.form.order(), title=self._title)

    def _order_to_show(self) -> Order:
        """The order as its preview is composed: without a number that is not called."""
        order = self._order()
        return replace(order, number="") if self.dialog.form.number.is_refused else order

    def _gone(self) -> None:
        self._previewing.stop()
        self._keeping.stop()
        self.dialog.show_gone(_("This document has been sent or deleted already."))

    # ------------------------------------------------------------ how it is done

    def _closed(self) -> None:
        """Wait for what is being kept and for an order that is on its way; give up all else."""
        if self._over:
            return
        self._over = True
        self._previewing.stop()
        self._judge.stop()
        self._closing.stop()
        self.link.present_changed.disconnect(self._present)
        awaited = {task for task in (self._sending, self._keeping.finish()) if task is not None}
        for task in self._tasks - awaited:
            task.cancel()
        self._ending = asyncio.ensure_future(self._end_after(awaited))

    async def _end_after(self, awaited: set[asyncio.Task[None]]) -> None:
        if awaited:
            await asyncio.wait(awaited)
        self.finished.emit()

    def _start(self, work: Coroutine[Any, Any, None], owner: Owner) -> asyncio.Task[None]:
        """Do this beside the window; what cannot be done is said in the window, by this owner."""
        task = asyncio.ensure_future(self._guarded(work, owner))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _guarded(self, work: Coroutine[Any, Any, None], owner: Owner) -> None:
        try:
            await work
        except ServiceUnavailable:
            if self.link.present:
                self._complain(
                    owner,
                    _(
                        "The fax service does not answer. The document is safe; try again in a moment, or save it"
                        " for later."
                    ),
                )
        except BusError as error:
            if self.job:
                return  # a preview that was overtaken by its own order
            if error.code is ErrorCode.UNKNOWN:
                self._gone()
            else:
                self._complain(owner, str(error))
        except DocumentError as error:
            self._complain(owner, _("The pages cannot be shown. {reason}").format(reason=translate(error.sentence)))
        except OSError as error:
            self._complain(owner, _("The pages cannot be shown: {reason}.").format(reason=error.strerror or error))

    def _complain(self, owner: Owner, sentence: str) -> None:
        if self._over:
            return  # there is nobody to tell
        self.dialog.notices.say(owner, sentence)
        self.dialog.preview.set_note(_("No preview."))
