# SPDX-License-Identifier: GPL-3.0-or-later
"""Knowledge of destinations from earlier calls, kept for some days: the table `destination`.

What a call teaches is decided by `faxcore.queue.experience`.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Final

from sqlalchemy import delete, select

from faxcore.model.paper import Paper
from faxcore.store import schema
from faxcore.store.database import Database


@dataclass(frozen=True)
class Experience:
    """The knowledge of a destination."""

    begin_at: str = ""
    """The rung of the ladder to begin at; empty: the fastest."""
    error_correction: bool = True
    """True if it may be used."""
    training_failures: int = 0
    """Calls in a row that ended in the training at a rung of V.17."""
    correction_failures: int = 0
    """Calls in a row that ended behind the training, in error correction, without a page."""

    paper: str = ""
    """The longest paper that it prints, one of `Paper`; empty: any, or unknown."""

    @property
    def longest(self) -> Paper:
        """The paper to plan for."""
        return Paper(self.paper) if self.paper else Paper.UNLIMITED


NOTHING: Final = Experience()
REACHED_DAYS: Final = 90
"""Days for which a number counts as a fax machine's at which one has answered."""


class CallHistory:
    """The table `destination`: one row for each of which something is known."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def experience(self, destination: str) -> Experience:
        """Give what is known of this number and not out of date."""
        table = schema.destination
        row = self._db.row(select(*_COLUMNS).where(table.c.number == destination, table.c.until > self._db.now()))
        return NOTHING if row is None else Experience(**row._mapping)

    def remember(self, destination: str, known: Experience, days: int) -> None:
        """Write down what is known of a destination, for so many days."""
        values: dict[str, object] = {**asdict(known), "until": self._db.later(days * 86_400)}
        new = self._db.insert(schema.destination).values(number=destination, **values)
        self._db.run(new.on_conflict_do_update(index_elements=["number"], set_=values))

    def note_reached(self, destination: str) -> None:
        """Write down that a fax machine has answered at a destination now."""
        now = self._db.now()
        new = self._db.insert(schema.destination).values(
            number=destination, reached=now, **{**asdict(NOTHING), "until": now}
        )
        self._db.run(new.on_conflict_do_update(index_elements=["number"], set_={"reached": now}))

    def was_reached(self, destination: str) -> bool:
        """Return whether a fax machine has answered at a destination in the last REACHED_DAYS."""
        table = schema.destination
        recent = table.c.reached >= self._db.later(-REACHED_DAYS * 86_400)
        return self._db.row(select(table.c.number).where(table.c.number == destination, recent)) is not None

    def forget(self, destination: str) -> None:
        """Drop what is known of a destination."""
        self._db.run(delete(schema.destination).where(schema.destination.c.number == destination))

    def forget_old(self) -> None:
        """Drop what is out of date."""
        table, long_ago = schema.destination, self._db.later(-REACHED_DAYS * 86_400)
        self._db.run(delete(table).where(table.c.until <= self._db.now(), table.c.reached < long_ago))


_COLUMNS: Final = tuple(schema.destination.c[each.name] for each in fields(Experience))
