# SPDX-License-Identifier: GPL-3.0-or-later
"""Telling people: at once if one of their programs listens, when one registers if not. Never anybody else."""

from __future__ import annotations

import logging
from typing import Protocol

from faxcore.contract.bus import Draft, Job, Reception
from faxcore.model.sentence import NOTHING, Sentence
from faxcore.store import outbox
from faxcore.store.jobs import JobRow
from faxcore.store.receptions import ReceptionRow
from faxcore.store.store import Store
from faxcore.store.store_error import StoreUnavailable
from faxcore.store.views import view_draft, view_job, view_reception

log = logging.getLogger(__name__)

News = Draft | Job | Reception
"""The value in a signal; its type says which signal it is."""


class Listeners(Protocol):
    """The programs that have registered."""

    def tell(self, person: str, news: News) -> bool:
        """Send a signal to the programs of this person; True if there are any."""


class Announcing:
    """Signals for what changes now, and the outbox for what must be told sooner or later."""

    def __init__(self, store: Store, listeners: Listeners) -> None:
        self._store = store
        self._listeners = listeners

    def job_changed(self, job: JobRow, progress: Sentence = NOTHING) -> None:
        """Tell the job's owner; if it is something that must be told, it waits for a listener."""
        if self._listeners.tell(job.owner, view_job(job, progress)):
            kind = f"{outbox.JOB}-{job.state.value}"
            waiting = self._store.outbox.waiting(job.owner)
            self._note([row for row in waiting if (row.kind, row.subject) == (kind, job.id)])

    def reception_arrived(self, reception: ReceptionRow) -> None:
        """Tell every owner."""
        for person in self._store.receptions.owners(reception.id):
            self.flush(person)

    def flush(self, person: str) -> None:
        """Tell this person what waits, oldest first, as long as somebody listens."""
        for row in self._store.outbox.waiting(person):
            news = self._news(row)
            if news is not None and not self._listeners.tell(person, news):
                return
            self._note([row])

    def _note(self, rows: list[outbox.OutboxRow]) -> None:
        try:
            for row in rows:
                self._store.outbox.done(row.id)
        except StoreUnavailable as error:
            # It will be told again: better twice than never.
            log.error("what %s has been told cannot be noted: %s", rows[0].person, error)

    def _news(self, row: outbox.OutboxRow) -> News | None:
        """Give what a row tells of; None if it is gone, so that nobody needs to hear of it any more."""
        match row.kind:
            case outbox.DRAFT:
                draft = self._store.drafts.get(row.person, row.subject)
                return None if draft is None else view_draft(draft)
            case outbox.RECEPTION:
                reception = self._store.receptions.get(row.subject)
                return None if reception is None else view_reception(reception)
            case _:
                job = self._store.jobs.get(row.subject)
                return None if job is None else view_job(job)
