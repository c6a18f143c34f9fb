# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs and their confirmed pages. Every change of state goes through `job.move`."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row, Select, case, func, select, update

from faxcore.contract.codec import decode, encode
from faxcore.contract.listed import FOLDERS
from faxcore.model.attempts import Attempts
from faxcore.model.header import Header
from faxcore.model.job import FINAL, IN_CALL, Event, JobKind, State, move
from faxcore.model.paper import Paper, PaperPlan
from faxcore.model.recipient import Recipient
from faxcore.model.sentence import NOTHING, Sentence, from_text, to_text
from faxcore.store import schema
from faxcore.store.calls import Calls
from faxcore.store.database import Database, in_pieces
from faxcore.store.entries import Entries, is_removed
from faxcore.store.ids_and_times import format_time
from faxcore.store.sent_copies import SentCopies
from faxcore.store.wish import Wish

MOST_LISTED: Final = 200
"""Jobs, or receptions, in one answer of the lists that have no pages."""

_TIMES: Final = {State.SLEEPING: schema.job.c.next_try, State.PENDING: schema.job.c.send_at}
"""By what a job wakes. A sleeper's time moves with a clock that is set; the time that a person has set does not."""


_EXPIRE: Final = (State.READY, State.SLEEPING)
"""States in which a job is given up when its time is over: in a call it may still get through."""


@dataclass(frozen=True)
class JobRow:
    """One document for one recipient."""

    id: str
    submission: str
    owner: str
    document: str
    state: State
    priority: int
    title: str
    number: str
    dial: str
    destination: str
    sub_address: str
    last_name: str
    first_name: str
    role: str
    company: str
    department: str
    subject: str
    header_text: str
    """The header in JSON: most readers do without it."""
    created: str
    changed: str
    next_try: str | None
    reason: Sentence
    pages: int
    confirmed: int
    tries: int
    cancelled: bool
    paper: str
    """The paper that its pages were made for, in JSON."""
    held: bool
    send_at: str | None
    dials: int
    in_vain: int
    unreached: int
    give_up_at: str | None
    """When its sender wants it to be given up."""
    deadline: str | None
    """When it is given up; None: that begins to run with its first call."""
    recipients: int
    """Of its submission."""
    wish_text: str
    """The changes that are made when its call is over, in JSON; empty: none."""
    password: str = field(repr=False)
    """The password that the other end wants to hear; empty: none."""
    kind: JobKind
    payer: str = ""
    """The code of its payer; empty: nobody pays."""
    message: str = ""
    """For the cover page, in lines."""
    comment: str = ""
    """The note of its owner, in lines."""
    undoable: bool = False
    """True if its submission was a draft that can be had back before any call."""

    @property
    def attempts(self) -> Attempts:
        """The calls that have been made for it."""
        return Attempts(self.dials, self.tries, self.in_vain, self.unreached)

    @property
    def recipient(self) -> Recipient:
        """The recipient of the fax."""
        return Recipient.named_as(self.number, self)

    @property
    def header(self) -> Header:
        """The header that was chosen, as it was then."""
        return decode(json.loads(self.header_text), Header)

    @property
    def paper_plan(self) -> PaperPlan:
        """The paper that its pages were made for, in the last call or before it."""
        return decode(json.loads(self.paper), PaperPlan) if self.paper else PaperPlan()

    @property
    def wish(self) -> Wish | None:
        """The changes that a person wants as soon as its call is over."""
        return decode(json.loads(self.wish_text), Wish) if self.wish_text else None

    @property
    def goes_elsewhere(self) -> bool:
        """True if it goes to another number as soon as its call is over."""
        return self.wish is not None and self.wish.is_elsewhere(self.destination, self.sub_address)

    @property
    def header_id(self) -> str:
        """The id of the header."""
        return str(json.loads(self.header_text)["id"])


class Jobs:
    """The tables `job` and `confirmation`."""

    def __init__(self, database: Database, calls: Calls, entries: Entries, sent_copies: SentCopies) -> None:
        self._db = database
        self._calls = calls
        self._entries = entries
        self._sent_copies = sent_copies

    # ------------------------------------------------------------ reading

    def get(self, id: str) -> JobRow | None:
        """The job with this id."""
        row = self._db.row(_ALL.where(schema.job.c.id == id))
        return None if row is None else _job(row)

    def several(self, ids: Sequence[str]) -> list[JobRow]:
        """Those of these jobs that there are, in no order."""
        return [_job(row) for piece in in_pieces(ids) for row in self._db.rows(_ALL.where(schema.job.c.id.in_(piece)))]

    def all(self, owner: str) -> list[JobRow]:
        """The newest jobs of a person, newest first; so many as a message of the bus may well hold."""
        table = schema.job
        theirs = _ALL.where(
            table.c.owner == owner, table.c.state != State.ENTERING.value, ~is_removed(table.c.id, owner)
        )
        rows = self._db.rows(theirs.order_by(table.c.id.desc()).limit(MOST_LISTED))
        return [_job(row) for row in rows]

    def in_state(self, *states: State) -> list[JobRow]:
        """Every job in one of these states, oldest first."""
        table = schema.job
        values = [state.value for state in states]
        return [_job(row) for row in self._db.rows(_ALL.where(table.c.state.in_(values)).order_by(table.c.id))]

    def count(self, *states: State) -> int:
        """Count the jobs in these states."""
        return self._db.count(schema.job, schema.job.c.state.in_([state.value for state in states]))

    def count_states(self) -> Counter[State]:
        """Count the jobs of every state that has not ended."""
        table = schema.job
        open = [state.value for state in State if state not in FINAL and state is not State.ENTERING]
        counted = select(table.c.state, func.count().label("jobs")).where(table.c.state.in_(open))
        return Counter({State(row.state): row.jobs for row in self._db.rows(counted.group_by(table.c.state))})

    def find_oldest_waiting(self) -> str | None:
        """Find when the oldest job was handed in that could go out now; None if there is none."""
        created: str | None = self._db.value(
            select(func.min(schema.job.c.created)).where(schema.job.c.state == State.READY.value)
        )
        return created

    # ------------------------------------------------------------ a job's life

    def event(self, id: str, *events: Event, reason: Sentence | None = None) -> JobRow:
        """Let these things happen to the job, all or none; the job as it is then. WrongState if one cannot."""
        with self._db.transaction():
            job = self.get(id)
            assert job is not None, id
            state = job.state
            for each in events:
                state = move(state, each)
            self._db.run(
                update(schema.job)
                .where(schema.job.c.id == id)
                .values(
                    state=state.value,
                    changed=self._db.now(),
                    reason=to_text(job.reason if reason is None else reason),
                )
            )
            self._entries.move(id, FOLDERS[state])
            self._sent_copies.follow(id, state)
            after = self.get(id)
            assert after is not None
            return after

    def claim(self, id: str, line: str, seconds: float, call: str = "", follows: str = "", own_number: str = "") -> str:
        """A line takes the job: the intent to dial, on disk; the id of the call, which may have been chosen before.
        With its first call begin the seconds after which it is given up. `follows` is the call in which it goes out
        behind another job, `own_number` the key of the number as which it goes out.
        """
        table = schema.job
        with self._db.transaction():
            job = self.event(id, Event.CLAIMED, reason=NOTHING)
            deadline = job.deadline or self._db.later(seconds)
            self._db.run(
                update(table).where(table.c.id == id).values(dials=table.c.dials + 1, next_try=None, deadline=deadline)
            )
            first = job.confirmed + 1
            return self._calls.begin_out(
                id, job.owner, line, job.destination, job.dial, first, call, follows, own_number, job.payer
            )

    def confirm(self, id: str, page: int, call: str) -> None:
        """The other end has this page."""
        table = schema.job
        with self._db.transaction():
            now = self._db.now()
            new = self._db.insert(schema.confirmation).values(job=id, page=page, call=call, at=now)
            self._db.run(new.on_conflict_do_nothing())
            more = case((table.c.confirmed < page, page), else_=table.c.confirmed)
            self._db.run(update(table).where(table.c.id == id).values(confirmed=more, changed=now))

    def count_attempts(self, id: str, attempts: Attempts) -> None:
        """Write down the calls that have been made for a job. If there was none yet, its time has not begun to run."""
        table = schema.job
        values: dict[str, Any] = asdict(attempts)
        if not attempts.dials:
            values["deadline"] = table.c.give_up_at
        self._db.run(update(table).where(table.c.id == id).values(values))

    def sleep(self, id: str, seconds: float) -> None:
        """Set the time of the next try. A job that a person wants to be held is held instead."""
        table = schema.job
        with self._db.transaction():
            self._db.run(update(table).where(table.c.id == id).values(next_try=self._db.later(seconds)))
            job = self.get(id)
            assert job is not None, id
            if job.held:
                self.hold(id)

    def set_comment(self, id: str, comment: str) -> None:
        """Note what its owner says of a job."""
        with self._db.transaction():
            self._db.run(update(schema.job).where(schema.job.c.id == id).values(comment=comment))
            self._entries.words.set_comment(id, comment)

    def set_fetched(self, id: str, pages: int) -> None:
        """So many pages have come, and are part of a reception."""
        self._db.run(update(schema.job).where(schema.job.c.id == id).values(pages=pages, confirmed=pages))

    def set_pages(self, id: str, pages: int, plan: PaperPlan) -> None:
        """The number of pages as composed, cover page included, and the paper that they were made for."""
        paper = "" if plan == PaperPlan() else json.dumps(encode(plan))
        self._db.run(update(schema.job).where(schema.job.c.id == id).values(pages=pages, paper=paper))

    def shorten(self, id: str, first_page: int, paper: Paper, pages: int, call: str) -> None:
        """The other end prints less than was planned: so many pages, from this one on made for this paper, in this
        call. Twice is the same as once.
        """
        job = self.get(id)
        assert job is not None, id
        plan = job.paper_plan
        if plan.last.paper is not paper:
            self.set_pages(id, pages, plan.shorten(first_page, paper))
        self._calls.set_shortened(call, paper)

    def request_cancel(self, id: str) -> None:
        """A person wants the call under way to end."""
        self._db.run(update(schema.job).where(schema.job.c.id == id).values(cancelled=True))

    def hold(self, id: str) -> JobRow:
        """Hold a job back that is in no call. WrongState if it cannot be."""
        return self.event(id, Event.HELD, reason=NOTHING)

    def request_hold(self, id: str, held: bool = True) -> None:
        """A person wants a job to be held as soon as its call is over, or does not want it any more."""
        self._db.run(update(schema.job).where(schema.job.c.id == id).values(held=held))

    def release(self, id: str) -> JobRow:
        """Let a held job go on: at once, or at the time that its sender has set. WrongState if it is not held."""
        with self._db.transaction():
            # The time in which it was held is not time in which it was tried.
            anew = {"held": False, "deadline": schema.job.c.give_up_at}
            self._db.run(update(schema.job).where(schema.job.c.id == id).values(anew))
            job = self.event(id, Event.RELEASED)
            if job.send_at is not None and job.send_at > self._db.now():
                return self.event(id, Event.POSTPONED)
            return job

    def again(self, id: str) -> JobRow:
        """A person says that an uncertain fax is to be sent again, with all its calls and all its time."""
        table = schema.job
        with self._db.transaction():
            anew = {
                **asdict(Attempts()),
                "cancelled": False,
                "held": False,
                "give_up_at": None,
                "deadline": None,
                "wish": "",
            }
            self._db.run(update(table).where(table.c.id == id).values(anew))
            return self.event(id, Event.SAID_AGAIN, reason=NOTHING)

    # ------------------------------------------------------------ waking

    def wake(self, most: int) -> list[JobRow]:
        """Jobs whose time has come are ready, so many at most, in one transaction; those jobs."""
        table = schema.job
        ready = move(State.SLEEPING, Event.TIME_CAME)
        assert ready is move(State.PENDING, Event.TIME_CAME)
        with self._db.transaction():
            now = self._db.now()
            ids: list[str] = []
            for state, time in _TIMES.items():
                due = select(table.c.id).where(schema.of_states([state]), time <= now).order_by(time, table.c.id)
                ids += [row[0] for row in self._db.rows(due.limit(most - len(ids)))]
            for piece in in_pieces(ids):
                self._db.run(update(table).where(table.c.id.in_(piece)).values(state=ready.value, changed=now))
            return self.several(ids)

    def find_late(self, most: int) -> list[JobRow]:
        """Find the jobs that wait and whose time is over, so many at most."""
        table, now = schema.job, self._db.now()
        ids: list[str] = []
        for state in _EXPIRE:
            late = select(table.c.id).where(table.c.state == state.value, table.c.deadline <= now)
            ids += [row[0] for row in self._db.rows(late.order_by(table.c.deadline).limit(most - len(ids)))]
        return self.several(ids)

    def next_deadline(self) -> str | None:
        """Give the time at which the next job that waits is given up; None if there is none."""
        table = schema.job
        firsts = [
            self._db.value(select(func.min(table.c.deadline)).where(table.c.state == state.value)) for state in _EXPIRE
        ]
        return min((first for first in firsts if first is not None), default=None)

    def move_wakes(self, seconds: float) -> None:
        """Move the time of every sleeping job by so much: the clock has been set by that, back if it is negative. So
        does the time at which a job is given up, but for one that a person has set.
        """
        table = schema.job
        with self._db.transaction():
            sleepers = self._db.rows(
                select(table.c.id, table.c.next_try).where(table.c.state == State.SLEEPING.value).order_by(table.c.id)
            )
            for row in sleepers:
                moved = format_time(datetime.fromisoformat(row.next_try) + timedelta(seconds=seconds))
                self._db.run(update(table).where(table.c.id == row.id).values(next_try=moved))
            self._move_deadlines(seconds)

    def _move_deadlines(self, seconds: float) -> None:
        table = schema.job
        states = [state.value for state in (*_EXPIRE, *IN_CALL)]
        rows = self._db.rows(
            select(table.c.id, table.c.deadline, table.c.give_up_at).where(
                table.c.state.in_(states), table.c.deadline.is_not(None)
            )
        )
        for row in rows:
            if row.deadline != row.give_up_at:
                moved = format_time(datetime.fromisoformat(row.deadline) + timedelta(seconds=seconds))
                self._db.run(update(table).where(table.c.id == row.id).values(deadline=moved))

    def limit_wakes(self, seconds: float) -> int:
        """Let no job sleep longer than so many seconds from now; the number of those that would have."""
        table, latest = schema.job, self._db.later(seconds)
        too_late = (table.c.state == State.SLEEPING.value) & (table.c.next_try > latest)
        return self._db.run(update(table).where(too_late).values(next_try=latest))

    def next_wake(self) -> str | None:
        """Give the time at which the next sleeping job wakes; None if none sleeps."""
        return self._next_of(State.SLEEPING)

    def next_send_at(self) -> str | None:
        """Give the time of the next job that is to be sent later; None if there is none."""
        return self._next_of(State.PENDING)

    def _next_of(self, state: State) -> str | None:
        time: str | None = self._db.value(select(func.min(_TIMES[state])).where(schema.of_states([state])))
        return time


def _select() -> Select[Any]:
    job, submission = schema.job, schema.submission
    columns = [
        job.c.id,
        job.c.submission,
        job.c.owner,
        submission.c.document,
        job.c.state,
        job.c.priority,
        submission.c.title,
        job.c.number,
        job.c.dial,
        job.c.destination,
        job.c.sub_address,
        job.c.last_name,
        job.c.first_name,
        job.c.role,
        job.c.company,
        job.c.department,
        submission.c.subject,
        submission.c.message,
        (submission.c.was_draft != "").label("undoable"),
        func.coalesce(func.nullif(job.c.header, ""), submission.c.header).label("header_text"),
        job.c.created,
        job.c.changed,
        job.c.next_try,
        job.c.reason,
        job.c.pages,
        job.c.confirmed,
        job.c.tries,
        job.c.cancelled,
        job.c.paper,
        job.c.held,
        job.c.send_at,
        job.c.dials,
        job.c.in_vain,
        job.c.unreached,
        job.c.give_up_at,
        job.c.deadline,
        submission.c.recipients,
        job.c.wish.label("wish_text"),
        job.c.password,
        job.c.kind,
        job.c.payer,
        job.c.comment,
    ]
    return select(*columns).join_from(job, submission)


_ALL: Final = _select()
"""Every job; to make it takes as long as to find one."""
_NAMES: Final = tuple(_ALL.selected_columns.keys())


def _job(row: Row[Any]) -> JobRow:
    values = dict(zip(_NAMES, row, strict=True))
    values.update(
        state=State(row.state), reason=from_text(row.reason), kind=JobKind(row.kind), undoable=bool(row.undoable)
    )
    return JobRow(**values)
