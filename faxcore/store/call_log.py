# SPDX-License-Identifier: GPL-3.0-or-later
"""The log of calls: every row of the table `call` with whose fax it was, page by page, oldest first.

Everybody's calls are read in the order of their ids, the key of the table. A person's are read by three ways, each of
which has an index in that order: the calls that were made for them, those that brought them a fax, and those that
fetched a document of theirs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, or_, select

from faxcore.contract.priced import NO_PRICE
from faxcore.contract.recorded import CallRecord
from faxcore.model.call import AnswerKnown, Direction, Outcome
from faxcore.model.job import JobKind
from faxcore.model.sentence import from_text
from faxcore.store import schema
from faxcore.store.call_costs import NO_PRICES, BothPrices, CallCosts
from faxcore.store.database import Database, in_pieces
from faxcore.store.ids_and_times import first_id

CLOCK_SET: Final = timedelta(days=2)
"""How far the times in ids may be from those of the rows: a clock that is set back leaves ids in their order."""


@dataclass(frozen=True)
class CallFilter:
    """The calls that are wanted; everything empty: all."""

    since: str = ""
    until: str = ""
    line: str = ""
    numbers: tuple[str, ...] = ()
    """Spellings of one number."""
    direction: Direction | None = None
    failed: bool = False


class CallLog:
    """The calls as they stand in the log."""

    def __init__(self, database: Database, costs: CallCosts) -> None:
        self._db = database
        self._costs = costs

    def page(
        self, owner: str | None, wanted: CallFilter, after: str, most: int, with_purchase: bool = False
    ) -> list[CallRecord]:
        """List calls of a person's faxes, or all calls, behind this one in the order of their ids; so many at most.
        `with_purchase`: also by the carrier's tariff.
        """
        call = schema.call
        conditions = [*in_time(wanted.since, wanted.until), *_conditions(wanted)]
        if after:
            conditions.append(call.c.id > after)
        rows: dict[str, Row[Any]] = {}
        for way, id in _ways(owner):
            statement = way.where(*conditions).order_by(id).limit(most)
            if after:
                # A reception's id is made together with its call's, with none between the two.
                statement = statement.where(id > after)
            rows |= {row.id: row for row in self._db.rows(statement)}
        page = [rows[id] for id in sorted(rows)[:most]]
        received = self._receptions([row.id for row in page])
        offered = self._offerers([row.offer for row in page if row.offer])
        costs = self._costs.find([row.id for row in page])
        found_prices = (costs.get(row.id, NO_PRICES) for row in page)
        prices = [each if with_purchase else replace(each, purchase=NO_PRICE) for each in found_prices]
        return [
            _view(row, owner, received.get(row.id), offered.get(row.offer, ""), price)
            for row, price in zip(page, prices, strict=True)
        ]

    def _receptions(self, calls: Sequence[str]) -> dict[str, tuple[str, list[str]]]:
        """Give the reception of each of these calls that has one, and whose it is."""
        reception, of = schema.reception, schema.reception_owner
        statement = select(reception.c.call, reception.c.id, of.c.person).outerjoin(
            of, of.c.reception == reception.c.id
        )
        found: dict[str, tuple[str, list[str]]] = {}
        for piece in in_pieces(calls):
            for row in self._db.rows(statement.where(reception.c.call.in_(piece)).order_by(of.c.person)):
                found.setdefault(row.call, (row.id, []))[1].extend([row.person] if row.person else [])
        return found

    def _offerers(self, offers: Sequence[str]) -> dict[str, str]:
        offer = schema.offer
        return {
            row.id: row.owner
            for piece in in_pieces(offers)
            for row in self._db.rows(select(offer.c.id, offer.c.owner).where(offer.c.id.in_(piece)))
        }


def is_failure() -> ColumnElement[bool]:
    """The condition that a call has ended and did not do all that it was for."""
    call = schema.call
    return call.c.ended.is_not(None) & (call.c.outcome != Outcome.OK.value)


def in_time(since: str, until: str) -> list[ColumnElement[bool]]:
    """The conditions that calls began at one time or later, and before another; each may be empty."""
    call = schema.call
    conditions: list[ColumnElement[bool]] = []
    if since:
        conditions += [call.c.started >= since, call.c.id > first_id(_moment(since) - CLOCK_SET)]
    if until:
        conditions += [call.c.started < until, call.c.id < first_id(_moment(until) + CLOCK_SET)]
    return conditions


def _moment(time: str) -> datetime:
    return datetime.fromisoformat(time)


def _conditions(wanted: CallFilter) -> list[ColumnElement[bool]]:
    call = schema.call
    conditions: list[ColumnElement[bool]] = []
    if wanted.line:
        conditions.append(call.c.line == wanted.line)
    if wanted.numbers:
        columns = (call.c.destination, call.c.caller, call.c.own_number)
        conditions.append(or_(*(column.in_(wanted.numbers) for column in columns)))
    if wanted.direction is not None:
        conditions.append(call.c.direction == wanted.direction.value)
    if wanted.failed:
        conditions.append(is_failure())
    return conditions


def _ways(owner: str | None) -> list[tuple[Select[Any], Any]]:
    """Give the questions that together find the calls of a person, or all calls, each with the id that orders it."""
    call, job, reception, of, offer = (
        schema.call,
        schema.job,
        schema.reception,
        schema.reception_owner,
        schema.offer,
    )
    every = select(call, job.c.kind).outerjoin(job, job.c.id == call.c.job)
    if owner is None:
        return [(every, call.c.id)]
    own = every.join(reception, reception.c.call == call.c.id).join(of, of.c.reception == reception.c.id)
    return [
        (every.where(call.c.owner == owner), call.c.id),
        (own.where(of.c.person == owner), of.c.reception),
        (every.join(offer, offer.c.id == call.c.offer).where(offer.c.owner == owner), call.c.id),
    ]


def _view(
    row: Row[Any], owner: str | None, received: tuple[str, list[str]] | None, offerer: str, prices: BothPrices
) -> CallRecord:
    is_out = row.direction == Direction.OUT.value
    reception, receivers = received or ("", [])
    persons = dict.fromkeys(each for each in (row.owner, offerer, *receivers) if each)
    return CallRecord(
        id=row.id,
        direction=Direction(row.direction),
        started=row.started,
        line=row.line,
        own_number=row.own_number if is_out else row.destination,
        other_number=row.destination if is_out else row.caller,
        station_id=row.remote_id,
        persons=tuple(persons) if owner is None else (owner,),
        fax=(row.job or "") if is_out else reception,
        fetched=row.kind == JobKind.FETCH.value if is_out else bool(row.offer),
        pages=_count_wanted(row),
        confirmed=count_confirmed(row),
        answered=row.answered or "",
        answer_known=AnswerKnown(row.answer_known),
        answer_spread=row.answer_spread,
        ended=row.ended or "",
        dial_seconds=row.dial_seconds,
        seconds=row.seconds,
        rate=row.rate,
        modulation=row.modulation,
        coding=row.coding,
        resolution=row.resolution,
        error_correction=row.error_correction,
        outcome=Outcome(row.outcome) if row.outcome else None,
        reason=from_text(row.reason),
        follows=row.follows,
        price=prices.sale,
        purchase=prices.purchase,
    )


def is_sending(row: Row[Any]) -> bool:
    """Return whether a call was made to send a fax; of a row of the table `call`, with the `kind` of its job."""
    return bool(row.direction == Direction.OUT.value and row.kind != JobKind.FETCH.value)


def count_confirmed(row: Row[Any]) -> int:
    """Count the pages that went over in a call and were confirmed in it. Those of a fax that is sent are counted from
    the first of its document, whose first may have gone over in calls before.
    """
    if is_sending(row):
        return max(int(row.confirmed) - _count_before(row), 0)
    return int(row.fetched if row.offer else row.received)


def _count_wanted(row: Row[Any]) -> int:
    """Count the pages that were to go over in a call."""
    if is_sending(row):
        return max(int(row.pages) - _count_before(row), 0)
    return int(row.pages if row.offer else row.received)


def _count_before(row: Row[Any]) -> int:
    return max(int(row.first_page) - 1, 0)
