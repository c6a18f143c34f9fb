# SPDX-License-Identifier: GPL-3.0-or-later
"""Statements in the bus contract: what the calls of the ledger cost, put together, and each of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum

from faxcore.contract.priced import NO_PRICE, CallPrice, CostSum, add_costs
from faxcore.model.call import Direction, Outcome


class StatementGrouping(Enum):
    """The ways to put the calls of a statement together."""

    PERSON = "person"
    """The person who has sent; calls that come in are nobody's."""
    LINE = "line"
    NUMBER = "number"
    """Our number."""
    PAYER = "payer"
    """The code of the budget line or customer that pays."""
    MONTH = "month"
    """As 2026-11, that in which the call began, in the zone of the service's machine."""


@dataclass(frozen=True)
class StatementQuery:
    """A wish for a part of a statement."""

    by: StatementGrouping = StatementGrouping.PERSON
    since: str = ""
    """Only calls that began at this time or later, in ISO 8601 with its difference from UTC; empty: from the first."""
    until: str = ""
    """Only calls that began before this time; empty: to the last."""
    person: str = ""
    """Only this person's calls. Others' are for whoever may see them."""
    payer: str = ""
    """Only calls for which the budget line or customer with this code pays."""
    purchase: bool = False
    """True: by the carrier's tariff, for the administrator only; else by the tariff of sales."""
    after: str = ""
    """The `after` of the part before; empty: the first part."""
    everybody: bool = False
    """True: everybody's calls, for whoever may see them; else the caller's own, or, where the caller answers for the
    budget line that pays, all that it pays for. The administrator has everybody's anyway.
    """


@dataclass(frozen=True)
class StatementLine:
    """The sums of calls that have something in common."""

    key: str
    """By which they were put together; empty: the calls of which it is not known."""
    calls: int = 0
    pages: int = 0
    """Pages that were confirmed."""
    milliseconds: int = 0
    """Connected, from the answer to hanging up."""
    costs: tuple[CostSum, ...] = ()
    """Of the calls that have a price, by currency and percentage of VAT."""
    unpriced: int = 0
    """Calls for which the tariff has no price. They are not free."""


def add_lines(lines: Iterable[StatementLine]) -> list[StatementLine]:
    """Add the lines with the same key, and put them in the order of their keys."""
    found: dict[str, StatementLine] = {}
    for each in lines:
        so_far = found.get(each.key, StatementLine(each.key))
        found[each.key] = StatementLine(
            each.key,
            so_far.calls + each.calls,
            so_far.pages + each.pages,
            so_far.milliseconds + each.milliseconds,
            add_costs((*so_far.costs, *each.costs)),
            so_far.unpriced + each.unpriced,
        )
    return [found[key] for key in sorted(found)]


def add_all(lines: Iterable[StatementLine]) -> StatementLine:
    """Add all lines, whatever their keys."""
    return next(iter(add_lines(replace(each, key="") for each in lines)), StatementLine(""))


@dataclass(frozen=True)
class StatementPart:
    """The sums of some of the calls of a statement. Whoever asks adds up the lines with one key of all parts: so the
    service never sums for long, and what it says is what the ledger said when the first part was asked for.
    """

    lines: tuple[StatementLine, ...] = ()
    after: str = ""
    """The place where the next part begins; empty: this was the last one."""


@dataclass(frozen=True)
class StatedCall:
    """A call of a statement."""

    call: str
    """Its id."""
    place: int
    """The row of the ledger that says so: the newest of the call."""
    began: str
    """The time at which it was dialled or, where that is not known, answered."""
    direction: Direction
    line: str
    person: str = ""
    own_number: str = ""
    other_number: str = ""
    payer: str = ""
    """The code of the budget line or customer that pays; empty: nobody does."""
    outcome: Outcome | None = None
    milliseconds: int = 0
    pages: int = 0
    """Pages that were confirmed."""
    price: CallPrice = NO_PRICE
    """With its steps only where one call is asked for."""
    corrected_by: str = ""
    """The person who has corrected it; empty: nobody has."""
    remark: str = ""
    """The reason for its correction."""


@dataclass(frozen=True)
class StatedCallPage:
    """A page of the calls of a statement, in the order of their ends."""

    calls: tuple[StatedCall, ...] = ()
    after: str = ""
    """The place where the next page begins; empty: this was the last one."""
