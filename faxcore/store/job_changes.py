# SPDX-License-Identifier: GPL-3.0-or-later
"""Changes of jobs that have not ended: number, header, times, priority and payer.

A job that waits is changed at once. One that is in a call belongs to that call, whose pages were composed and whose
number was dialled before: what of the change would touch them is a wish in its row, and is made when the job goes to
sleep (`fulfil`), however its call has ended and whoever has noticed that. So no page that one number has confirmed
counts for another.
"""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import delete, select, update

from faxcore.contract.codec import decode, encode
from faxcore.dialling.numbers import Destination
from faxcore.model.attempts import Attempts
from faxcore.model.job import Event, State
from faxcore.model.sentence import NOTHING, to_text
from faxcore.store import schema
from faxcore.store.database import Database
from faxcore.store.entries import Entries
from faxcore.store.jobs import JobRow, Jobs
from faxcore.store.wish import Wish
from faxcore.store.words import words_of_job


def _wished(text: str) -> tuple[str, str] | None:
    """Read where a job is to go by the wish in its row; None if it stays."""
    to = decode(json.loads(text), Wish).to if text else None
    return None if to is None else (to.key, to.sub_address)


class JobChanges:
    """Writes what a person changes of a job."""

    def __init__(self, database: Database, jobs: Jobs, entries: Entries) -> None:
        self._db = database
        self._jobs = jobs
        self._entries = entries

    def is_taken(self, job: JobRow, to: Destination) -> bool:
        """Return whether another job of the same submission goes there, or is going to."""
        table = schema.job
        others = select(table.c.destination, table.c.sub_address, table.c.wish).where(
            table.c.submission == job.submission,
            table.c.id != job.id,
            ((table.c.destination == to.key) & (table.c.sub_address == to.sub_address)) | (table.c.wish != ""),
        )
        wanted = (to.key, to.sub_address)
        return any(wanted in ((row.destination, row.sub_address), _wished(row.wish)) for row in self._db.rows(others))

    def change(self, job: JobRow, wish: Wish) -> JobRow:
        """Change a job that waits; the job as it is then. WrongState if it does not wait."""
        table = schema.job
        with self._db.transaction():
            if wish.is_elsewhere(job.destination, job.sub_address):
                self._begin_anew(job)
            self._db.run(update(table).where(table.c.id == job.id).values(self._values(job, wish)))
            if wish.to is not None:
                words = words_of_job(job.recipient, wish.to, job.subject, job.title)
                self._entries.words.set_own(job.id, job.owner, words)
            return self._jobs.event(job.id, *self._events(job, wish))

    def request(self, job: JobRow, wish: Wish) -> None:
        """Note what a person wants of a job that is in a call. What that call does not care for is changed at once."""
        for_later = replace(wish, header=None, give_up_at=None, priority=None, payer=None)
        values = self._values(job, replace(wish, to=None, header=None, send_at=None, password=None))
        if for_later != Wish():
            whole = for_later if job.wish is None else job.wish.add(for_later)
            values["wish"] = json.dumps(encode(whole), ensure_ascii=False)
        self._db.run(update(schema.job).where(schema.job.c.id == job.id).values(values))

    def fulfil(self, id: str) -> None:
        """Change a job whose call is over as a person has wished meanwhile. In the transaction of the call's end."""
        job = self._jobs.get(id)
        assert job is not None, id
        if job.wish is not None:
            self._db.run(update(schema.job).where(schema.job.c.id == id).values(wish=""))
            self.change(job, job.wish)

    def _begin_anew(self, job: JobRow) -> None:
        """Begin a job anew, as another number has none of its pages, and none of its calls went there."""
        table = schema.job
        anew: dict[str, Any] = {**asdict(Attempts()), "confirmed": 0, "paper": "", "reason": to_text(NOTHING)}
        self._db.run(delete(schema.confirmation).where(schema.confirmation.c.job == job.id))
        self._db.run(update(table).where(table.c.id == job.id).values(anew))

    def _values(self, job: JobRow, wish: Wish) -> dict[str, Any]:
        values: dict[str, Any] = {"changed": self._db.now()}
        if wish.to is not None:
            to = wish.to
            values |= {"number": to.shown, "dial": to.dial, "destination": to.key, "sub_address": to.sub_address}
        if wish.header is not None:
            values |= {"header": json.dumps(encode(wish.header), ensure_ascii=False), "pages": wish.pages}
        if wish.send_at is not None:
            values["send_at"] = wish.send_at or None
        if wish.priority is not None:
            values["priority"] = wish.priority
        if wish.password is not None:
            values["password"] = wish.password
        if wish.payer is not None:
            values["payer"] = wish.payer
        end = job.give_up_at if wish.give_up_at is None else wish.give_up_at or None
        if wish.give_up_at is not None:
            values["give_up_at"] = end
        if wish.give_up_at is not None or self._begins_later(job, wish):
            # Of the time in which it was to be tried nothing is over.
            values["deadline"] = end
        return values

    def _begins_later(self, job: JobRow, wish: Wish) -> bool:
        return wish.is_elsewhere(job.destination, job.sub_address) or (wish.send_at or "") > self._db.now()

    def _events(self, job: JobRow, wish: Wish) -> tuple[Event, ...]:
        """Find what happens to a job that waits: a new time puts it off or lets it go, another number lets it go."""
        at = job.send_at if wish.send_at is None else wish.send_at
        moved = wish.send_at is not None or wish.is_elsewhere(job.destination, job.sub_address)
        if not moved or job.state is State.HELD:
            return ()
        if (at or "") > self._db.now():
            return () if job.state is State.PENDING else (Event.POSTPONED,)
        return () if job.state is State.READY else (Event.TIME_CAME,)
