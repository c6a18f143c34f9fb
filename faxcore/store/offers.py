# SPDX-License-Identifier: GPL-3.0-or-later
"""Offers: documents that callers may fetch (polling). Which calls have fetched one stands with the calls, so that it is
counted in the transaction in which a call's end is written, whoever writes it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, func, select, update

from faxcore.model.call import Outcome
from faxcore.store import schema
from faxcore.store.database import Database
from faxcore.store.ids_and_times import new_id

MOST: Final = 200
"""Offers, or calls that have fetched one, in one answer."""


@dataclass(frozen=True)
class OfferRow:
    """One document that callers may fetch."""

    id: str
    owner: str
    document: str
    title: str
    number: str
    called_key: str
    """The same for every way to write the number at which it is offered; empty: all of its owner's."""
    selective: str
    password: str = field(repr=False)
    pages: int
    times: int
    """The number of times that it may be fetched as a whole; 0: as often as callers want."""
    until: str | None
    created: str
    ended: str | None
    """The time at which it was withdrawn."""
    fetched: int = 0
    """The number of times that it has been fetched as a whole."""
    taken: int = 0
    """The number of calls under way in which it is being fetched."""

    def is_open(self, now: str) -> bool:
        """Return whether it is still offered at this time."""
        in_time = self.ended is None and (self.until is None or self.until > now)
        return in_time and (not self.times or self.fetched < self.times)

    def is_free(self, now: str) -> bool:
        """Return whether one more caller may have it now: not one too many, if those who are fetching it get it."""
        return self.is_open(now) and (not self.times or self.fetched + self.taken < self.times)


@dataclass(frozen=True)
class FetchingRow:
    """One call that has fetched an offered document, or a part of it."""

    id: str
    offer: str
    started: str
    line: str
    caller: str
    remote_id: str
    pages: int
    fetched: int
    outcome: Outcome
    title: str
    owner: str


class Offers:
    """The table `offer`, and the calls that have fetched from it."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def add(self, owner: str, document: str, pages: int, **values: object) -> str:
        """Offer a document; the id. In the transaction of the document's row."""
        id = new_id()
        own = {"id": id, "owner": owner, "document": document, "pages": pages, "created": self._db.now()}
        self._db.add(schema.offer, **own, **values)
        return id

    def get(self, owner: str, id: str) -> OfferRow | None:
        """Give a person's offer; None if there is none."""
        row = self._db.row(_select().where(schema.offer.c.id == id, schema.offer.c.owner == owner))
        return None if row is None else OfferRow(**row._mapping)

    def all(self, owner: str) -> list[OfferRow]:
        """List the newest offers of a person, newest first."""
        table = schema.offer
        rows = self._db.rows(_select().where(table.c.owner == owner).order_by(table.c.id.desc()).limit(MOST))
        return [OfferRow(**row._mapping) for row in rows]

    def find_open(self, owners: Collection[str], called_key: str) -> list[OfferRow]:
        """List what these people offer now to callers of this number, the newest first, without what is taken."""
        table = schema.offer
        here = (table.c.owner.in_(sorted(owners)), table.c.called_key.in_(("", called_key)), table.c.ended.is_(None))
        rows = self._db.rows(_select().where(*here).order_by(table.c.id.desc()).limit(MOST))
        now = self._db.now()
        return [found for row in rows if (found := OfferRow(**row._mapping)).is_free(now)]

    def take(self, id: str, call: str) -> bool:
        """Note that a call is fetching an offer, if it may. That ends with the call, also with one that nobody heard
        the end of: its row says then what it has fetched.
        """
        with self._db.transaction():
            row = self._db.row(_select().where(schema.offer.c.id == id))
            if row is None or not OfferRow(**row._mapping).is_free(self._db.now()):
                return False
            self._db.run(update(schema.call).where(schema.call.c.id == call).values(offer=id))
        return True

    def withdraw(self, id: str) -> None:
        """Offer a document no longer."""
        table = schema.offer
        self._db.run(update(table).where(table.c.id == id, table.c.ended.is_(None)).values(ended=self._db.now()))

    def fetchings(self, offer: str) -> list[FetchingRow]:
        """List the newest calls that have fetched from an offer, newest first."""
        return self._fetchings(schema.call.c.offer == offer)

    def several_fetchings(self, calls: Collection[str]) -> list[FetchingRow]:
        """List those of these calls that have fetched from an offer which is known."""
        return self._fetchings(schema.call.c.id.in_(list(calls)))

    def _fetchings(self, which: ColumnElement[bool]) -> list[FetchingRow]:
        call, offer = schema.call, schema.offer
        columns = (call.c[name] for name in FetchingRow.__dataclass_fields__ if name not in ("title", "owner"))
        statement = select(*columns, offer.c.title, offer.c.owner).join(offer, offer.c.id == call.c.offer)
        rows = self._db.rows(statement.where(which, call.c.ended.is_not(None)).order_by(call.c.id.desc()).limit(MOST))
        return [_fetching(row) for row in rows]


def _select() -> Select[Any]:
    call, offer = schema.call, schema.offer
    whole = (call.c.offer == offer.c.id, call.c.outcome == Outcome.OK.value, call.c.fetched >= offer.c.pages)
    fetched = select(func.count()).select_from(call).where(*whole).scalar_subquery()
    under_way = (call.c.offer == offer.c.id, call.c.ended.is_(None))
    taken = select(func.count()).select_from(call).where(*under_way).scalar_subquery()
    names = (name for name in OfferRow.__dataclass_fields__ if name not in ("fetched", "taken"))
    return select(*(offer.c[name] for name in names), fetched.label("fetched"), taken.label("taken"))


def _fetching(row: Row[Any]) -> FetchingRow:
    return FetchingRow(**{**row._mapping, "outcome": Outcome(row.outcome)})
