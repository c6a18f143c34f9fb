# SPDX-License-Identifier: GPL-3.0-or-later
"""Turns: the heads of the queue, as much as choosing needs of it and no more, however long the queue is.

For each priority and person it is the oldest ready jobs whose destination is not being called, and where they may go
now: no person's many jobs hide another's one, nor do those that wait for a line or an hour, as far as is looked,
those that need not; and no more than MOST rows are read.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final

from sqlalchemy import ColumnElement, FromClause, Row, ScalarSelect, Select, case, exists, func, literal, or_, select

from faxcore.model.job import IN_CALL, JobKind, State
from faxcore.store import schema
from faxcore.store.database import Database
from faxcore.store.jobs import JobRow

MOST: Final = 200
"""Candidates at most."""
MOST_LOOKED_AT: Final = 2000
"""Jobs of one person and priority at most that are looked at for some that may go now."""
MOST_LOOKED_AT_IN_ALL: Final = 10_000
"""The same of everybody: a rule may forbid all of a long queue at this hour."""


@dataclass(frozen=True)
class Candidate:
    """A job that waits for a line: as much of it as choosing needs."""

    id: str
    owner: str
    priority: int
    destination: str

    @staticmethod
    def of(job: JobRow | Row[Any]) -> Candidate:
        """Return what choosing needs of a job, or of a row with these columns."""
        return Candidate(job.id, job.owner, job.priority, job.destination)


_COLUMNS: Final = tuple(schema.job.c[each.name] for each in fields(Candidate))


@dataclass(frozen=True)
class Engaged:
    """A call that is under way."""

    owner: str
    destination: str


@dataclass(frozen=True)
class Passing:
    """Where jobs may go now: the first beginning with which a destination begins says it."""

    beginnings: tuple[tuple[tuple[str, ...], bool], ...] = ()
    otherwise: bool = True

    @property
    def is_shut(self) -> bool:
        """True if they may go nowhere."""
        return not self.otherwise and not any(passes for _beginnings, passes in self.beginnings)


PASSES: Final = Passing()


@dataclass(frozen=True)
class Wanted:
    """Which ready jobs are looked for."""

    busy: frozenset[str] = frozenset()
    """Destinations to which none is."""
    before: int | None = None
    """Only those of more urgent priorities than this."""


class Turns:
    """Reads from the table `job` whose turn it is."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def engaged(self) -> list[Engaged]:
        """The calls under way."""
        table = schema.job
        calls = select(table.c.owner, table.c.destination).where(schema.of_states(IN_CALL))
        return [Engaged(row.owner, row.destination) for row in self._db.rows(calls)]

    def candidates(
        self,
        busy: frozenset[str],
        most: int = MOST,
        passing: Callable[[str], Passing] = lambda _owner: PASSES,
        before: int | None = None,
    ) -> list[Candidate]:
        """The oldest ready jobs of each person and priority, `most` in all; none to a destination that is busy, or
        where jobs of this person may not go now (`passing`); with `before`, of more urgent priorities than this only.
        """
        queues = self._queues(most, before)
        if not queues:
            return []
        each = max(1, most // len(queues))
        found = {owner: passing(owner) for owner in dict.fromkeys(owner for _priority, owner in queues)}
        if all(one == PASSES for one in found.values()):
            return self._heads_of_all(Wanted(busy, before), each, most)
        looked_at = min(MOST_LOOKED_AT, max(each, MOST_LOOKED_AT_IN_ALL // len(queues)))
        return [
            one
            for priority, owner in queues
            for one in self._heads(priority, owner, busy, each, found[owner], looked_at)
        ]

    def list_for(self, destination: str, dial: str, kind: JobKind, most: int = MOST) -> list[Candidate]:
        """The ready jobs of a kind that go to one number, dialled so; the most urgent and oldest first, `most` in
        all.
        """
        job = schema.job.c
        ready = select(*_COLUMNS).where(
            job.state == State.READY.value, job.destination == destination, job.dial == dial, job.kind == kind.value
        )
        return [Candidate.of(row) for row in self._db.rows(ready.order_by(job.priority, job.id).limit(most))]

    def find_awaited(self, destinations: Collection[str]) -> set[str]:
        """Find those of these few destinations to which a job is ready. Each is one step in the index, not a walk."""
        asked = sorted(destinations)
        if not asked:
            return set()
        job = schema.job.c
        ready = (exists().where(job.state == State.READY.value, job.destination == one) for one in asked)
        found = self._db.row(select(*ready))
        assert found is not None
        return {one for one, is_ready in zip(asked, found, strict=True) if is_ready}

    def _queues(self, most: int, before: int | None) -> list[tuple[int, str]]:
        """Every priority and person with a ready job, in this order. Each is one step in the index, not a walk."""
        wanted = Wanted(before=before)
        heads = select(_first(_ready(wanted)).label("id"), literal(1).label("number")).cte("heads", recursive=True)
        here = schema.job.alias("here")
        steps = select(_first_of_the_next(here, wanted), heads.c.number + 1).where(heads.c.number < most)
        heads = heads.union_all(steps.join_from(heads, here, here.c.id == heads.c.id))
        job = schema.job.c
        found = select(job.priority, job.owner).join_from(heads, schema.job, job.id == heads.c.id)
        return sorted((row.priority, row.owner) for row in self._db.rows(found))

    def _heads_of_all(self, wanted: Wanted, each: int, most: int) -> list[Candidate]:
        """Of every priority and person the first ready jobs, so many of each at most; each a step in the index."""
        first = select(_first(_ready(wanted)).label("id"), literal(1).label("number"), literal(1).label("place"))
        heads = first.cte("heads", recursive=True)
        here = schema.job.alias("here")
        same = case((heads.c.place < each, _first(_of_the_same(here, wanted))))
        steps = select(
            func.coalesce(same, _first_of_the_next(here, wanted)),
            heads.c.number + 1,
            case((same.is_not(None), heads.c.place + 1), else_=1),
        )
        steps = steps.where(heads.c.number < most)
        heads = heads.union_all(steps.join_from(heads, here, here.c.id == heads.c.id))
        found = select(*_COLUMNS).join_from(heads, schema.job, schema.job.c.id == heads.c.id)
        return sorted(map(Candidate.of, self._db.rows(found)), key=lambda one: (one.priority, one.owner, one.id))

    def _heads(
        self, priority: int, owner: str, busy: frozenset[str], most: int, passing: Passing, looked_at: int
    ) -> Sequence[Candidate]:
        if passing.is_shut:
            return []
        job = schema.job.c
        ready = select(job.id, job.destination).where(
            job.state == State.READY.value, job.priority == priority, job.owner == owner
        )
        if busy:
            ready = ready.where(job.destination.not_in(sorted(busy)))
        statement = ready.order_by(job.id).limit(most)
        if passing != PASSES:
            some = ready.order_by(job.id).limit(looked_at).subquery()
            passed = select(some).where(_passes(passing, some.c.destination))
            statement = passed.order_by(some.c.id).limit(most)
        return [Candidate(row.id, owner, priority, row.destination) for row in self._db.rows(statement)]


_NEXT: Final = schema.job.alias("next_one")


def _ready(wanted: Wanted) -> Select[tuple[str]]:
    """The ready jobs that are wanted."""
    ready = select(_NEXT.c.id).where(_NEXT.c.state == State.READY.value)
    if wanted.before is not None:
        ready = ready.where(_NEXT.c.priority < wanted.before)
    return ready.where(_NEXT.c.destination.not_in(sorted(wanted.busy))) if wanted.busy else ready


def _of_the_same(here: FromClause, wanted: Wanted) -> Select[tuple[str]]:
    """Those of the same priority and person behind this one."""
    same = (_NEXT.c.priority == here.c.priority, _NEXT.c.owner == here.c.owner)
    return _ready(wanted).where(*same, _NEXT.c.id > here.c.id)


def _first_of_the_next(here: FromClause, wanted: Wanted) -> ColumnElement[str]:
    """The first of the next person of the same priority; if there is none, of the next priority. Not as one pair, which
    SQLite does not look up in the index.
    """
    priority = _ready(wanted).where(_NEXT.c.priority == here.c.priority, _NEXT.c.owner > here.c.owner)
    return func.coalesce(_first(priority), _first(_ready(wanted).where(_NEXT.c.priority > here.c.priority)))


def _first(jobs: Select[tuple[str]]) -> ScalarSelect[str]:
    """The first of these, in the order of the index."""
    return jobs.order_by(_NEXT.c.priority, _NEXT.c.owner, _NEXT.c.id).limit(1).scalar_subquery()


def _passes(passing: Passing, to: ColumnElement[str]) -> ColumnElement[bool]:
    whens = [
        (or_(*(to.startswith(each, autoescape=True) for each in beginnings)), literal(int(passes)))
        for beginnings, passes in passing.beginnings
        if beginnings
    ]
    otherwise = literal(int(passing.otherwise))
    return (case(*whens, else_=otherwise) if whens else otherwise) == 1
