# SPDX-License-Identifier: GPL-3.0-or-later
"""Turns: the heads of the queue, as much as choosing needs of it and no more, however long the queue is.

For each priority and person it is the oldest ready jobs whose destination is not being called: no person's many jobs
hide another's one, and no more than MOST rows are read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select

from faxcore.model.job import State
from faxcore.store import schema
from faxcore.store.database import Database

MOST: Final = 200
"""Candidates at most."""


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


class Turns:
    """Reads from the table `job` whose turn it is."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def engaged(self) -> list[Engaged]:
        """The calls under way."""
        table = schema.job
        busy = (State.ACTIVE.value, State.FINAL_PENDING.value)
        return [
            Engaged(row.owner, row.destination)
            for row in self._db.rows(select(table.c.owner, table.c.destination).where(table.c.state.in_(busy)))
        ]

    def candidates(self, busy: frozenset[str], most: int = MOST) -> list[Candidate]:
        """The oldest ready jobs of each person and priority, `most` in all; none to a destination that is busy."""
        queues = self._queues(most)
        if not queues:
            return []
        each = max(1, most // len(queues))
        return [one for priority, owner in queues for one in self._heads(priority, owner, busy, each)]

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

    def _heads(self, priority: int, owner: str, busy: frozenset[str], most: int) -> Sequence[Candidate]:
        table = schema.job
        statement = select(table.c.id, table.c.destination).where(
            table.c.state == State.READY.value, table.c.priority == priority, table.c.owner == owner
        )
        if busy:
            statement = statement.where(table.c.destination.not_in(sorted(busy)))
        rows = self._db.rows(statement.order_by(table.c.id).limit(most))
        return [Candidate(row.id, owner, priority, row.destination) for row in rows]
