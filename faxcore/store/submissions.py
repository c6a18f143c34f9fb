# SPDX-License-Identifier: GPL-3.0-or-later
"""Submissions: one document handed over once by one person, for one recipient or many. Each recipient is a job.

A key of the submission's own makes handing over again the same: the second time gives the jobs of the first.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import Select, select, update

from faxcore.checkpoint import checkpoint
from faxcore.contract.codec import encode
from faxcore.contract.listed import FOLDERS, Folder
from faxcore.dialling.numbers import Destination
from faxcore.model.header import Header
from faxcore.model.job import Event, JobKind, State, move
from faxcore.model.recipient import RECIPIENT_NAMES, Recipient
from faxcore.store import schema
from faxcore.store.database import Database
from faxcore.store.entries import Entries, Kind
from faxcore.store.ids_and_times import first_id, new_id, read_clock
from faxcore.store.words import words_of_job


@dataclass(frozen=True)
class Addressee:
    """One recipient of a submission, and what is dialled for them."""

    recipient: Recipient
    to: Destination
    password: str = field(default="", repr=False)
    """The password that the other end wants to hear; empty: none."""
    payer: str = ""
    """The code of whoever pays; empty: nobody."""
    net_estimate: int = 0
    """About how much it costs before VAT, in millionths; 0: not known."""
    milliseconds_estimate: int = 0
    """About how long its call is; 0: not known."""


@dataclass(frozen=True)
class NewSubmission:
    """The contents of a new submission."""

    owner: str
    document: str
    title: str
    subject: str
    header: Header
    pages: int
    addressees: tuple[Addressee, ...]
    """Those with the same destination and sub-address are one."""
    key: str | None = None
    """The same for the same hand-over; None: it cannot be repeated."""
    priority: int = 0
    """A smaller number goes first."""
    send_at: str | None = None
    """The time to send it at; None: at once."""
    give_up_at: str | None = None
    """The time at which it is given up; None: some hours behind its first call."""
    kind: JobKind = JobKind.SEND
    message: str = ""
    """For the cover page, in lines."""
    draft: str = ""
    """The draft that it was, as `write_taken` gives it; empty: it is not to be had back."""
    draft_document: str = ""
    """The document of that draft."""


def draft_key(draft: str) -> str:
    """The key of the submission that a draft becomes."""
    return f"draft:{draft}"


class Submissions:
    """The table `submission`, and the rows of its jobs when they are new."""

    def __init__(self, database: Database, entries: Entries) -> None:
        self._db = database
        self._entries = entries

    def add(self, new: NewSubmission) -> list[str]:
        """Add a submission, with a job for each destination, ready to be sent now or later; their ids. In the caller's
        transaction. Of very many recipients nobody else should have to wait for it: see `begin`.
        """
        each_once = {(each.to.key, each.to.sub_address): each for each in reversed(new.addressees)}
        addressees = tuple(reversed(each_once.values()))
        id = self.begin(replace(new, addressees=addressees))
        return self._add_jobs(id, new, addressees, _first_state(new, self._db.now()), Folder.OUTBOX)

    def begin(self, new: NewSubmission) -> str:
        """Begin to take in a submission for many; its id. Its jobs come with `add_part`, the first in the same
        transaction, the caller's, and are in nobody's lists until `accept_part`.
        """
        id = new_id()
        self._db.add(
            schema.submission,
            id=id,
            owner=new.owner,
            key=new.key,
            document=new.document,
            title=new.title,
            subject=new.subject,
            message=new.message,
            was_draft=new.draft,
            draft_document=new.draft_document if new.draft_document != new.document else "",
            # The header as it is now: a later change of the configuration does not change a fax half sent.
            header=json.dumps(encode(new.header), ensure_ascii=False),
            created=self._db.now(),
            recipients=len(new.addressees),
        )
        return id

    def add_part(self, id: str, new: NewSubmission, addressees: Sequence[Addressee]) -> None:
        """Add the jobs of some of the recipients, each of whom has a destination of their own, to a submission that has
        begun.
        """
        with self._db.transaction():
            self._add_jobs(id, new, addressees, State.ENTERING, None)

    def accept_part(self, id: str, most: int) -> bool:
        """Accept a submission whose jobs are all there, so many of them at a time: they are ready to be sent now or
        later, and in the lists. False if there was none left. With its first part it is accepted: the others follow,
        over restarts too, and nothing drops it any more.
        """
        job = schema.job
        with self._db.transaction():
            next_ones = self._entering(id).order_by(job.c.id).limit(most)
            rows = self._db.rows(next_ones.with_only_columns(job.c.id, job.c.owner, job.c.send_at))
            if not rows:
                return False
            state, ids = move(State.ENTERING, Event.ACCEPTED), [row.id for row in rows]
            if _is_later(rows[0].send_at, self._db.now()):
                state = move(state, Event.POSTPONED)
            self._entries.show(rows[0].owner, ids, FOLDERS[state])
            self._db.run(update(job).where(job.c.id.in_(ids)).values(state=state.value))
            checkpoint("part of a broadcast ready, not committed")
            return True

    def list_entering(self) -> list[str]:
        """List the submissions that were begun, with jobs that have not been accepted."""
        job = schema.job
        entering = select(job.c.submission).where(job.c.state == State.ENTERING.value).distinct()
        return [row.submission for row in self._db.rows(entering)]

    def _entering(self, id: str) -> Select[Any]:
        job, submission = schema.job, schema.submission
        # By its owner, as that is in the index.
        owner = select(submission.c.owner).where(submission.c.id == id).scalar_subquery()
        return select(job).where(job.c.owner == owner, job.c.state == State.ENTERING.value, job.c.submission == id)

    def _add_jobs(
        self, id: str, new: NewSubmission, addressees: Sequence[Addressee], state: State, folder: Folder | None
    ) -> list[str]:
        now = self._db.now()
        jobs = {new_id(): each for each in addressees}
        self._db.add_all(schema.job, [_job_values(job, id, new, each, state, now) for job, each in jobs.items()])
        words = {job: words_of_job(each.recipient, each.to, new.subject, new.title) for job, each in jobs.items()}
        self._entries.add_many(Kind.JOB, new.owner, folder, words)
        return list(jobs)

    def count_recent(self, owner: str, seconds: float) -> int:
        """Count the jobs of a person that were accepted in so many last seconds."""
        job = schema.job
        # Ids are in the order of their making and have an index: no more is read than what was accepted of late.
        since = first_id(read_clock() - timedelta(seconds=seconds))
        # Each bound by itself: PostgreSQL takes no collation behind BETWEEN.
        recent = (job.c.created >= self._db.later(-seconds), job.c.created <= self._db.now())
        return self._db.count(job, job.c.id >= since, job.c.owner == owner, *recent)

    def jobs_of_key(self, owner: str, key: str) -> list[str]:
        """The jobs of a person's submission with this key, oldest first; none if there is no such submission."""
        job, submission = schema.job, schema.submission
        rows = self._db.rows(
            select(job.c.id)
            .join_from(job, submission)
            .where(submission.c.owner == owner, submission.c.key == key)
            .order_by(job.c.id)
        )
        return [row[0] for row in rows]


def is_accepted(database: Database, id: str) -> bool:
    """Return whether a submission has been accepted, in part at least."""
    job = schema.job
    return bool(database.count(job, job.c.submission == id, job.c.state != State.ENTERING.value))


def _first_state(new: NewSubmission, now: str) -> State:
    return State.PENDING if _is_later(new.send_at, now) else State.READY


def _is_later(send_at: str | None, now: str) -> bool:
    return send_at is not None and send_at > now


def _job_values(
    id: str, submission: str, new: NewSubmission, addressee: Addressee, state: State, now: str
) -> dict[str, object]:
    to, recipient = addressee.to, addressee.recipient
    return {
        "id": id,
        "submission": submission,
        "owner": new.owner,
        "state": state.value,
        "priority": new.priority,
        "number": to.shown,
        "dial": to.dial,
        "destination": to.key,
        "sub_address": to.sub_address,
        "password": addressee.password,
        "kind": new.kind.value,
        "payer": addressee.payer,
        "net_estimate": addressee.net_estimate,
        "milliseconds_estimate": addressee.milliseconds_estimate,
        **{name: getattr(recipient, name) for name in RECIPIENT_NAMES},
        "created": now,
        "changed": now,
        "pages": new.pages,
        "send_at": new.send_at,
        "give_up_at": new.give_up_at,
        "deadline": new.give_up_at,
    }
