# SPDX-License-Identifier: GPL-3.0-or-later
"""Statements: the calls of the ledger, summed up by the database in pieces, and listed by pages.

A piece has the rows of so many ends of calls, one behind the other, which takes some tens of milliseconds: statements
run in the event loop, and nothing else would run meanwhile. What the ledger said when the first piece was asked for is
what all of them say: rows are never changed, so a row counts if no row up to that place corrects it.

A call is in a statement by the time at which it began, and is found by the time at which it ended, which is not long
after. One person's calls are found by an index of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, func, or_, select

from faxcore.billing.tariffs import Side
from faxcore.contract.stated import StatedCall, StatementGrouping, StatementLine
from faxcore.model.call import Direction, Outcome
from faxcore.store import bill_tables
from faxcore.store.call_costs import list_price_columns, read_price
from faxcore.store.database import Database
from faxcore.store.ids_and_times import format_time
from faxcore.store.ledger_sums import is_newest, read_sum, sum_columns
from faxcore.store.months import month_of

PIECE: Final = 10_000
"""Rows of a piece."""
LONGEST: Final = timedelta(days=2)
"""The longest time from a call's begin to its end, also where the clock was set meanwhile."""
_COLUMNS: Final = {StatementGrouping.NUMBER: "own_number"}
"""Those of the groupings that have another name than their column."""
_LEDGER: Final = bill_tables.ledger.c
_SHOWN: Final = (
    *("call", "place", "direction", "line", "person", "own_number", "other_number", "payer", "outcome", "ended"),
    *("milliseconds", "confirmed", "author", "remark"),
)


@dataclass(frozen=True)
class StatementFilter:
    """The calls that are wanted; None or empty: all."""

    person: str | None = None
    payer: str = ""
    since: str = ""
    until: str = ""
    side: Side = Side.SALE


@dataclass(frozen=True)
class StatementPlace:
    """The point that a statement has come to: behind which end of a call and row, in a ledger up to this head."""

    head: int
    ended: str = ""
    place: int = 0


class LedgerStatements:
    """Sums of the table `ledger`, and its rows."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def begin(self) -> StatementPlace:
        """Give the place before the first row of a statement."""
        return StatementPlace(int(self._db.value(select(func.coalesce(func.max(_LEDGER.place), 0)))))

    def sum_piece(
        self, by: StatementGrouping, wanted: StatementFilter, behind: StatementPlace, piece: int | None = None
    ) -> tuple[list[StatementLine], StatementPlace | None]:
        """Sum up the calls behind a place, so many rows: and the place behind them, None if there are no more. Several
        lines may have one key.
        """
        found = (*_are_of(wanted), *_are_behind(wanted, behind))
        ends = select(_LEDGER.ended).where(*found).order_by(_LEDGER.ended)
        first = self._db.row(ends.limit(1))
        if first is None:
            return [], None
        last = self._db.row(ends.offset((piece or PIECE) - 1).limit(1))
        end = self._db.value(select(func.max(_LEDGER.ended)).where(*found)) if last is None else last.ended
        key = self._make_key(by, first.ended, end)
        sums = select(
            key.label("key"),
            func.count().label("calls"),
            func.sum(_LEDGER.confirmed).label("pages"),
            func.sum(_LEDGER.milliseconds).label("milliseconds"),
            *sum_columns(wanted.side),
        )
        # One bound on each side: a database may choose the one that is further away.
        rows = (*_are_of(wanted), _LEDGER.ended >= first.ended, _LEDGER.ended <= end)
        sums = sums.where(*rows, *_are_in(_drop_times(wanted, first.ended, end), behind.head))
        side = wanted.side.value
        sums = sums.group_by(key, _LEDGER[f"{side}_currency"], _LEDGER[f"{side}_vat_percent"])
        lines = [_read_line(row) for row in self._db.rows(sums)]
        return lines, None if last is None else StatementPlace(behind.head, end)

    def page(
        self, wanted: StatementFilter, behind: StatementPlace, most: int
    ) -> tuple[list[StatedCall], StatementPlace | None]:
        """List the calls behind a place, so many at most: and the place behind them, None if there are no more."""
        conditions = (*_are_of(wanted), *_are_behind(wanted, behind), *_are_in(wanted, behind.head))
        calls = _select_calls(wanted.side).where(*conditions)
        rows = self._db.rows(calls.order_by(_LEDGER.ended, _LEDGER.place).limit(most))
        place = StatementPlace(behind.head, rows[-1].ended, rows[-1].place) if len(rows) == most else None
        return [_read_call(row, wanted.side) for row in rows], place

    def find(self, call: str) -> StatedCall | None:
        """Find a call as it counts now, with the steps to its price; None if it is not in the ledger."""
        rows = _select_calls(Side.SALE, with_steps=True).where(_LEDGER.call == call)
        row = self._db.row(rows.order_by(_LEDGER.place.desc()).limit(1))
        return None if row is None else _read_call(row, Side.SALE)

    def _make_key(self, by: StatementGrouping, first: str, last: str) -> ColumnElement[str]:
        if by is StatementGrouping.MONTH:
            return month_of(_began(), format_time(datetime.fromisoformat(first) - LONGEST), last)
        column: ColumnElement[str] = _LEDGER[_COLUMNS.get(by, by.value)]
        return column


def _began() -> ColumnElement[str]:
    return func.coalesce(func.nullif(_LEDGER.dialled, ""), func.nullif(_LEDGER.answered, ""), _LEDGER.ended)


def _are_of(wanted: StatementFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.person is not None:
        yield _LEDGER.person == wanted.person


def _are_behind(wanted: StatementFilter, behind: StatementPlace) -> Iterator[ColumnElement[bool]]:
    """The conditions by which rows behind a place are found; of the bounds on a side, only the one that counts."""
    if behind.ended < wanted.since:
        yield _LEDGER.ended >= wanted.since
    elif behind.place:
        yield _LEDGER.ended >= behind.ended
        yield or_(_LEDGER.ended > behind.ended, _LEDGER.place > behind.place)
    else:
        yield _LEDGER.ended > behind.ended
    if wanted.until:
        yield _LEDGER.ended < format_time(datetime.fromisoformat(wanted.until) + LONGEST)


def _drop_times(wanted: StatementFilter, first: str, last: str) -> StatementFilter:
    """Leave out a time that counts for none of the calls that ended within these: it would be compared for each."""
    begun = format_time(datetime.fromisoformat(first) - LONGEST)
    over = format_time(datetime.fromisoformat(last) + LONGEST)
    since = "" if begun >= wanted.since else wanted.since
    return replace(wanted, since=since, until="" if over < wanted.until else wanted.until)


def _are_in(wanted: StatementFilter, head: int) -> Iterator[ColumnElement[bool]]:
    """The conditions by which rows that were found are in the statement."""
    yield _LEDGER.place <= head
    yield is_newest(head)
    if wanted.payer:
        yield _LEDGER.payer == wanted.payer
    if wanted.since:
        yield _began() >= wanted.since
    if wanted.until:
        yield _began() < wanted.until


def _select_calls(side: Side, with_steps: bool = False) -> Select[Any]:
    columns = (_LEDGER[name] for name in _SHOWN)
    return select(*columns, _began().label("began"), *list_price_columns(side, with_steps))


def _read_line(row: Row[Any]) -> StatementLine:
    counts = (int(row.calls), int(row.pages), int(row.milliseconds))
    return StatementLine(row.key, *counts, read_sum(row), int(row.unpriced))


def _read_call(row: Row[Any], side: Side) -> StatedCall:
    return StatedCall(
        call=row.call,
        place=row.place,
        began=row.began,
        direction=Direction(row.direction),
        line=row.line,
        person=row.person,
        own_number=row.own_number,
        other_number=row.other_number,
        payer=row.payer,
        outcome=Outcome(row.outcome) if row.outcome else None,
        milliseconds=row.milliseconds,
        pages=row.confirmed,
        price=read_price(row, side),
        corrected_by=row.author if row.remark else "",
        remark=row.remark,
    )
