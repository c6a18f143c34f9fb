# SPDX-License-Identifier: GPL-3.0-or-later
"""Deliveries: news for a person, or for an address, by one channel, until it has been told. To tell twice is harmless,
to forget is not.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, delete, func, or_, select, update

from faxcore.model.job import State
from faxcore.model.sentence import Sentence, from_text, to_text
from faxcore.store import schema
from faxcore.store.database import Database, in_pieces
from faxcore.store.ids_and_times import new_id

DRAFT: Final = "draft"
JOB: Final = "job"
"""Its state follows: a job may be told of as uncertain, and later as done."""
JOB_RETRY: Final = "job-retry"
"""The number of calls so far follows."""
RECEPTION: Final = "reception"
FETCHING: Final = "fetching"
PRINT_NOTICE: Final = "print-notice"
LIMIT: Final = "limit"
"""A warning of one."""
INVOICE: Final = "invoice"
"""Its subject is the number."""
ANNOUNCED: Final = frozenset({State.DONE, State.FAILED, State.UNCERTAIN})
"""States of a job that its owner is told of even if nobody listens now."""


class Channel(Enum):
    """The ways to tell a person."""

    PROGRAM = "program"
    """A signal to the person's own programs, at once or when one registers."""
    MAIL = "mail"
    """A mail to the person's address as it is then, or to the address in the row."""
    PRINTER = "printer"
    """On paper, by the queue of the printing system that is the address."""
    COMMAND = "command"
    """By the office's own command."""


@dataclass(frozen=True)
class DeliveryRow:
    """One thing to tell one person by one channel."""

    id: str
    kind: str
    subject: str
    person: str
    channel: Channel
    address: str
    """Where to, if it is not for a person."""
    attempts: int
    error: Sentence
    """The reason why the last attempt came to nothing; of one that is done, why it was given up."""
    created: str
    next_try: str | None
    done: str | None


class Deliveries:
    """The table `delivery`: idempotent by kind, subject, person and channel."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self.is_mailed: Callable[[str, str], bool] = lambda _person, _kind: False
        """Tells whether a person hears of this kind of news by mail, too."""
        self.added: Callable[[], None] = lambda: None
        """Hears of every delivery that does not wait for a person's programs."""

    def add(self, kind: str, subject: str, person: str) -> None:
        """This has to be told, by each channel by which the person hears of it. In the transaction of what it tells
        of.
        """
        self._add(kind, subject, person, Channel.PROGRAM)
        self.add_mail(kind, subject, person)

    def add_mail(self, kind: str, subject: str, person: str) -> None:
        """This has to be told by mail, if the person hears of it so. In the transaction of what it tells of."""
        if self.is_mailed(person, kind):
            self._add(kind, subject, person, Channel.MAIL)

    def add_for_address(self, kind: str, subject: str, channel: Channel, address: str) -> None:
        """This has to be told to an address that is nobody's in particular. In the transaction of what it tells of."""
        self._add(kind, subject, "", channel, address)

    def _add(self, kind: str, subject: str, person: str, channel: Channel, address: str = "") -> None:
        statement = self._db.insert(schema.delivery).values(
            id=new_id(),
            kind=kind,
            subject=subject,
            person=person,
            channel=channel.value,
            address=address,
            created=self._db.now(),
        )
        self._db.run(
            statement.on_conflict_do_nothing(index_elements=["subject", "kind", "person", "channel", "address"])
        )
        if channel is not Channel.PROGRAM:
            self.added()

    def renew(self, kind: str, subject: str, person: str) -> None:
        """This has to be told once more, by the person's programs."""
        table = schema.delivery
        same = (table.c.kind == kind, table.c.subject == subject, table.c.person == person)
        with self._db.transaction():
            self._db.run(delete(table).where(*same, table.c.channel == Channel.PROGRAM.value))
            self.add(kind, subject, person)

    def renew_for_address(self, kind: str, subject: str, channel: Channel, address: str) -> None:
        """This has to be told to an address once more, as news of its own."""
        table = schema.delivery
        same = (table.c.kind == kind, table.c.subject == subject, table.c.person == "", table.c.address == address)
        with self._db.transaction():
            self._db.run(delete(table).where(*same, table.c.channel == channel.value))
            self.add_for_address(kind, subject, channel, address)

    def list_of(self, kind: str, subject: str) -> list[DeliveryRow]:
        """List all that is told of this, or was, oldest first."""
        table = schema.delivery
        rows = select(*_COLUMNS).where(table.c.subject == subject, table.c.kind == kind)
        return [_delivery(row) for row in self._db.rows(rows.order_by(table.c.id))]

    def waiting(self, person: str, most: int, after: str = "") -> list[DeliveryRow]:
        """List the news that this person's programs have not been told, behind `after`, oldest first, so many at
        most.
        """
        table = schema.delivery
        statement = select(*_COLUMNS).where(
            table.c.person == person,
            table.c.channel == Channel.PROGRAM.value,
            table.c.done.is_(None),
            table.c.id > after,
        )
        return [_delivery(row) for row in self._db.rows(statement.order_by(table.c.id).limit(most))]

    def due(self, channel: Channel, most: int, longest_wait: float) -> list[DeliveryRow]:
        """List what has to be told by a channel now, oldest first, so many at most. No wait is longer than
        `longest_wait` seconds: what is said to be due later was noted by a clock that has been set back since.
        """
        table = schema.delivery
        now, far = self._db.now(), self._db.later(longest_wait)
        when = or_(table.c.next_try.is_(None), table.c.next_try <= now, table.c.next_try > far)
        statement = select(*_COLUMNS).where(_waits(channel), when)
        return [_delivery(row) for row in self._db.rows(statement.order_by(table.c.id).limit(most))]

    def list_open(self, after: str, most: int) -> list[DeliveryRow]:
        """List what waits to go out of the house, and what was given up, newest first, from behind the id `after`."""
        table = schema.delivery
        statement = select(*_COLUMNS).where(_is_open())
        if after:
            statement = statement.where(table.c.id < after)
        return [_delivery(row) for row in self._db.rows(statement.order_by(table.c.id.desc()).limit(most))]

    def count_waiting(self, channel: Channel) -> int:
        """Count what waits for a channel."""
        return int(self._db.value(select(func.count()).select_from(schema.delivery).where(_waits(channel))) or 0)

    def count_given_up(self, channel: Channel, seconds: float) -> int:
        """Count what was given up within so many seconds."""
        wanted = _was_given_up(channel) & (schema.delivery.c.done >= self._db.later(-seconds))
        return int(self._db.value(select(func.count()).select_from(schema.delivery).where(wanted)) or 0)

    def try_again(self) -> int:
        """Make everything due that waits to go out of the house, and what was given up; how many."""
        values = {"done": None, "next_try": None, "error": ""}
        count = self._db.run(update(schema.delivery).where(_is_open()).values(**values))
        self.added()
        return count

    def failed(self, id: str, reason: Sentence, seconds: float) -> None:
        """An attempt came to nothing; the next one is due in so many seconds."""
        table = schema.delivery
        values = {"attempts": table.c.attempts + 1, "error": to_text(reason), "next_try": self._db.later(seconds)}
        self._db.run(update(table).where(table.c.id == id).values(**values))

    def give_up(self, id: str, reason: Sentence) -> None:
        """Note that this will not be told, and why."""
        table = schema.delivery
        values = {"attempts": table.c.attempts + 1, "error": to_text(reason), "done": self._db.now()}
        self._db.run(update(table).where(table.c.id == id).values(**values))

    def done(self, ids: Sequence[str]) -> None:
        """These have been told."""
        table = schema.delivery
        with self._db.transaction():
            for piece in in_pieces(ids):
                self._db.run(update(table).where(table.c.id.in_(piece)).values(done=self._db.now(), error=""))

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


def _waits(channel: Channel) -> ColumnElement[bool]:
    table = schema.delivery
    return (table.c.channel == channel.value) & table.c.done.is_(None)


def _was_given_up(channel: Channel) -> ColumnElement[bool]:
    table = schema.delivery
    return (table.c.channel == channel.value) & table.c.done.is_not(None) & (table.c.error != "")


def _is_open() -> ColumnElement[bool]:
    out = [channel for channel in Channel if channel is not Channel.PROGRAM]
    return or_(*map(_waits, out), *map(_was_given_up, out))


def _delivery(row: Row[Any]) -> DeliveryRow:
    return DeliveryRow(**{**row._mapping, "channel": Channel(row.channel), "error": from_text(row.error)})
