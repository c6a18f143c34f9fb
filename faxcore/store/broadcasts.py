# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the submissions for many recipients: which there are, and how far they are."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

from sqlalchemy import Row, Select, func, select

from faxcore.contract.sent_fax import Broadcast, StateCount
from faxcore.model.job import State
from faxcore.store import schema
from faxcore.store.database import Database

MOST: Final = 200
"""Broadcasts in one answer."""


class Broadcasts:
    """Reads of the tables `submission` and `job`."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def all(self, owner: str) -> list[Broadcast]:
        """List the newest broadcasts of a person, newest first."""
        table = schema.submission
        rows = self._db.rows(_select(owner).where(table.c.recipients > 1).order_by(table.c.id.desc()).limit(MOST))
        return [each for each in map(self._view, rows) if each is not None]

    def get(self, owner: str, id: str) -> Broadcast | None:
        """Give a person's broadcast; None if there is none, or if it has not been accepted."""
        row = self._db.row(_select(owner).where(schema.submission.c.id == id))
        return None if row is None else self._view(row)

    def find(self, owner: str, key: str) -> str | None:
        """Find the id of a person's submission with this key, accepted or not."""
        table = schema.submission
        row = self._db.row(select(table.c.id).where(table.c.owner == owner, table.c.key == key))
        return None if row is None else row.id

    def jobs(self, id: str, after: str, most: int) -> list[str]:
        """List the jobs of a broadcast behind one of them, oldest first, so many at most."""
        table = schema.job
        theirs = select(table.c.id).where(table.c.submission == id, table.c.id > after)
        return [row.id for row in self._db.rows(theirs.order_by(table.c.id).limit(most))]

    def _view(self, row: Row[Any]) -> Broadcast | None:
        table = schema.job
        counted = self._db.rows(
            select(table.c.state, func.count().label("faxes"))
            .where(table.c.submission == row.id)
            .group_by(table.c.state)
            .order_by(table.c.state)
        )
        counts = Counter({State(each.state): each.faxes for each in counted})
        entering = counts.pop(State.ENTERING, 0)
        if not counts:
            return None
        # It is accepted, and they are about to follow.
        counts[State.PENDING if State.PENDING in counts else State.READY] += entering
        states = tuple(StateCount(state, counts[state]) for state in sorted(counts, key=lambda state: state.value))
        return Broadcast(row.id, row.title, row.subject, row.created, row.recipients, tuple(filter(_is_any, states)))


def _is_any(count: StateCount) -> bool:
    return count.faxes > 0


def _select(owner: str) -> Select[Any]:
    table = schema.submission
    columns = (table.c.id, table.c.title, table.c.subject, table.c.created, table.c.recipients)
    return select(*columns).where(table.c.owner == owner)
