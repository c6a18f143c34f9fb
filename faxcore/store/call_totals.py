# SPDX-License-Identifier: GPL-3.0-or-later
"""Sums of calls by person, number, line, destination, country, month and cause of failure: the database adds up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select

from faxcore.billing.tariffs import Side
from faxcore.contract.priced import add_costs
from faxcore.contract.recorded import CallGrouping, CallTotals
from faxcore.model.call import Direction, Outcome
from faxcore.store import bill_tables, schema
from faxcore.store.call_log import in_time, is_failure
from faxcore.store.database import Database
from faxcore.store.ledger_sums import HAS_SALE, is_newest, read_sum, sum_columns
from faxcore.store.months import month_of, plain_text

PIECE: Final = 5_000
"""Calls whose costs are summed up at once: some tens of milliseconds."""
CODE_DIGITS: Final = 3
"""Digits of the longest calling code of a country."""


class Totals:
    """Sums of the table `call`."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def page(
        self, owner: str | None, by: CallGrouping, since: str, until: str, after: str, most: int | None
    ) -> list[CallTotals]:
        """Sum up the calls of a person's faxes, or all calls, with keys behind this one; so many keys at most."""
        if by is CallGrouping.PERSON and owner is not None:
            by_line = self.page(owner, CallGrouping.LINE, since, until, "", None)
            return add_up(replace(each, key=owner) for each in by_line if owner > after)
        conditions = [*in_time(since, until), *([] if owner is None else [_is_of(owner)])]
        found = [
            totals
            for key, groups in self._groups(owner, by)
            for totals in self._sum(groups.where(*conditions), key, after, most)
        ]
        return add_up(found)[:most]

    def countries(self, owner: str | None, since: str, until: str) -> list[CallTotals]:
        """Sum up calls out by the first digits of the number called: as many as the longest calling code has."""
        conditions = [*in_time(since, until), *([] if owner is None else [_is_of(owner)])]
        ((key, groups),) = self._groups(owner, CallGrouping.COUNTRY)
        return self._sum(groups.where(*conditions), key, "", None)

    def sum_costs(
        self, owner: str | None, by: CallGrouping, since: str, until: str, keys: tuple[str, str], after: str
    ) -> tuple[list[CallTotals], str]:
        """Sum up what calls cost that have keys from one to another, of so many calls behind this one: totals without
        counts, of which several may have one key; and the last of these calls, empty if there are no more. A country is
        as in `countries`.
        """
        id = schema.call.c.id
        behind = [*in_time(since, until), id > after]
        end = self._db.row(select(id).where(*behind).order_by(id).offset(PIECE - 1).limit(1))
        conditions = [*behind, *([] if owner is None else [_is_of(owner)]), *([] if end is None else [id <= end.id])]
        is_own = by is CallGrouping.PERSON and owner is not None
        found = []
        for key, groups in self._groups(owner, CallGrouping.LINE if is_own else by):
            wanted = groups.where(*conditions) if is_own else groups.where(*conditions, key >= keys[0], key <= keys[1])
            found += [replace(each, key=owner or "") if is_own else each for each in self._sum_costs(wanted, key)]
        return found, "" if end is None else end.id

    def has_costs(self) -> bool:
        """Return whether any call was written down while there was a tariff of sales."""
        return self._db.row(select(bill_tables.ledger.c.place).where(HAS_SALE).limit(1)) is not None

    def _sum(self, statement: Select[Any], key: ColumnElement[str], after: str, most: int | None) -> list[CallTotals]:
        statement = statement.add_columns(key.label("key")).group_by(key).order_by(key).limit(most)
        rows = self._db.rows(statement.where(key > after) if after else statement)
        return [
            CallTotals(row.key, int(row.calls), int(row.faxes), int(row.pages), float(row.seconds), int(row.failures))
            for row in rows
        ]

    def _sum_costs(self, groups: Select[Any], key: ColumnElement[str]) -> list[CallTotals]:
        ledger = bill_tables.ledger.c
        statement = groups.join(bill_tables.ledger, ledger.call == schema.call.c.id).where(HAS_SALE, is_newest())
        statement = statement.with_only_columns(key.label("key"), *sum_columns(Side.SALE))
        rows = self._db.rows(statement.group_by(key, ledger.sale_currency, ledger.sale_vat_percent))
        return [CallTotals(row.key, costs=read_sum(row), unpriced=int(row.unpriced)) for row in rows]

    def _groups(self, owner: str | None, by: CallGrouping) -> list[tuple[ColumnElement[str], Select[Any]]]:
        """Give what the calls are put together by, and the calls; two of that add to one another."""
        call = schema.call
        every = _from_calls()
        if by is CallGrouping.PERSON:
            return [(call.c.owner, every.where(_is_out())), _receivers(every.where(~_is_out()))]
        if by is CallGrouping.NUMBER:
            return [(case((_is_out(), call.c.own_number), else_=call.c.destination), every)]
        if by is CallGrouping.LINE:
            return [(call.c.line, every)]
        if by is CallGrouping.CAUSE:
            return [(call.c.outcome, every.where(is_failure()))]
        if by is CallGrouping.MONTH:
            return [(self._month(), every)]
        if by is CallGrouping.COUNTRY:
            return [(func.substr(call.c.destination, 1, 1 + CODE_DIGITS), every.where(_is_out()))]
        return [(call.c.destination, every.where(_is_out()))]

    def _month(self) -> ColumnElement[str]:
        """The month in which a call began, by this machine's zone, as SQL: times are in UTC."""
        call = schema.call
        ends = [self._db.row(select(call.c.started).order_by(id).limit(1)) for id in (call.c.id, call.c.id.desc())]
        first, last = (self._db.now() if row is None else row.started for row in ends)
        return month_of(schema.call.c.started, min(first, last), max(first, last, self._db.now()))


def add_up(totals: Iterable[CallTotals]) -> list[CallTotals]:
    """Add those with the same key, and put them in the order of their keys."""
    found: dict[str, CallTotals] = {}
    for each in totals:
        so_far = found.get(each.key, CallTotals(each.key))
        found[each.key] = CallTotals(
            each.key,
            so_far.calls + each.calls,
            so_far.faxes + each.faxes,
            so_far.pages + each.pages,
            so_far.seconds + each.seconds,
            so_far.failures + each.failures,
            add_costs((*so_far.costs, *each.costs)),
            so_far.unpriced + each.unpriced,
        )
    return [found[key] for key in sorted(found)]


def _is_out() -> ColumnElement[bool]:
    return schema.call.c.direction == Direction.OUT.value


def _from_calls() -> Select[Any]:
    call = schema.call
    came = call.c.received + call.c.fetched
    before = case((call.c.first_page > 1, call.c.first_page - 1), else_=0)
    went = case((and_(_is_out(), call.c.confirmed > before), call.c.confirmed - before), else_=0)
    pages = case((came > 0, came), else_=went)
    whole = or_(call.c.outcome == Outcome.OK.value, call.c.received > 0)
    return select(
        func.count().label("calls"),
        func.coalesce(func.sum(case((whole, 1), else_=0)), 0).label("faxes"),
        func.coalesce(func.sum(pages), 0).label("pages"),
        func.coalesce(func.sum(call.c.seconds), 0.0).label("seconds"),
        func.coalesce(func.sum(case((is_failure(), 1), else_=0)), 0).label("failures"),
    ).select_from(call)


def _receivers(received: Select[Any]) -> tuple[ColumnElement[str], Select[Any]]:
    """Calls in by whose the fax is that came, or the document that was fetched; else nobody's."""
    call, reception, of, offer = schema.call, schema.reception, schema.reception_owner, schema.offer
    joined = call.outerjoin(reception, reception.c.call == call.c.id)
    joined = joined.outerjoin(of, of.c.reception == reception.c.id).outerjoin(offer, offer.c.id == call.c.offer)
    return func.coalesce(of.c.person, offer.c.owner, plain_text("")), received.select_from(joined)


def _is_of(owner: str) -> ColumnElement[bool]:
    """The condition that a call is one of a person's faxes."""
    call, reception, of, offer = schema.call, schema.reception, schema.reception_owner, schema.offer
    received = select(reception.c.call).join(of, of.c.reception == reception.c.id).where(of.c.person == owner)
    offered = select(offer.c.id).where(offer.c.owner == owner)
    return or_(call.c.owner == owner, call.c.id.in_(received), call.c.offer.in_(offered))
