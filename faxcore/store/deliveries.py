# SPDX-License-Identifier: GPL-3.0-or-later
"""Deliveries: news for a person by one channel, until it has been told. To tell twice is harmless, to forget is not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from sqlalchemy import Row, delete, select, update

from faxcore.model.job import State
from faxcore.store import schema
from faxcore.store.database import Database, in_pieces
from faxcore.store.ids_and_times import new_id

DRAFT: Final = "draft"
JOB: Final = "job"
"""Its state follows: a job may be told of as uncertain, and later as done."""
RECEPTION: Final = "reception"
FETCHING: Final = "fetching"
PRINT_NOTICE: Final = "print-notice"
ANNOUNCED: Final = frozenset({State.DONE, State.FAILED, State.UNCERTAIN})
"""States of a job that its owner is told of even if nobody listens now."""


class Channel(Enum):
    """The ways to tell a person."""

    PROGRAM = "program"
    """A signal to the person's own programs, at once or when one registers."""


@dataclass(frozen=True)
class DeliveryRow:
    """One thing to tell one person by one channel."""

    id: str
    kind: str
    subject: str
    person: str
    channel: Channel
    address: str
    """Where to, on channels that need it."""
    attempts: int
    error: str


class Deliveries:
    """The table `delivery`: idempotent by kind, subject, person and channel."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def add(self, kind: str, subject: str, person: str, channel: Channel = Channel.PROGRAM, address: str = "") -> None:
        """This has to be told. In the transaction of what it tells of."""
        statement = self._db.insert(schema.delivery).values(
            id=new_id(),
            kind=kind,
            subject=subject,
            person=person,
            channel=channel.value,
            address=address,
            created=self._db.now(),
        )
        self._db.run(statement.on_conflict_do_nothing(index_elements=["subject", "kind", "person", "channel"]))

    def renew(self, kind: str, subject: str, person: str) -> None:
        """This has to be told once more, by the person's programs."""
        table = schema.delivery
        same = (table.c.kind == kind, table.c.subject == subject, table.c.person == person)
        with self._db.transaction():
            self._db.run(delete(table).where(*same, table.c.channel == Channel.PROGRAM.value))
            self.add(kind, subject, person)

    def waiting(self, person: str, most: int, after: str = "", channel: Channel = Channel.PROGRAM) -> list[DeliveryRow]:
        """List the news that this person has not been told, behind `after`, oldest first, so many at most."""
        table = schema.delivery
        statement = select(*_COLUMNS).where(
            table.c.person == person, table.c.channel == channel.value, table.c.done.is_(None), table.c.id > after
        )
        return [_delivery(row) for row in self._db.rows(statement.order_by(table.c.id).limit(most))]

    def failed(self, id: str, error: str, seconds: float) -> None:
        """An attempt came to nothing; the next one is due in so many seconds."""
        table = schema.delivery
        values = {"attempts": table.c.attempts + 1, "error": error, "next_try": self._db.later(seconds)}
        self._db.run(update(table).where(table.c.id == id).values(**values))

    def done(self, ids: Sequence[str]) -> None:
        """These have been told."""
        table = schema.delivery
        with self._db.transaction():
            for piece in in_pieces(ids):
                self._db.run(update(table).where(table.c.id.in_(piece)).values(done=self._db.now()))

    def forget(self, kind: str, subject: str, person: str) -> None:
        """This has not to be told to this person any more, if it waits."""
        table = schema.delivery
        same = (table.c.kind == kind, table.c.subject == subject, table.c.person == person)
        self._db.run(delete(table).where(*same, table.c.done.is_(None)))

    def done_of(self, kind: str, subject: str, person: str) -> None:
        """Note that this person's programs have been told this, if it waited."""
        table = schema.delivery
        same = (table.c.kind == kind, table.c.subject == subject, table.c.person == person)
        here = (table.c.channel == Channel.PROGRAM.value, table.c.done.is_(None))
        self._db.run(update(table).where(*same, *here).values(done=self._db.now()))


_COLUMNS: Final = tuple(schema.delivery.c[name] for name in DeliveryRow.__dataclass_fields__)


def _delivery(row: Row[Any]) -> DeliveryRow:
    return DeliveryRow(**{**row._mapping, "channel": Channel(row.channel)})
