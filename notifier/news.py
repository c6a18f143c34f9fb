# SPDX-License-Identifier: GPL-3.0-or-later
"""The news of the service: what is told in popups, what the tray counts, and which dialog opens by itself.

Drafts and faxes that need a decision are asked for when the link is made, and again whenever the service has come
back. The last known state of a job that was told of, or that needs a decision, is remembered, so that a popup comes for
what happens and not for what happened long ago.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from faxcore.contract.limited import LimitWarning
from faxcore.contract.listed import FaxQuery, Folder
from faxcore.contract.offered import Fetching
from faxcore.contract.order import UNDO_SECONDS
from faxcore.contract.printed import Draft, PrintNotice
from faxcore.contract.received_fax import Reception
from faxcore.contract.sent_fax import Job
from faxcore.left_orders.order_delivery import hand_over_all
from faxcore.model.job import State
from faxcore.qt.link import DeskLink
from notifier.announcements import (
    of_arrival,
    of_change,
    of_fetching,
    of_left_refused,
    of_limit_warning,
    of_print_notice,
    of_queued,
    of_several_waiting,
    of_start,
    of_waiting,
)
from notifier.dialogs import Dialogs
from notifier.fax import of_reception, time_of
from notifier.popups import Popups
from notifier.tray import Tray

JUST_PRINTED: Final = timedelta(seconds=15)
"""The age up to which a document opens its dialog by itself: whoever printed it still waits for that."""
GATHER_MS: Final = 300
"""Milliseconds for which further documents are waited for, to be told of together."""
MOST: Final = 500
"""Faxes on a page that nobody looks at: as many as the service gives."""

Start = Callable[[Coroutine[Any, Any, None]], object]
"""Begins work that nobody has asked for, and sees to its failures."""


class News(QObject):
    """Everything that the service tells of by itself, for the tray and as popups."""

    outdated = pyqtSignal()
    """A fax has become something else: the lists of faxes must be asked for anew."""

    def __init__(self, link: DeskLink, tray: Tray, popups: Popups, dialogs: Dialogs, start: Start) -> None:
        super().__init__()
        self._link, self._tray, self._popups, self._dialogs, self._start = link, tray, popups, dialogs, start
        self._drafts: dict[str, Draft] = {}
        self._states: dict[str, State] = {}
        self._told: set[str] = set()
        self._undoable: dict[str, str] = {}
        """Faxes and broadcasts that were told of as to be taken back, each with the fax that was named."""
        self._unopened: list[Draft] = []
        self._gathering = QTimer(self)
        self._gathering.setSingleShot(True)
        self._gathering.setInterval(GATHER_MS)
        self._gathering.timeout.connect(self._tell_unopened)
        self._connect()

    def load(self) -> None:
        """Ask for the documents that wait, and for the faxes that need a decision."""
        self._start(self._load_drafts())
        self._start(self._load_undecided())

    def _connect(self) -> None:
        self._link.present_changed.connect(self._present)
        self._link.draft_waiting.connect(self._draft_waiting)
        self._link.job_changed.connect(self._job_changed)
        self._link.reception_arrived.connect(self._arrived)
        self._link.print_noticed.connect(self._print_noticed)
        self._link.limit_warned.connect(self._limit_warned)
        self._link.document_fetched.connect(self._fetched)
        self._dialogs.closed.connect(lambda _draft: self._start(self._load_drafts()))
        self._dialogs.failed.connect(self._dialog_failed)

    def _present(self, present: bool) -> None:
        self._tray.set_present(present)
        if present:
            self._start(self._hand_over())
            self.load()

    async def _hand_over(self) -> None:
        """Hand over what was ordered while the service was away."""
        await hand_over_all(self._link.desk, lambda left: self._popups.show(of_left_refused(left)))

    # ------------------------------------------------------------ documents that wait

    async def _load_drafts(self) -> None:
        self._drafts = {draft.id: draft for draft in await self._link.desk.list_drafts()}
        self._tray.set_drafts(list(self._drafts.values()))

    def _draft_waiting(self, draft: Draft) -> None:
        self._drafts[draft.id] = draft
        self._tray.set_drafts(list(self._drafts.values()))
        if not _was_just_printed(draft) or not self._dialogs.open(draft.id, by_itself=True):
            self._unopened.append(draft)
            self._gathering.start()

    def _tell_unopened(self) -> None:
        """Tell of the documents that no dialog was opened for: at login, of all in one popup."""
        drafts = [draft for draft in self._unopened if draft.id in self._drafts]
        self._unopened.clear()
        if len(drafts) == 1:
            self._popups.show(of_waiting(drafts[0]))
        elif drafts:
            self._popups.show(of_several_waiting(sorted(drafts, key=lambda draft: draft.created)))

    def _dialog_failed(self, draft: str) -> None:
        if draft in self._drafts:
            self._popups.show(of_waiting(self._drafts[draft], broken=True))

    # ------------------------------------------------------------ faxes that go out

    async def _load_undecided(self) -> None:
        """Ask for the faxes that need a decision: all of them, as the tray counts them."""
        self._states.clear()
        query = FaxQuery(folder=Folder.UNCERTAIN, most=MOST)
        while True:
            page = await self._link.desk.list_faxes(query)
            for job in page.jobs:
                self._states.setdefault(job.id, job.state)  # what was told meanwhile is newer
            if not page.after:
                break
            query = replace(query, after=page.after)
        self._count_undecided()

    def _job_changed(self, job: Job) -> None:
        key, state = job.id, job.state
        before = self._states.get(key)
        self._states[key] = state
        self._count_undecided()
        if before is None and self._drafts:
            self._start(self._load_drafts())  # a new job may have been a draft
        self._offer_undo(job)
        decided_by_hand = before is State.UNCERTAIN and state is State.DONE
        notice = of_change(job)
        once = f"{key} {state.value} {job.changed}"
        if notice is not None and not decided_by_hand and once not in self._told:
            self._told.add(once)
            self._popups.show(notice)

    def _offer_undo(self, job: Job) -> None:
        """Say of a fax of the dialog that it can be taken back, as long as that is so; of a broadcast, once."""
        whole = job.broadcast or job.id
        if job.undoable and whole not in self._undoable and _goes_out_soon(job):
            self._undoable[whole] = job.id
            self._popups.show(of_queued(job))
        elif self._undoable.get(whole) == job.id and not job.undoable:
            del self._undoable[whole]
            if job.state is State.CANCELLED:
                # It may be a document that waits again, and no fax any more.
                self.outdated.emit()
                self._start(self._load_drafts())
            else:
                self._popups.show(of_start(job))

    def _count_undecided(self) -> None:
        self._tray.set_undecided(list(self._states.values()).count(State.UNCERTAIN))

    # ------------------------------------------------------------ faxes that come, and other news

    def _arrived(self, reception: Reception) -> None:
        fax = of_reception(reception)
        if fax.key not in self._told:
            self._told.add(fax.key)
            self._popups.show(of_arrival(reception))

    def _print_noticed(self, notice: PrintNotice) -> None:
        if notice.id not in self._told:
            self._told.add(notice.id)
            self._popups.show(of_print_notice(notice))

    def _limit_warned(self, warning: LimitWarning) -> None:
        if warning.id not in self._told:
            self._told.add(warning.id)
            self._popups.show(of_limit_warning(warning))

    def _fetched(self, fetching: Fetching) -> None:
        if fetching.id not in self._told:
            self._told.add(fetching.id)
            self._popups.show(of_fetching(fetching))


def _goes_out_soon(job: Job) -> bool:
    return bool(job.next_try) and time_of(job.next_try) - datetime.now(UTC) <= timedelta(seconds=2 * UNDO_SECONDS)


def _was_just_printed(draft: Draft) -> bool:
    return abs(datetime.now(UTC) - time_of(draft.created)) <= JUST_PRINTED
