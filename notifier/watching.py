# SPDX-License-Identifier: GPL-3.0-or-later
"""The tray's reactions: between the service on one side, and tray, dialogs, popups and history
on the other.

The service tells of changes. Drafts and faxes that need a decision are asked for when the link is made, and again
whenever the service has come back; what the history shows is seen to by `notifier.fax_lists`. The last known state of a
job that was told of, or that needs a decision, is remembered, so that a popup comes for what happens and not for what
happened long ago.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from PyQt6.QtCore import QObject, QTimer

from faxcore.bus.client import BusError, ServiceUnavailable
from faxcore.contract.bus import ErrorCode
from faxcore.contract.limited import LimitWarning
from faxcore.contract.listed import FaxQuery, Folder
from faxcore.contract.offered import Fetching
from faxcore.contract.order import UNDO_SECONDS
from faxcore.contract.printed import Draft, PrintNotice
from faxcore.contract.received_fax import Reception, ReceptionChange
from faxcore.contract.sent_fax import Job, Verdict
from faxcore.i18n import gettext as _
from faxcore.left_orders.order_delivery import hand_over_all
from faxcore.model.job import State
from faxcore.model.recipient import Recipient
from faxcore.qt.link import DeskLink
from notifier.announcements import (
    Act,
    Announcement,
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
from notifier.contacts.address_books import AddressBooks
from notifier.dialogs import Dialogs
from notifier.fax import Fax, of_job, of_reception, time_of
from notifier.fax_lists import FaxLists
from notifier.history import History
from notifier.open_files import CannotOpen, Files, open_on_desktop
from notifier.popups import Popups
from notifier.single_instance import CONTACTS
from notifier.tray import Tray

log = logging.getLogger(__name__)

JUST_PRINTED: Final = timedelta(seconds=15)
"""The age up to which a document opens its dialog by itself: whoever printed it still waits for that."""
GATHER_MS: Final = 300
"""Milliseconds for which further documents are waited for, to be told of together."""
MOST: Final = 500
"""Faxes on a page that nobody looks at: as many as the service gives."""


class Watching(QObject):
    """The whole tray program but its process."""

    def __init__(
        self,
        link: DeskLink,
        dialogs: Dialogs,
        session_bus: str | None = None,
        opener: Callable[[Path], bool] = open_on_desktop,
    ) -> None:
        super().__init__()
        self.link, self.dialogs = link, dialogs
        self._tasks: set[asyncio.Task[None]] = set()
        self.tray = Tray()
        self.history = History()
        self.lists = FaxLists(link, self.history, lambda work: self._start(work, unasked=True))
        self.popups = Popups(self.tray.balloon, session_bus)
        self.files = Files(link, opener)
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
        self._connect_service()
        self._connect_windows()

    async def run(self) -> None:
        """Until cancelled."""
        self.dialogs.prepare()
        try:
            async with asyncio.TaskGroup() as work:
                work.create_task(self.popups.run())
                work.create_task(self.link.run())
        finally:
            if self._has_books:
                self.books.work.cancel()
            tasks = list(self._tasks)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def show_window(self, window: str, job: str = "") -> None:
        """Bring the history or the contacts forward, and show this sent fax in the history."""
        if window == CONTACTS:
            self.books.show()
        elif job:
            self._show(f"job:{job}")
        else:
            self.history.bring_forward()

    def close(self) -> None:
        """Leave the desktop."""
        self.dialogs.close()
        self.tray.close()
        self.history.close()
        if self._has_books:
            self.books.close()
        self.files.close()

    async def finish(self) -> None:
        """Do what waits to be done before the tray ends."""
        if self._has_books:
            await self.books.finish()

    @cached_property
    def books(self) -> AddressBooks:
        """The address books, made when they are wanted first: a tray at rest needs no memory for their window."""
        made = AddressBooks(self.link)
        made.changed.connect(self.lists.reload)
        return made

    @property
    def _has_books(self) -> bool:
        return "books" in vars(self)

    def _connect_service(self) -> None:
        self.link.present_changed.connect(self._present)
        self.link.draft_waiting.connect(self._draft_waiting)
        self.link.job_changed.connect(self._job_changed)
        self.link.reception_arrived.connect(self._arrived)
        self.link.print_noticed.connect(self._print_noticed)
        self.link.limit_warned.connect(self._limit_warned)
        self.link.document_fetched.connect(self._fetched)
        self.link.reception_changed.connect(self._filed)

    def _connect_windows(self) -> None:
        self.tray.history_wanted.connect(self.history.bring_forward)
        for window in (self.tray, self.history):
            window.contacts_wanted.connect(lambda: self.books.show())
        self.tray.draft_wanted.connect(self.dialogs.open)
        self.tray.new_wanted.connect(self.dialogs.open_new)
        self.dialogs.closed.connect(lambda _draft: self._start(self._load_drafts()))
        self.dialogs.failed.connect(self._dialog_failed)
        self.popups.chosen.connect(self._chosen)
        self.tray.clicked_notice.connect(self._chosen)
        self.history.details.contact_wanted.connect(lambda fax: self._start(self._add_contact(fax)))
        self.history.selected.connect(self._selected)
        buttons = self.history.buttons
        buttons.open_wanted.connect(lambda fax: self._start(self.files.open(fax)))
        buttons.folder_wanted.connect(lambda fax: self._start(self._show_folder(fax)))
        buttons.cancel_wanted.connect(lambda fax: self._start(self._cancel(fax)))
        buttons.resolve_wanted.connect(lambda fax, verdict: self._start(self._resolve(fax, verdict)))

    # ------------------------------------------------------------ what the service tells

    def _present(self, present: bool) -> None:
        self.tray.set_present(present)
        self.history.set_present(present)
        self.lists.set_present(present)
        if present:
            self._start(self._hand_over(), unasked=True)
            self._load_waiting()

    def _load_waiting(self) -> None:
        self._start(self._load_drafts(), unasked=True)
        self._start(self._load_undecided(), unasked=True)

    async def _hand_over(self) -> None:
        """Hand over what was ordered while the service was away."""
        await hand_over_all(self.link.desk, lambda left: self.popups.show(of_left_refused(left)))

    async def _load_undecided(self) -> None:
        """Ask for the faxes that need a decision: all of them, as the tray counts them."""
        self._states.clear()
        query = FaxQuery(folder=Folder.UNCERTAIN, most=MOST)
        while True:
            page = await self.link.desk.list_faxes(query)
            for job in page.jobs:
                self._states.setdefault(job.id, job.state)  # what was told meanwhile is newer
            if not page.after:
                break
            query = replace(query, after=page.after)
        self._count_undecided()

    async def _load_drafts(self) -> None:
        self._drafts = {draft.id: draft for draft in await self.link.desk.list_drafts()}
        self.tray.set_drafts(list(self._drafts.values()))

    def _draft_waiting(self, draft: Draft) -> None:
        self._drafts[draft.id] = draft
        self.tray.set_drafts(list(self._drafts.values()))
        if not _was_just_printed(draft) or not self.dialogs.open(draft.id, by_itself=True):
            self._unopened.append(draft)
            self._gathering.start()

    def _tell_unopened(self) -> None:
        """Tell of the documents that no dialog was opened for: at login, of all in one popup."""
        drafts = [draft for draft in self._unopened if draft.id in self._drafts]
        self._unopened.clear()
        if len(drafts) == 1:
            self.popups.show(of_waiting(drafts[0]))
        elif drafts:
            self.popups.show(of_several_waiting(sorted(drafts, key=lambda draft: draft.created)))

    def _job_changed(self, job: Job) -> None:
        key, state = job.id, job.state
        before = self._states.get(key)
        self._states[key] = state
        self.lists.put(of_job(job))
        self._count_undecided()
        if before is None and self._drafts:
            self._start(self._load_drafts())  # a new job may have been a draft
        self._offer_undo(job)
        decided_by_hand = before is State.UNCERTAIN and state is State.DONE
        notice = of_change(job)
        once = f"{key} {state.value} {job.changed}"
        if notice is not None and not decided_by_hand and once not in self._told:
            self._told.add(once)
            self.popups.show(notice)

    def _offer_undo(self, job: Job) -> None:
        """Say of a fax of the dialog that it can be taken back, as long as that is so; of a broadcast, once."""
        whole = job.broadcast or job.id
        if job.undoable and whole not in self._undoable and _goes_out_soon(job):
            self._undoable[whole] = job.id
            self.popups.show(of_queued(job))
        elif self._undoable.get(whole) == job.id and not job.undoable:
            del self._undoable[whole]
            if job.state is State.CANCELLED:
                # It may be a document that waits again, and no fax any more.
                self.lists.reload()
                self._start(self._load_drafts())
            else:
                self.popups.show(of_start(job))

    async def _take_back(self, job: str) -> None:
        """Make a document that waits of a fax again, and show it."""
        self.dialogs.open(await self.link.desk.take_back(job))

    def _arrived(self, reception: Reception) -> None:
        fax = of_reception(reception)
        self.lists.put(fax)
        if fax.key not in self._told:
            self._told.add(fax.key)
            self.popups.show(of_arrival(reception))

    def _print_noticed(self, notice: PrintNotice) -> None:
        if notice.id not in self._told:
            self._told.add(notice.id)
            self.popups.show(of_print_notice(notice))

    def _limit_warned(self, warning: LimitWarning) -> None:
        if warning.id not in self._told:
            self._told.add(warning.id)
            self.popups.show(of_limit_warning(warning))

    def _fetched(self, fetching: Fetching) -> None:
        if fetching.id not in self._told:
            self._told.add(fetching.id)
            self.popups.show(of_fetching(fetching))

    def _filed(self, change: ReceptionChange) -> None:
        self.lists.put(of_reception(change.reception))

    def _count_undecided(self) -> None:
        self.tray.set_undecided(list(self._states.values()).count(State.UNCERTAIN))

    # ------------------------------------------------------------ what a person wants

    def _chosen(self, act: Act, notice: Announcement) -> None:
        if act is Act.SHOW:
            self._show(notice.subject)
        elif act is Act.COMPLETE:
            self.dialogs.open(notice.subject)
        elif act is Act.UNDO:
            self._start(self._take_back(notice.subject.partition(":")[2]))
        else:
            self._start(self._act(act, notice.subject))

    async def _act(self, act: Act, key: str) -> None:
        """Do what a popup's button says; a fax that is gone is looked for in the history, which says so."""
        fax = await self.lists.find(key)
        if fax is None:
            self._show(key)
        elif act is Act.OPEN:
            await self.files.open(fax)
        elif act is Act.CONTACT:
            await self._add_contact(fax)
        else:
            self.files.show_folder(fax)

    def _show(self, key: str) -> None:
        self.history.bring_forward()
        self.lists.show(key)

    def _selected(self, fax: Fax | None) -> None:
        if fax is not None and fax.sent and self.link.present:
            self._start(self._show_calls(fax))

    async def _show_calls(self, fax: Fax) -> None:
        shown = await self.link.desk.show_job(fax.id)
        current = self.history.current()
        if current is not None and current.key == fax.key:
            self.history.details.show_calls(shown.calls)

    async def _show_folder(self, fax: Fax) -> None:
        self.files.show_folder(fax)

    async def _add_contact(self, fax: Fax) -> None:
        """Open the card of a new contact with what is known of the other end."""
        recipient = Recipient(fax.unknown_number or fax.number)
        if fax.sent:
            recipient = (await self.link.desk.show_job(fax.id)).recipient
        self.books.add_recipient(recipient)

    async def _cancel(self, fax: Fax) -> None:
        await self.link.desk.cancel_job(fax.id)

    async def _resolve(self, fax: Fax, verdict: Verdict) -> None:
        await self.link.desk.resolve_job(fax.id, verdict)

    def _dialog_failed(self, draft: str) -> None:
        if draft in self._drafts:
            self.popups.show(of_waiting(self._drafts[draft], broken=True))

    # ------------------------------------------------------------ how it is done

    def _start(self, work: Coroutine[Any, Any, None], unasked: bool = False) -> asyncio.Task[None]:
        task = asyncio.ensure_future(self._guarded(work, unasked))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _guarded(self, work: Coroutine[Any, Any, None], unasked: bool) -> None:
        """Do it; a failure is said in the history, which comes forward if a popup's button asked for it, and not if
        it is `unasked`: loading that goes on by itself.
        """
        try:
            await work
        except ServiceUnavailable as error:
            log.info("%s", error)
            self.history.message.say(_("The fax service does not answer. Nothing was changed; try again in a moment."))
        except BusError as error:
            if error.code is ErrorCode.STATE:
                self.lists.reload()
                self._load_waiting()
            self._complain(str(error), unasked)
        except CannotOpen as error:
            self._complain(str(error))
        except OSError as error:
            self._complain(_("The fax could not be opened: {reason}.").format(reason=error.strerror or error))

    def _complain(self, sentence: str, unasked: bool = False) -> None:
        self.history.message.say(sentence)
        if not unasked:
            self.history.bring_forward()


def _goes_out_soon(job: Job) -> bool:
    return bool(job.next_try) and time_of(job.next_try) - datetime.now(UTC) <= timedelta(seconds=2 * UNDO_SECONDS)


def _was_just_printed(draft: Draft) -> bool:
    return abs(datetime.now(UTC) - time_of(draft.created)) <= JUST_PRINTED
