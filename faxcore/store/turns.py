# SPDX-License-Identifier: GPL-3.0-or-later
"""Turns: the heads of the queue, as much as choosing needs of it and no more, however long the queue is.

For each priority and person it is the oldest ready jobs whose destination is not being called, and where they may go
now: no person's many jobs hide another's one, nor do those that wait for a line or an hour, as far as is looked,
those that need not; and no more than MOST rows are read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, case, literal, or_, select

from faxcore.model.job import IN_CALL, State
from faxcore.store import schema
from faxcore.store.database import Database

MOST: Final = 200
"""Candidates at most."""
MOST_LOOKED_AT: Final = 2000
"""Jobs of one person and priority at most that are looked at for some that may go now."""


@dataclass(frozen=True)
class Candidate:
    """A job that waits for a line: as much of it as choosing needs."""

    id: str
    owner: str
    priority: int
    destination: str


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


class Turns:
    """Reads from the table `job` whose turn it is."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def engaged(self) -> list[Engaged]:
        """The calls under way."""
        table = schema.job
        busy = [state.value for state in IN_CALL]
        return [
            Engaged(row.owner, row.destination)
            for row in self._db.rows(select(table.c.owner, table.c.destination).where(table.c.state.in_(busy)))
        ]

    def candidates(
        self,
        busy: frozenset[str],
        most: int = MOST,
        passing: Callable[[str], Passing] = lambda _owner: PASSES,
    ) -> list[Candidate]:
        """The oldest ready jobs of each person and priority, `most` in all; none to a destination that is busy, or
        where jobs of this person may not go now (`passing`).
        """
        queues = self._queues(most)
        if not queues:
            return []
        each = max(1, most // len(queues))
        return [one for priority, owner in queues for one in self._heads(priority, owner, busy, each, passing(owner))]

    def _queues(self, most: int) -> list[tuple[int, str]]:
        """Every priority and person with a ready job, in this order. Each is one step in the index, not a walk."""
        table = schema.job
        found: list[tuple[int, str]] = []
        where: list[Any] = []
        while len(found) < most:
            ready = select(table.c.priority, table.c.owner).where(table.c.state == State.READY.value, *where)
            row = self._db.row(ready.order_by(table.c.priority, table.c.owner).limit(1))
            if row is not None:
                found.append((row.priority, row.owner))
                where = [table.c.priority == row.priority, table.c.owner > row.owner]
            elif len(where) == 2:
                where = [table.c.priority > found[-1][0]]
            else:
                break
        return found

    def _heads(
        self, priority: int, owner: str, busy: frozenset[str], most: int, passing: Passing
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
            looked_at = ready.order_by(job.id).limit(MOST_LOOKED_AT).subquery()
            passed = select(looked_at).where(_passes(passing, looked_at.c.destination))
            statement = passed.order_by(looked_at.c.id).limit(most)
        return [Candidate(row.id, owner, priority, row.destination) for row in self._db.rows(statement)]


def _passes(passing: Passing, to: ColumnElement[str]) -> ColumnElement[bool]:
    whens = [
        (or_(*(to.startswith(each, autoescape=True) for each in beginnings)), literal(int(passes)))
        for beginnings, passes in passing.beginnings
        if beginnings
    ]
    otherwise = literal(int(passing.otherwise))
    return (case(*whens, else_=otherwise) if whens else otherwise) == 1
