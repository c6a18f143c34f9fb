# SPDX-License-Identifier: GPL-3.0-or-later
"""Sums for the limits of the bill: what people and payers have used of a period, by the ledger, and what is queued.

A fax is judged on the event loop, and a payer may have 100,000 calls in a year. So a sum that has been read is kept,
and what the ledger has got since is added to it: of a row that corrects another one, that one is taken off. All of it
is read again after a start, and when too much has come since the last time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from sqlalchemy import Row, and_, case, exists, func, literal_column, or_, select

from faxcore.billing.limit_judging import SECONDS_OF_CALL, SECONDS_OF_PAGE
from faxcore.model.call import Direction
from faxcore.model.job import IN_CALL
from faxcore.store import bill_tables, schema
from faxcore.store.database import Database, in_pieces

MOST_NEW: Final = 2000
"""Rows of the ledger that are added to sums that are known; with more, those are read again."""
MOST_KNOWN: Final = 20_000
"""Sums that are kept."""


class Whose(Enum):
    """The two by whom faxes are counted."""

    PERSON = "person"
    """Calls that come in are nobody's."""
    PAYER = "payer"


@dataclass(frozen=True)
class Used:
    """What calls have used: pages that were confirmed, milliseconds of those that were answered, and, before VAT,
    millionths of the currency.
    """

    pages: int = 0
    milliseconds: int = 0
    net: int = 0

    def add(self, other: Used, times: int = 1) -> Used:
        """Add another one; with -1, take it off."""
        return Used(
            self.pages + times * other.pages,
            self.milliseconds + times * other.milliseconds,
            self.net + times * other.net,
        )


@dataclass(frozen=True)
class Queued:
    """Faxes that have been handed in and not ended, with the pages of them that have not arrived."""

    calls: int
    pages: int
    milliseconds: int
    """Estimated when they were handed in, as is what they cost; of one of which some pages have arrived, that share."""
    net: int


@dataclass(frozen=True)
class Span:
    """A period, as rows have times: from its beginning up to that of the next."""

    begin: str
    end: str


class LimitSums:
    """Sums of the tables `ledger` and `job`."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self._known: dict[tuple[Whose, str], dict[Span, Used]] = {}
        self._place = 0
        """The newest row of the ledger that is in them."""

    def sum_used(self, whose: Whose, names: Sequence[str], span: Span) -> Used:
        """Sum what these people or payers have used together."""
        self._catch_up()
        missing = [name for name in names if span not in self._known.setdefault((whose, name), {})]
        for piece in in_pieces(missing):
            self._read(whose, piece, span)
        found = Used()
        for name in names:
            found = found.add(self._known[whose, name][span])
        return found

    def sum_queued(self, whose: Whose, names: Sequence[str], span: Span) -> Queued:
        """Sum what is queued of these people or payers, and will go out in a period, the present one or a later one."""
        job = schema.job.c
        who = job.owner if whose is Whose.PERSON else job.payer
        in_time = job.send_at < span.end
        if span.begin <= self._db.now():
            in_time = or_(job.send_at.is_(None), in_time)
        else:
            in_time = and_(job.send_at >= span.begin, in_time)
        # Pages that are confirmed in a call are in the ledger when it ends: until then all of its fax counts.
        in_call = job.state.in_([state.value for state in IN_CALL])
        left = case((job.pages > job.confirmed, job.pages - job.confirmed), else_=0)
        pages = case((in_call, job.pages), else_=left)
        # Of faxes that were handed in before there was a limit of minutes or money nobody has estimated it.
        usual = SECONDS_OF_CALL * 1000 + pages * (SECONDS_OF_PAGE * 1000)
        own = case((job.pages > 0, job.milliseconds_estimate * pages // job.pages), else_=job.milliseconds_estimate)
        milliseconds = case((job.milliseconds_estimate == 0, usual), else_=own)
        sums = select(
            func.count().label("calls"),
            func.sum(pages).label("pages"),
            func.sum(milliseconds).label("milliseconds"),
            func.sum(job.net_estimate).label("net"),
        )
        queued = Queued(0, 0, 0, 0)
        for piece in in_pieces(names):
            conditions = (schema.of_states(schema.LIVE), who.in_(piece), in_time)
            row = self._db.row(sums.where(*conditions))
            assert row is not None
            queued = Queued(
                queued.calls + row.calls,
                queued.pages + int(row.pages or 0),
                queued.milliseconds + int(row.milliseconds or 0),
                queued.net + int(row.net or 0),
            )
        return queued

    def find_estimate(self, job: str) -> int:
        """Find about how many milliseconds the call of a fax was taken to be when it was handed in; 0: nobody has."""
        return int(self._db.value(select(schema.job.c.milliseconds_estimate).where(schema.job.c.id == job)) or 0)

    def list_people(self, span: Span) -> list[str]:
        """List the people who have calls in a period, or faxes in the queue."""
        table, job = bill_tables.ledger.c, schema.job.c
        queued = select(job.owner).where(schema.of_states(schema.LIVE)).distinct()
        found = {str(row.owner) for row in self._db.rows(queued)}
        last = ""
        # From name to name: of a person with many calls, one row is looked at.
        while name := self._db.value(select(func.min(table.person)).where(table.person > last)):
            last = str(name)
            theirs = (table.person == last, table.ended >= span.begin, table.ended < span.end)
            if self._db.value(select(exists().where(*theirs))):
                found.add(last)
        return sorted(found)

    # ------------------------------------------------------------ inside

    def _read(self, whose: Whose, names: Sequence[str], span: Span) -> None:
        table, later = bill_tables.ledger.c, bill_tables.ledger.alias().c
        corrected = exists().where(later.corrects == table.place, later.corrects != literal_column("0"))
        who = table[whose.value]
        conditions = [who.in_(names), table.ended >= span.begin, table.ended < span.end, ~corrected]
        if whose is Whose.PERSON:
            conditions.append(table.direction == Direction.OUT.value)
        sums = select(
            who.label("who"),
            func.sum(table.confirmed).label("confirmed"),
            func.sum(case((table.answered != "", table.milliseconds), else_=0)).label("milliseconds"),
            func.sum(table.sale_net).label("net"),
        )
        for name in names:
            self._known[whose, name][span] = Used()
        for row in self._db.rows(sums.where(*conditions).group_by(who)):
            used = Used(int(row.confirmed), int(row.milliseconds), int(row.net or 0))
            self._known[whose, row.who][span] = used

    def _catch_up(self) -> None:
        """Add to the sums what the ledger has got since."""
        table = bill_tables.ledger
        newest = int(self._db.value(select(func.coalesce(func.max(table.c.place), 0))))
        if not 0 <= newest - self._place <= MOST_NEW or len(self._known) > MOST_KNOWN:
            self._known.clear()
        elif self._known and newest > self._place:
            for row in self._db.rows(select(table).where(table.c.place > self._place)):
                self._add(row, 1)
                if row.corrects:
                    before = self._db.row(select(table).where(table.c.place == row.corrects))
                    assert before is not None, row.corrects
                    self._add(before, -1)
        self._place = newest

    def _add(self, row: Row[Any], times: int) -> None:
        used = Used(row.confirmed, row.milliseconds if row.answered else 0, row.sale_net or 0)
        for whose in Whose:
            if whose is Whose.PERSON and row.direction != Direction.OUT.value:
                continue
            sums = self._known.get((whose, row._mapping[whose.value]), {})
            for span, known in sums.items():
                if span.begin <= row.ended < span.end:
                    sums[span] = known.add(used, times)
