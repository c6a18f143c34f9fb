# SPDX-License-Identifier: GPL-3.0-or-later
"""The news of the service: what is told in popups, what the tray counts, and which dialog opens by itself.

Drafts and faxes that need a decision are asked for when the link is made, and again whenever the service has come
back. The last known state of a job that was told of, or that needs a decision, is remembered, so that a popup comes for
what happens and not for what happened long ago.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from PyQt6.QtCore import QObject, pyqtSignal

from faxcore.bus.client import BusError
from faxcore.contract.limited import LimitWarning
from faxcore.contract.listed import FaxQuery, Folder
from faxcore.contract.offered import Fetching
from faxcore.contract.order import UNDO_SECONDS
from faxcore.contract.printed import Draft, PrintNotice
from faxcore.contract.received_fax import Reception, ReceptionChange
from faxcore.contract.sent_fax import Job
from faxcore.left_orders.order_delivery import hand_over_all
from faxcore.left_orders.typed_orders import hand_over_typed
from faxcore.model.job import FINAL, IN_CALL, JobKind, State
from faxcore.qt.link import DeskLink
from notifier.arrival_words import of_arrival, of_fetching
from notifier.counting import Counting
from notifier.dialogs import Dialogs
from notifier.fax import of_job, of_reception, time_of
from notifier.popup_settings import PopupSettings
from notifier.sending_words import of_failed, of_queued, of_sent, of_uncertain, of_way
from notifier.telling import Telling
from notifier.tray import Tray
from notifier.waiting_words import of_left_refused, of_limit_warning, of_print_notice, of_typed_refused, of_waiting

log = logging.getLogger(__name__)

JUST_PRINTED: Final = timedelta(seconds=15)
"""The age up to which a document opens its dialog by itself: whoever printed it still waits for that."""
ENDS: Final = FINAL | {State.UNCERTAIN}
MOST: Final = 500
"""Faxes on a page that nobody looks at: as many as the service gives."""

Start = Callable[[Coroutine[Any, Any, None]], object]
"""Begins work that nobody has asked for, and sees to its failures."""


class News(QObject):
    """Everything that the service tells of by itself, for the tray and as popups."""

    outdated = pyqtSignal()
    """A fax has become something else: the lists of faxes must be asked for anew."""

    def __init__(
        self,
        link: DeskLink,
        tray: Tray,
        telling: Telling,
        settings: PopupSettings,
        dialogs: Dialogs,
        start: Start,
    ) -> None:
        super().__init__()
        self._link, self._tray, self._telling, self._settings = link, tray, telling, settings
        self._dialogs, self._begin = dialogs, start
        self._over = False
        self._drafts: dict[str, Draft] = {}
        self._states: dict[str, State] = {}
        self._told: set[str] = set()
        self._undoable: dict[str, str] = {}
        """Faxes and broadcasts that were told of as to be taken back, each with the fax that was named."""
        self._pages: dict[str, str] = {}
        """The places to which the calls of faxes have come that a popup may follow."""
        self._counting = Counting(link, tray, self._start, self._count_sending)
        self._connect()

    def load(self) -> None:
        """Ask for the documents that wait, for the faxes that need a decision, and for the tray's figures."""
        self._start(self._load_drafts())
        self._start(self._load_undecided())
        self.recount()

    def stop(self) -> None:
        """Begin nothing any more: the program ends."""
        self._over = True
        self._telling.stop()

    def recount(self) -> None:
        """Ask for the tray's figures: something was read, deleted or decided."""
        self._counting.ask()

    def settle(self, key: str) -> None:
        """Take note that the person has read, deleted or sent this fax again: no popup tells of it any more."""
        self._telling.forget(key)
        self.recount()

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        if self._over:
            work.close()
        else:
            self._begin(work)

    def _connect(self) -> None:
        self._link.present_changed.connect(self._present)
        self._link.draft_waiting.connect(self._draft_waiting)
        self._link.job_changed.connect(self._job_changed)
        self._link.reception_arrived.connect(self._arrived)
        self._link.print_noticed.connect(self._print_noticed)
        self._link.limit_warned.connect(self._limit_warned)
        self._link.document_fetched.connect(self._fetched)
        self._link.reception_changed.connect(self._filed)
        self._dialogs.closed.connect(lambda _draft: self._start(self._load_drafts()))
        self._dialogs.shown.connect(self._telling.forget)
        self._dialogs.failed.connect(self._dialog_failed)

    def _present(self, present: bool) -> None:
        self._tray.set_present(present)
        if present:
            self._start(self._hand_over())
            self.load()

    async def _hand_over(self) -> None:
        """Hand over what was ordered and typed while the service was away."""
        await hand_over_all(self._link.desk, lambda left: self._telling.tell(of_left_refused(left)))
        if await hand_over_typed(self._link.desk, lambda *typed: self._telling.tell(of_typed_refused(*typed))):
            await self._load_drafts()

    # ------------------------------------------------------------ documents that wait

    async def _load_drafts(self) -> None:
        before = self._drafts
        self._drafts = {draft.id: draft for draft in await self._link.desk.list_drafts()}
        self._tray.set_drafts(list(self._drafts.values()))
        self.recount()
        for gone in before.keys() - self._drafts:
            self._telling.forget(gone)

    def _draft_waiting(self, draft: Draft) -> None:
        self._drafts[draft.id] = draft
        self._tray.set_drafts(list(self._drafts.values()))
        self.recount()
        if not _was_just_printed(draft) or not self._dialogs.open(draft.id, by_itself=True):
            self._telling.tell(of_waiting(draft))

    def _dialog_failed(self, draft: str) -> None:
        if draft in self._drafts:
            self._telling.tell(of_waiting(self._drafts[draft], broken=True))

    # ------------------------------------------------------------ faxes that go out

    async def _load_undecided(self) -> None:
        """Ask for the faxes that need a decision: what a person decides about them is no news to that person."""
        self._states.clear()
        query = FaxQuery(folder=Folder.UNCERTAIN, most=MOST)
        while True:
            page = await self._link.desk.list_faxes(query)
            for job in page.jobs:
                self._states.setdefault(job.id, job.state)  # what was told meanwhile is newer
            if not page.after:
                break
            query = replace(query, after=page.after)

    def _job_changed(self, job: Job) -> None:
        before = self._states.get(job.id)
        self._states[job.id] = job.state
        if before is not job.state:
            self.recount()
        if before is None and self._drafts:
            self._start(self._load_drafts())  # a new job may have been a draft
        if before is State.UNCERTAIN and job.state is not State.UNCERTAIN:
            self._telling.forget(of_job(job).key)  # somebody has decided
        self._offer_undo(job)
        self._follow(job)
        once = f"{job.id} {job.state.value} {job.changed}"
        if job.state in ENDS and once not in self._told:
            self._told.add(once)
            self._tell_end(job, decided=before is State.UNCERTAIN)

    def _count_sending(self) -> int:
        return sum(state in IN_CALL for state in self._states.values())

    def _offer_undo(self, job: Job) -> None:
        """Say of a fax of the dialog that it can be taken back, as long as that is so; of a broadcast, once."""
        whole = job.broadcast or job.id
        if job.undoable and whole not in self._undoable and _goes_out_soon(job):
            self._undoable[whole] = job.id
            self._telling.tell(of_queued(job))
        elif self._undoable.get(whole) == job.id and not job.undoable:
            del self._undoable[whole]
            if job.state is State.CANCELLED:
                # It may be a document that waits again, and no fax any more.
                self.outdated.emit()
                self._start(self._load_drafts())

    def _follow(self, job: Job) -> None:
        """Let a popup of a fax that stands say where its call is, or that it waits again."""
        if job.kind is JobKind.FETCH or job.undoable:
            return
        # The popup of a fax to many tells of all of them: not at which page one is.
        page = job.live.page if job.live is not None and not job.broadcast else 0
        where = job.broadcast or f"{job.state.value} {page} {job.next_try}"
        if job.state not in (State.ACTIVE, State.SLEEPING):
            self._pages.pop(job.id, None)
        elif self._pages.get(job.id) != where:
            self._pages[job.id] = where
            self._telling.tell(of_way(job))

    def _tell_end(self, job: Job, decided: bool) -> None:
        if job.state is State.FAILED:
            self._start(self._tell_failed(job))
        elif job.state is State.UNCERTAIN and job.kind is not JobKind.FETCH:
            self._telling.tell(of_uncertain(job))
        elif job.state is State.DONE and job.kind is not JobKind.FETCH and not decided:
            # What was fetched is told of as a received fax, and a fax to many once: when it goes out.
            if self._settings.every_sent or not job.broadcast:
                self._telling.tell(of_sent(job, always=self._settings.every_sent))
        elif job.state is State.CANCELLED:
            self._telling.forget(of_job(job).key)

    async def _tell_failed(self, job: Job) -> None:
        """Say that a fax was not sent, and when that was tried last, as far as the service tells."""
        last = ""
        try:
            calls = (await self._link.desk.show_job(job.id)).calls
            last = calls[-1].started if calls else ""
        except BusError as error:
            log.info("the calls of a failed fax are not known: %s", error)
        self._telling.tell(of_failed(job, last))

    # ------------------------------------------------------------ faxes that come, and other news

    def _arrived(self, reception: Reception) -> None:
        key = of_reception(reception).key
        self.recount()
        if key not in self._told:
            self._told.add(key)
            self._telling.tell(of_arrival(reception))

    def _filed(self, change: ReceptionChange) -> None:
        if change.reception.read:
            self.settle(of_reception(change.reception).key)
        else:
            self.recount()

    def _print_noticed(self, notice: PrintNotice) -> None:
        if notice.id not in self._told:
            self._told.add(notice.id)
            self._telling.tell(of_print_notice(notice))

    def _limit_warned(self, warning: LimitWarning) -> None:
        if warning.id not in self._told:
            self._told.add(warning.id)
            self._telling.tell(of_limit_warning(warning))

    def _fetched(self, fetching: Fetching) -> None:
        if fetching.id not in self._told:
            self._told.add(fetching.id)
            self._telling.tell(of_fetching(fetching))


def _goes_out_soon(job: Job) -> bool:
    return bool(job.next_try) and time_of(job.next_try) - datetime.now(UTC) <= timedelta(seconds=2 * UNDO_SECONDS)


def _was_just_printed(draft: Draft) -> bool:
    return abs(datetime.now(UTC) - time_of(draft.created)) <= JUST_PRINTED
