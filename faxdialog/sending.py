# SPDX-License-Identifier: GPL-3.0-or-later
"""Send, and what follows it: the order goes to the service, and the dialog says what has become of it.

A person who presses Enter before the judgement of a number is there has sent the fax when it comes, if every number is
called.

The service may go away meanwhile. An order whose answer was lost is asked for again when the service is back: if the
draft has gone, the order had arrived, and repeating it gives the same job.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import replace
from functools import partial
from typing import Any

from PyQt6.QtCore import QObject, pyqtSignal

from faxcore.bus.client import AnswerLost, BusError, ServiceUnavailable
from faxcore.contract.bus import ErrorCode
from faxcore.contract.order import UNDO_SECONDS, Order
from faxcore.i18n import gettext as _
from faxcore.model.recipient import Recipient
from faxcore.qt.link import DeskLink
from faxdialog.addressing import Addressing
from faxdialog.leaving import may_be_left
from faxdialog.left_sending import LeftSending
from faxdialog.memory import remember_header
from faxdialog.notices import Owner
from faxdialog.repeat_guard import RepeatGuard
from faxdialog.send_time import describe_time
from faxdialog.window import SendDialog

Start = Callable[[Coroutine[Any, Any, None], Owner], asyncio.Task[None]]


class Sending(QObject):
    """The order of one dialog on its way to the service; `order` gives it as it is typed now, without
    a recipient.
    """

    taken = pyqtSignal()
    """The service has taken the fax over."""
    undone = pyqtSignal()
    """The fax is a draft again."""

    def __init__(
        self,
        link: DeskLink,
        dialog: SendDialog,
        addressing: Addressing,
        start: Start,
        order: Callable[[], Order],
        keep: Callable[[], Awaitable[None]],
    ) -> None:
        """`keep` makes a draft of a new fax that is none yet."""
        super().__init__()
        self._keep = keep
        self._link, self._dialog, self._addressing = link, dialog, addressing
        self._start, self._order = start, order
        self.draft = ""
        self.job = ""
        self.tried = False
        """True from an order whose answer was lost until it is known whether it has arrived."""
        self.leaving = LeftSending(link, dialog, order)
        self.leaving.taken.connect(self._left_taken)
        self.leaving.stopped.connect(self.undone)
        self.under_way: asyncio.Task[None] | None = None
        self.repeats = RepeatGuard(link, dialog.notices, start)
        self.repeats.wanted.connect(self.send_soon)
        self._typed_again: list[str] = []
        dialog.second_typing.typed.connect(self._number_typed_again)
        self._wanted = False
        dialog.queued.undo_wanted.connect(self._undo_soon)
        dialog.raised.connect(self._look_soon)

    def set_draft(self, draft: str) -> None:
        """Send this draft."""
        self.draft = self.repeats.draft = self.leaving.draft = draft

    def send_soon(self) -> None:
        """Send it, or lead to what is missing; if the number is not judged yet, when it is."""
        form = self._dialog.form
        if self.under_way is not None or self.job or self.leaving.waits:
            return
        if not self._link.present:
            self._leave_soon()
        elif form.is_ready():
            self.under_way = self._start(self._send(), Owner.ORDER)
        elif not form.to.all() or form.to.find_refused() is not None:
            self._dialog.lead_to_recipient()
        elif self._addressing.is_judging:
            self._wanted = True
            self._addressing.wait()

    def judged(self) -> None:
        """A number has been judged: look who had this document today, and send what waits for the last judgement."""
        if self._dialog.form.is_ready():
            self.repeats.ask_soon(self._recipients())
        if self._wanted and not self._addressing.is_judging:
            self._wanted = False
            self.send_soon()

    def change_number(self) -> None:
        """The number is being changed: what was asked and answered about it is void."""
        self._typed_again.clear()
        self._dialog.second_typing.say("")
        self.repeats.forget()

    def forget_wish(self) -> None:
        """Do not send it by itself any more: something was changed, or there is no judgement."""
        self._wanted = False

    async def submit(self) -> None:
        """Hand the order over, and show that it is queued."""
        self.job = await self._hand_in()
        remember_header(self._dialog.form.header_id)
        self.taken.emit()
        queued, when = self._dialog.queued, self._dialog.form.when.time()
        later = partial(queued.begin_later, when=describe_time(when)) if when is not None else None
        self._dialog.show_queued(later or queued.begin, self._dialog.form.recipient(), UNDO_SECONDS)

    def stop(self) -> None:
        """The dialog has been closed."""
        self._dialog.queued.stop()

    def explain_lost(self) -> str:
        """Say that the service went away before it had answered."""
        return _(
            "The fax service went away while “{title}” was handed in: it is not known whether it was taken. This window"
            " finds out when the service is back. The fax is sent once, also if you send it again."
        ).format(title=self._order().title)

    # ------------------------------------------------------------ inside

    async def _hand_in(self) -> str:
        """Hand the fax over to one recipient or to many; give the id of the job or broadcast."""
        desk, recipients = self._link.desk, self._dialog.form.to.recipients()
        order = replace(self._order(), typed_again=tuple(self._typed_again), undoable=True)
        if len(recipients) > 1:
            return (await desk.submit_draft_to_many(self.draft, recipients, order)).id
        return await desk.submit_draft(self.draft, replace(order, **vars(recipients[0])))

    def _recipients(self) -> list[Recipient]:
        """List the numbers: a name that is changed makes no other fax."""
        return [Recipient(each.number) for each in self._dialog.form.to.recipients()]

    async def _send(self) -> None:
        try:
            if not self.draft:
                await self._keep()
            if not self.draft or not await self.repeats.lets_pass(self._recipients()):
                return
            self._dialog.set_sending(True)
            await self.submit()
        except AnswerLost:
            self.tried = True
            self._lose_answer()
        except BusError as error:
            self._dialog.set_sending(False)
            self._lead_to_refused(error)
        finally:
            self.under_way = None
            self._dialog.set_sending(False)

    def _lead_to_refused(self, error: BusError) -> None:
        """Bring the person to the number that was refused; any other refusal is raised again."""
        match error.code:
            case ErrorCode.NEW_NUMBER:
                self._dialog.second_typing.ask(str(error))
            case ErrorCode.OTHER_NUMBER:
                self._typed_again.pop()
                self._dialog.second_typing.ask(str(error))
            case ErrorCode.BAD_NUMBER:
                if len(self._dialog.form.to.all()) > 1:
                    raise error  # it names those that are meant
                self._dialog.form.to.refuse(str(error))
                self._dialog.lead_to_recipient()
            case _:
                raise error

    def _number_typed_again(self, number: str) -> None:
        if self.under_way is None:
            self._typed_again.append(number)
            self.send_soon()

    def _leave_soon(self) -> None:
        if may_be_left(self._dialog.form):
            self.under_way = self._start(self._leave(), Owner.ORDER)
        else:
            self._dialog.lead_to_recipient()

    async def _leave(self) -> None:
        try:
            await self.leaving.leave()
        finally:
            self.under_way = None

    def _left_taken(self, fax: str) -> None:
        self.job = fax
        self.taken.emit()

    def _undo_soon(self) -> None:
        if self.leaving.waits:
            self.leaving.take_away()
        elif self.under_way is None and self.job:
            self.under_way = self._start(self._undo(), Owner.ORDER)

    async def _undo(self) -> None:
        """Take the fax back; asked by the name of the draft, so that asking twice is harmless."""
        self._dialog.queued.wait()
        try:
            await self._link.desk.take_back(self.draft)
        except ServiceUnavailable:
            lost = _("The fax service does not answer: it is not known whether the fax was taken back.")
            self._dialog.queued.tell(lost, again=True)
        except BusError as error:
            self._dialog.queued.tell(str(error), again=False)
        else:
            self._be_undone()
        finally:
            self.under_way = None

    def _look_soon(self) -> None:
        if self.under_way is None and self.job:
            self.under_way = self._start(self._look(), Owner.ORDER)

    async def _look(self) -> None:
        """Look whether the fax is a draft again: the tray's popup takes faxes back as well, and shows this window."""
        try:
            if self.draft in [draft.id for draft in await self._link.desk.list_drafts()]:
                self._be_undone()
        finally:
            self.under_way = None

    def _be_undone(self) -> None:
        self.job = ""
        self._dialog.show_order()
        self.undone.emit()

    def _lose_answer(self) -> None:
        if not self._link.present:
            self._dialog.notices.say(Owner.OUTAGE, self.explain_lost())
            return
        sentence = _(
            "The fax service does not answer: it is not known whether it has taken “{title}”. Send it again in a"
            " moment, or save it for later: the fax is sent once, in either case."
        )
        self._dialog.notices.say(Owner.ORDER, sentence.format(title=self._order().title))
