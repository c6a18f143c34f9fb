# SPDX-License-Identifier: GPL-3.0-or-later
"""Telling users: at once if one of their programs listens, when one registers if not. Never anybody else."""

from __future__ import annotations

import logging
import sqlite3
from typing import Any, Protocol

from faxcore.api.views import draft_values, job_values, reception_values
from faxcore.store import outbox
from faxcore.store.jobs import JobRow
from faxcore.store.receptions import ReceptionRow
from faxcore.store.store import Store

log = logging.getLogger(__name__)


class Listeners(Protocol):
    """The programs that have registered."""

    def tell(self, uid: int, member: str, values: dict[str, Any]) -> bool:
        """Send a signal to the programs of this user; whether there are any."""


class Announcing:
    """Signals for what changes now, and the outbox for what must be told sooner or later."""

    def __init__(self, store: Store, listeners: Listeners) -> None:
        self._store = store
        self._listeners = listeners

    def job_changed(self, job: JobRow, progress: str = "") -> None:
        """Tell the job's owner; if it is something that must be told, it waits for a listener."""
        if self._listeners.tell(job.uid, "JobChanged", job_values(job, progress)):
            kind = f"{outbox.JOB}-{job.state.value}"
            self._note([n for n in self._store.outbox.waiting(job.uid) if (n.kind, n.subject) == (kind, job.id)])

    def draft_waiting(self, uid: int) -> None:
        """Tell this user of drafts not told of yet."""
        self.flush(uid)

    def reception_arrived(self, reception: ReceptionRow) -> None:
        """Tell every owner."""
        for uid in self._store.receptions.owners(reception.id):
            self.flush(uid)

    def flush(self, uid: int) -> None:
        """Tell this user what waits, oldest first, as long as somebody listens."""
        for notice in self._store.outbox.waiting(uid):
            if not self._tell(notice):
                return
            self._note([notice])

    def _note(self, notices: list[outbox.Notice]) -> None:
        try:
            for notice in notices:
                self._store.outbox.done(notice.id)
        except sqlite3.OperationalError as error:
            # It will be told again: better twice than never.
            log.error("what user %d has been told cannot be noted: %s", notices[0].uid, error)

    def _tell(self, notice: outbox.Notice) -> bool:
        match notice.kind:
            case outbox.DRAFT:
                draft = self._store.drafts.get(notice.uid, notice.subject)
                # A draft that is no draft any more needs no dialog.
                return draft is None or self._listeners.tell(notice.uid, "DraftWaiting", draft_values(draft))
            case outbox.RECEPTION:
                reception = self._store.receptions.get(notice.subject)
                assert reception is not None
                return self._listeners.tell(notice.uid, "ReceptionArrived", reception_values(reception))
            case _:
                job = self._store.jobs.get(notice.subject)
                assert job is not None
                return self._listeners.tell(notice.uid, "JobChanged", job_values(job))
