# SPDX-License-Identifier: GPL-3.0-or-later
"""Knowledge of destinations from earlier calls, kept for some days: the table `destination`.

What a call teaches is decided by `faxcore.queue.experience`.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, delete, select, update

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
    together: bool = True
    """True if several faxes may go there in one call."""

    @property
    def longest(self) -> Paper:
        """The paper to plan for."""
        return Paper(self.paper) if self.paper else Paper.UNLIMITED


@dataclass(frozen=True)
class DestinationRow:
    """A number, and what is known of it."""

    number: str
    known: Experience
    """As it counts now: what is out of date is not known."""
    until: str
    """The time at which it is out of date; empty: it is, or never will be."""
    reached: str
    """The time at which a fax machine last answered; empty: never."""
    locked: bool
    """True if it stays as it is."""


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
        row = self._db.row(select(*_COLUMNS).where(table.c.number == destination, self._counts()))
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
        """Return whether a fax machine has answered at a destination within REACHED_DAYS, or ever if it is locked."""
        table = schema.destination
        long_ago = self._db.days_ago(REACHED_DAYS)
        recent = (table.c.reached >= long_ago) | (table.c.locked & (table.c.reached != ""))
        return self._db.row(select(table.c.number).where(table.c.number == destination, recent)) is not None

    def forget(self, destination: str) -> None:
        """Drop what is known of a destination."""
        self._db.run(delete(schema.destination).where(schema.destination.c.number == destination))

    def forget_old(self) -> None:
        """Drop what is out of date."""
        table, long_ago = schema.destination, self._db.days_ago(REACHED_DAYS)
        old = (table.c.until <= self._db.now(), table.c.reached < long_ago, ~table.c.locked)
        self._db.run(delete(table).where(*old))

    # ------------------------------------------------------------ for the administrator

    def get(self, destination: str) -> DestinationRow | None:
        """What is known of a destination; None if it is nothing at all."""
        row = self._db.row(_select().where(schema.destination.c.number == destination))
        return None if row is None else self._row(row)

    def page(self, after: str, most: int) -> list[DestinationRow]:
        """The destinations of which something is known, by their numbers, from behind `after`."""
        table = schema.destination
        rows = self._db.rows(_select().where(table.c.number > after).order_by(table.c.number).limit(most))
        return [self._row(row) for row in rows]

    def is_locked(self, destination: str) -> bool:
        """Return whether what is known of a destination stays as it is."""
        table = schema.destination
        return self._db.row(select(table.c.number).where(table.c.number == destination, table.c.locked)) is not None

    def lock(self, destination: str) -> None:
        """Keep what counts of a destination now as it is."""
        known = self.experience(destination)
        now = self._db.now()
        new = self._db.insert(schema.destination).values(number=destination, locked=True, until=now, **asdict(known))
        # What was out of date is not known, and is not known again.
        self._db.run(new.on_conflict_do_update(index_elements=["number"], set_={"locked": True, **asdict(known)}))

    def unlock(self, destination: str, days: int) -> None:
        """Let calls to a destination teach again; what is known counts for so many days from now."""
        table = schema.destination
        values = {"locked": False, "until": self._db.later(days * 86_400)}
        self._db.run(update(table).where(table.c.number == destination).values(values))

    def _counts(self) -> ColumnElement[bool]:
        table = schema.destination
        return (table.c.until > self._db.now()) | table.c.locked

    def _row(self, row: Row[Any]) -> DestinationRow:
        counts = row.locked or row.until > self._db.now()
        known = Experience(**{each.name: row._mapping[each.name] for each in fields(Experience)}) if counts else NOTHING
        until = row.until if counts and not row.locked and known != NOTHING else ""
        return DestinationRow(row.number, known, until, row.reached, row.locked)


def _select() -> Select[Any]:
    return select(schema.destination)


_COLUMNS: Final = tuple(schema.destination.c[each.name] for each in fields(Experience))
