# SPDX-License-Identifier: GPL-3.0-or-later
"""Telling people: at once if one of their programs listens, when one registers if not. Never anybody else.

Thousands of news may wait for a person: they are told in batches, between which everything else goes on.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Collection, Sequence
from typing import Final, Protocol

from faxcore.announce.contact_names import ContactNames
from faxcore.announce.list_changes import ListChanges
from faxcore.announce.read_marks import ReadMarks
from faxcore.config.current import CurrentConfig
from faxcore.contract.limited import LimitWarning
from faxcore.contract.listed import Folder, ListsChange
from faxcore.contract.offered import Fetching
from faxcore.contract.printed import Draft, PrintNotice
from faxcore.contract.received_fax import Reception, ReceptionChange
from faxcore.contract.sent_fax import Job
from faxcore.store import deliveries
from faxcore.store.deliveries import DeliveryRow
from faxcore.store.jobs import JobRow
from faxcore.store.receptions import ReceptionRow
from faxcore.store.store import Store
from faxcore.store.store_error import StoreUnavailable
from faxcore.store.views import (
    NO_CALL,
    CallProgress,
    view_fetching,
    view_job,
    view_print_notice,
    view_reception,
    view_warning,
)

log = logging.getLogger(__name__)

BATCH: Final = 10
"""News that are told in one piece."""
REST: Final = 3
"""Times as long as a batch has taken, in which everything else goes on."""

News = Draft | Fetching | Job | LimitWarning | ListsChange | PrintNotice | Reception | ReceptionChange
"""The value in a signal; its type says which signal it is."""


class Listeners(Protocol):
    """The programs that have registered."""

    def tell(self, person: str, news: News) -> bool:
        """Send a signal to the programs of this person; True if there are any."""

    def people(self) -> Collection[str]:
        """The people whose programs have registered."""


class Announcing:
    """Signals for what changes now, and the deliveries of what must be told sooner or later."""

    def __init__(
        self,
        store: Store,
        config: CurrentConfig,
        listeners: Listeners,
        broken: Callable[[asyncio.Task[None]], None] = lambda _task: None,
    ) -> None:
        """`broken` hears of the end of every task."""
        self._store = store
        self._listeners = listeners
        self.read_marks = ReadMarks(store, config)
        self.names = ContactNames(store, config)
        self.list_changes = ListChanges(store, listeners, broken)
        self._broken = broken
        self._rest: deque[tuple[str, str]] = deque()
        """Everybody for whom more waits than a batch, and where their next one begins."""
        self._resting: set[str] = set()
        """The people in it, and whoever is told at this moment."""
        self._task: asyncio.Task[None] | None = None
        """Tells the rest, while there is any."""

    def job_changed(self, job: JobRow, progress: CallProgress = NO_CALL) -> None:
        """Tell the job's owner; if it is something that must be told, it waits for a listener."""
        (named,) = self.names.add_to_jobs(job.owner, [view_job(job, progress)])
        told = self._listeners.tell(job.owner, named)
        if told and job.state in deliveries.ANNOUNCED:
            try:
                self._store.deliveries.done_of(f"{deliveries.JOB}-{job.state.value}", job.id, job.owner)
            except StoreUnavailable as error:
                _log_untold(job.owner, error)

    def reception_arrived(self, reception: ReceptionRow) -> None:
        """Tell every owner."""
        for person in self._store.receptions.owners(reception.id):
            self.flush(person)

    def reception_changed(self, reception: ReceptionRow, but: str = "") -> None:
        """Tell every owner who listens and still has it in the inbox, but this one, who knows. It is no news that must
        be told: lists say it.
        """
        marks = self.read_marks.find([reception.id]).get(reception.id, ())
        for person in self._store.receptions.owners(reception.id):
            entry = self._store.entries.get(person, reception.id)
            if person != but and entry is not None and entry.folder == Folder.INBOX.value:
                (named,) = self.names.add_to_receptions(person, [view_reception(reception, entry.read, marks)])
                self._listeners.tell(person, ReceptionChange(named))

    def flush(self, person: str) -> None:
        """Tell this person what waits, oldest first, as long as somebody listens: a batch now, the rest in between."""
        if person in self._resting:
            return
        after = self._flush_batch(person, "")
        if after:
            self._rest.append((person, after))
            self._resting.add(person)
            if self._task is None:
                self._task = asyncio.create_task(self._flush_rest())
                self._task.add_done_callback(self._end)

    def flush_listening(self) -> None:
        """Tell everybody who listens what waits for them."""
        for person in self._listeners.people():
            self.flush(person)

    async def stop(self) -> None:
        """Tell nothing more."""
        await self.list_changes.stop()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def _end(self, task: asyncio.Task[None]) -> None:
        self._task = None
        self._broken(task)

    async def _flush_rest(self) -> None:
        """Tell one batch after another, everybody in turn."""
        loop, took = asyncio.get_running_loop(), 0.0
        while self._rest:
            await asyncio.sleep(REST * took)
            begun = loop.time()
            person, after = self._rest.popleft()
            after = self._flush_batch(person, after)
            if after:
                self._rest.append((person, after))
            else:
                self._resting.discard(person)
            took = loop.time() - begun

    def _flush_batch(self, person: str, after: str) -> str:
        """Tell what waits behind `after`; where the next batch begins, or "" if there is none."""
        try:
            rows = self._store.deliveries.waiting(person, BATCH, after)
            told = self._tell(person, rows)
            self._store.deliveries.done([row.id for row in told])
        except StoreUnavailable as error:
            _log_untold(person, error)
            return ""
        return rows[-1].id if len(told) == BATCH else ""

    def _tell(self, person: str, rows: Sequence[DeliveryRow]) -> list[DeliveryRow]:
        """Tell this news; those that have been told, or are gone, so that nobody needs to hear of them any more."""
        told = []
        found = self._find_news(person, rows)
        for row in rows:
            news = found.get(row.subject)
            if news is not None and not self._listeners.tell(person, news):
                break
            told.append(row)
        return told

    def _find_news(self, person: str, rows: Sequence[DeliveryRow]) -> dict[str, News]:
        """Give what the rows tell this person of, by its id."""
        kinds = (deliveries.DRAFT, deliveries.RECEPTION, deliveries.FETCHING, deliveries.LIMIT, deliveries.PRINT_NOTICE)
        of_kind: dict[str, list[str]] = {kind: [] for kind in kinds}
        jobs: list[str] = []
        for row in rows:
            of_kind.get(row.kind, jobs).append(row.subject)
        store = self._store
        receptions = [view_reception(row) for row in store.receptions.several(of_kind[deliveries.RECEPTION])]
        found: list[Draft | Fetching | Job | LimitWarning | PrintNotice | Reception] = [
            *store.listing.view_drafts(store.drafts.several(of_kind[deliveries.DRAFT])),
            *self.names.add_to_receptions(person, receptions),
            *map(view_fetching, store.offers.several_fetchings(of_kind[deliveries.FETCHING])),
            *map(view_warning, store.limit_warnings.several(of_kind[deliveries.LIMIT])),
            *map(view_print_notice, store.print_notices.several(of_kind[deliveries.PRINT_NOTICE])),
            *self.names.add_to_jobs(person, [view_job(row) for row in store.jobs.several(jobs)]),
        ]
        return {news.id: news for news in found}


def _log_untold(person: str, error: StoreUnavailable) -> None:
    # It will be told again: better twice than never.
    log.error("what somebody has been told cannot be noted: %s", error)
    log.debug("it is %s who has been told", person)
