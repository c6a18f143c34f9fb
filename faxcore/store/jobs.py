# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs, their calls and their confirmed pages. Every change of state goes through `job.move`."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass, fields
from typing import Final

from faxcore.contract.codec import decode, encode
from faxcore.dialling.numbers import Destination
from faxcore.model.call import CallReport, Outcome
from faxcore.model.header import Header
from faxcore.model.job import FINAL, Event, State, move
from faxcore.model.recipient import Recipient
from faxcore.model.sentence import NOTHING, Sentence, from_text, to_text
from faxcore.store.database import Database, new_id

MOST_LISTED: Final = 2000
"""Jobs, or receptions, in one answer."""


@dataclass(frozen=True)
class JobRow:
    """One document for one recipient."""

    id: str
    owner: str
    document: str
    draft: str | None
    state: State
    title: str
    number: str
    dial: str
    destination: str
    sub_address: str
    last_name: str
    first_name: str
    role: str
    company: str
    subject: str
    header: Header
    created: str
    changed: str
    next_try: str | None
    reason: Sentence
    pages: int
    confirmed: int
    tries: int
    cancelled: bool

    @property
    def recipient(self) -> Recipient:
        """The recipient of the fax."""
        return Recipient(self.number, self.last_name, self.first_name, self.role, self.company)


@dataclass(frozen=True)
class ReadyJob:
    """A job that waits for a line: as much of it as choosing needs."""

    id: str
    destination: str


@dataclass(frozen=True)
class CallRow:
    """One call of a job."""

    id: str
    line: str
    started: str
    report: CallReport | None
    """None as long as it lasts."""


@dataclass(frozen=True)
class NewJob:
    """The contents of a new job."""

    owner: str
    document: str
    draft: str | None
    print_job: int | None
    title: str
    to: Destination
    recipient: Recipient
    subject: str
    header: Header
    pages: int


_COLUMNS = ", ".join(field.name for field in fields(JobRow))


class Jobs:
    """The tables `job`, `call` (those out) and `confirmation`."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def add(self, new: NewJob) -> str:
        """A job that is ready to be sent; its id."""
        id, now = new_id(), self._db.now()
        values: dict[str, object] = {
            "id": id,
            "owner": new.owner,
            "document": new.document,
            "draft": new.draft,
            "print_job": new.print_job,
            "state": State.READY.value,
            "title": new.title,
            "number": new.to.shown,
            "dial": new.to.dial,
            "destination": new.to.key,
            "sub_address": new.to.sub_address,
            "last_name": new.recipient.last_name,
            "first_name": new.recipient.first_name,
            "role": new.recipient.role,
            "company": new.recipient.company,
            "subject": new.subject,
            # The header as it is now: a later change of the configuration does not change a fax half sent.
            "header": json.dumps(encode(new.header), ensure_ascii=False),
            "created": now,
            "changed": now,
            "pages": new.pages,
        }
        self._db.execute(
            f"INSERT INTO job ({', '.join(values)}) VALUES ({', '.join('?' * len(values))})", *values.values()
        )
        return id

    def get(self, id: str) -> JobRow | None:
        """The job with this id."""
        row = self._db.row(f"SELECT {_COLUMNS} FROM job WHERE id = ?", id)
        return None if row is None else _job(row)

    def all(self, owner: str) -> list[JobRow]:
        """The newest jobs of a person, newest first; so many as a message of the bus may well hold."""
        sql = f"SELECT {_COLUMNS} FROM job WHERE owner = ? ORDER BY id DESC LIMIT {MOST_LISTED}"
        return [_job(row) for row in self._db.rows(sql, owner)]

    def of_draft(self, owner: str, draft: str) -> str | None:
        """The job that a draft of this person has become."""
        row = self._db.row("SELECT id FROM job WHERE owner = ? AND draft = ?", owner, draft)
        return None if row is None else str(row[0])

    def same_print_job(self, owner: str, print_job: int, sha256: str, destination: str) -> str | None:
        """The job, not ended yet, that this very print job made already: its backend did not hear our answer."""
        row = self._db.row(
            "SELECT job.id, job.state FROM job JOIN document ON document.id = job.document"
            " WHERE owner = ? AND print_job = ? AND sha256 = ? AND destination = ? ORDER BY job.id DESC",
            owner,
            print_job,
            sha256,
            destination,
        )
        return None if row is None or State(row[1]) in FINAL else str(row[0])

    def in_state(self, *states: State) -> list[JobRow]:
        """Every job in one of these states, oldest first."""
        marks = ", ".join("?" * len(states))
        sql = f"SELECT {_COLUMNS} FROM job WHERE state IN ({marks}) ORDER BY id"
        return [_job(row) for row in self._db.rows(sql, *(state.value for state in states))]

    def ready(self) -> list[ReadyJob]:
        """The jobs that wait for a line, oldest first."""
        rows = self._db.rows("SELECT id, destination FROM job WHERE state = 'ready' ORDER BY id")
        return [ReadyJob(row["id"], row["destination"]) for row in rows]

    def busy_destinations(self) -> frozenset[str]:
        """The destinations that are being called."""
        rows = self._db.rows("SELECT DISTINCT destination FROM job WHERE state IN ('active', 'final-pending')")
        return frozenset(row["destination"] for row in rows)

    def count(self, *states: State) -> int:
        """Count the jobs in these states."""
        marks = ", ".join("?" * len(states))
        return int(
            self._db.value(f"SELECT count(*) FROM job WHERE state IN ({marks})", *(state.value for state in states))
        )

    def event(self, id: str, *events: Event, reason: Sentence | None = None) -> JobRow:
        """Let these things happen to the job, all or none; the job as it is then. WrongState if one cannot."""
        with self._db.transaction():
            job = self.get(id)
            assert job is not None, id
            state = job.state
            for each in events:
                state = move(state, each)
            self._db.execute(
                "UPDATE job SET state = ?, changed = ?, reason = ? WHERE id = ?",
                state.value,
                self._db.now(),
                to_text(job.reason if reason is None else reason),
                id,
            )
            after = self.get(id)
            assert after is not None
            return after

    def claim(self, id: str, line: str) -> str:
        """A line takes the job: the intent to dial, on disk; the id of the call."""
        call = new_id()
        with self._db.transaction():
            job = self.event(id, Event.CLAIMED, reason=NOTHING)
            self._db.execute("UPDATE job SET tries = tries + 1, next_try = NULL WHERE id = ?", id)
            self._db.execute(
                "INSERT INTO call (id, direction, job, line, number, first_page, started)"
                " VALUES (?, 'out', ?, ?, ?, ?, ?)",
                call,
                id,
                line,
                job.dial,
                job.confirmed + 1,
                self._db.now(),
            )
        return call

    def confirm(self, id: str, page: int, call: str) -> None:
        """The other end has this page."""
        with self._db.transaction():
            self._db.execute(
                "INSERT OR IGNORE INTO confirmation (job, page, call, at) VALUES (?, ?, ?, ?)",
                id,
                page,
                call,
                self._db.now(),
            )
            self._db.execute(
                "UPDATE job SET confirmed = max(confirmed, ?), changed = ? WHERE id = ?", page, self._db.now(), id
            )

    def end_call(self, call: str, report: CallReport) -> None:
        """The call is over."""
        end_call(self._db, call, report)

    def sleep(self, id: str, seconds: float, counted: bool = True) -> None:
        """Set the time of the next try; the last one is not counted as a try if it dialled nothing."""
        self._db.execute(
            "UPDATE job SET next_try = ?, tries = tries - ? WHERE id = ?", self._db.later(seconds), int(not counted), id
        )

    def set_pages(self, id: str, pages: int) -> None:
        """The number of pages as composed, cover page included."""
        self._db.execute("UPDATE job SET pages = ? WHERE id = ?", pages, id)

    def request_cancel(self, id: str) -> None:
        """A person wants the call under way to end."""
        self._db.execute("UPDATE job SET cancelled = 1 WHERE id = ?", id)

    def again(self, id: str) -> JobRow:
        """A person says that an uncertain fax is to be sent again, with all its tries."""
        with self._db.transaction():
            self._db.execute("UPDATE job SET tries = 0, cancelled = 0 WHERE id = ?", id)
            return self.event(id, Event.SAID_AGAIN, reason=NOTHING)

    def wake(self) -> list[JobRow]:
        """Jobs whose time has come are ready."""
        due = self._db.rows("SELECT id FROM job WHERE state = 'sleeping' AND next_try <= ? ORDER BY id", self._db.now())
        return [self.event(row[0], Event.TIME_CAME) for row in due]

    def next_wake(self) -> str | None:
        """Give the time at which the next sleeping job wakes; None if none sleeps."""
        value: str | None = self._db.value("SELECT min(next_try) FROM job WHERE state = 'sleeping'")
        return value

    def calls(self, id: str) -> list[CallRow]:
        """The calls made for a job, oldest first."""
        rows = self._db.rows("SELECT id, line, started, outcome, report FROM call WHERE job = ? ORDER BY id", id)
        return [_call(row) for row in rows]


def end_call(database: Database, call: str, report: CallReport) -> None:
    """Write the end of a call, in or out."""
    database.execute(
        "UPDATE call SET ended = ?, outcome = ?, reason = ?, report = ? WHERE id = ?",
        database.now(),
        report.outcome.value,
        to_text(report.reason),
        json.dumps(encode(report), ensure_ascii=False),
        call,
    )


def open_calls(database: Database, direction: str) -> list[tuple[str, str]]:
    """Calls whose end has not been written, each with its line."""
    rows = database.rows("SELECT id, line FROM call WHERE ended IS NULL AND direction = ? ORDER BY id", direction)
    return [(row[0], row[1]) for row in rows]


def make_interrupted(reason: Sentence) -> CallReport:
    """Make the report of a call whose end nobody saw."""
    return CallReport(Outcome.LINE_LOST, reason)


def _job(row: sqlite3.Row) -> JobRow:
    values = dict(row)
    values.update(
        state=State(values["state"]),
        reason=from_text(values["reason"]),
        header=decode(json.loads(values["header"]), Header),
        cancelled=bool(values["cancelled"]),
    )
    return JobRow(**values)


def _call(row: sqlite3.Row) -> CallRow:
    # A call that has not ended has no report yet.
    report = decode(json.loads(row["report"]), CallReport) if row["outcome"] else None
    return CallRow(row["id"], row["line"], row["started"], report)
