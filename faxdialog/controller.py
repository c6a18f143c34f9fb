# SPDX-License-Identifier: GPL-3.0-or-later
"""The dialog's work with the service: the draft is fetched, its recipients judged, and the fax sent.

Numbers are judged as they are typed (`faxcore.qt.number_judge`) and chosen (`faxdialog.recipient_judge`), the pages are
composed (`faxdialog.previewing`). A person who presses Enter before the judgement is there has sent the fax when it
comes, if every number is called.

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
from faxcore.contract.order import Order
from faxcore.document.document_error import DocumentError
from faxcore.i18n import gettext as _
from faxcore.i18n import translate
from faxcore.qt.link import DeskLink
from faxcore.qt.number_judge import NumberJudge
from faxdialog.keeping import Keeping
from faxdialog.memory import last_header, remember_header
from faxdialog.notices import Owner
from faxdialog.previewing import Previewing
from faxdialog.recipient_judge import RecipientJudge
from faxdialog.suggesting import Suggesting
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
        field = dialog.form.to_field
        self._judge = NumberJudge(link, lambda work: self._start(work, Owner.ORDER))
        self._chosen_judge = RecipientJudge(
            link, lambda work: self._start(work, Owner.ORDER), field.to, self._not_judged
        )
        self._suggesting = Suggesting(
            link, lambda work: self._start(work, Owner.ORDER), field.to, field.suggestions, field.verdict.offer
        )
        self._previewing = Previewing(link, dialog.preview, dialog.notices, self._start, self._order_to_show)
        self._keeping = Keeping(link, lambda work: self._start(work, Owner.ORDER), dialog.form.kept)
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
        form.to.edited.connect(self._judge_typing_soon)
        form.to.judged.connect(self._judged)
        form.to_field.recent_wanted.connect(self._suggesting.ask)
        self._judge.answered.connect(form.to.judge_typing)
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
        self.dialog.form.to_field.edit.setFocus()

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
            self._suggesting.stop()
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
            self.dialog.form.fill(draft.kept)
        self.dialog.form.set_headers(headers, draft.kept.order.header or last_header())
        self._keeping.begin(draft)
        self.dialog.notices.clear(Owner.DOCUMENT)
        to = self.dialog.form.to
        if to.typing.judged is None:
            self._judge.ask_now(to.text)
        self._chosen_judge.ask()
        await self._previewing.begin(self.draft)

    # ------------------------------------------------------------ what a person wants

    def _changed(self) -> None:
        self._wanted = False
        self.dialog.notices.clear(Owner.ORDER)
        self._previewing.change()
        self._keeping.change()

    def _judge_typing_soon(self) -> None:
        if self.dialog.form.to.typing.judged is None:
            self._judge.ask_soon(self.dialog.form.to.text)

    def _judged(self) -> None:
        """Send, if that was wanted before everybody was judged."""
        if self._wanted and not self._is_judging():
            self._wanted = False
            self._send_soon()

    def _not_judged(self) -> None:
        self._wanted = False
        self.dialog.form.to.judge_typing(None)

    def _is_judging(self) -> bool:
        return any(each.judged is None for each in self.dialog.form.to.all())

    def _send_soon(self) -> None:
        """Send it, or lead to what is missing; if somebody is not judged yet, when all are."""
        form = self.dialog.form
        if self._sending is not None or self.job or not self.link.present:
            return
        if form.is_ready():
            self._sending = self._start(self._send(), Owner.ORDER)
        elif not form.to.all() or form.to.find_refused() is not None:
            self.dialog.lead_to_recipient()
        elif self._is_judging():
            self._wanted = True
            form.to_field.verdict.wait()
            if form.to.text.strip():
                self._judge.ask_now(form.to.text)
            self._chosen_judge.ask()

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
            if len(self.dialog.form.to.all()) > 1:
                raise  # it names those that are meant
            self.dialog.form.to.refuse(str(error))
            self.dialog.lead_to_recipient()
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
        self.job = await self._hand_in()
        remember_header(self.dialog.form.header_id)
        self._previewing.stop()
        self._keeping.stop()
        self.dialog.show_queued(self.dialog.form.recipient())
        self._closing.start()

    async def _hand_in(self) -> str:
        """Hand the fax over to one recipient or to many; give the id of the job or broadcast."""
        form, desk = self.dialog.form, self.link.desk
        order, recipients = replace(form.order_to_all(), title=self._title), form.to.recipients()
        if len(recipients) > 1:
            return (await desk.submit_draft_to_many(self.draft, recipients, order)).id
        return await desk.submit_draft(self.draft, replace(order, **vars(recipients[0])))

    async def _discard(self) -> None:
        await self.link.desk.discard_draft(self.draft)
        self._keeping.stop()
        self.dialog.close()

    def _order_to_show(self) -> Order:
        """The order as its preview is composed: without a number that is not called."""
        order = replace(self.dialog.form.order(), title=self._title)
        return replace(order, number="") if self.dialog.form.to.current.is_refused else order

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
        self._chosen_judge.stop()
        self._suggesting.stop()
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
        # A task that is cancelled before its first step has not begun its work.
        task.add_done_callback(lambda _task: work.close())
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
