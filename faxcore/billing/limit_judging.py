# SPDX-License-Identifier: GPL-3.0-or-later
"""Limits of the bill: is there room for a fax, and if not, why not. Pure: `judge(standing, new)`.

A limit has so many pages, milliseconds or millionths of the currency in a month or a year, by the calendar of the
service. What is used is in the ledger; what is queued has been handed in and will go out in the period, and counts as
if it was used, so that nobody hands in more than may go out. A fax is judged once, when it is handed in:

    used + queued + new > bound                      refused, if the limit blocks, or warned
    used + queued >= bound, and the fax is not known refused, if the limit blocks, or warned
    used + queued + new >= warn_at % of the bound    warned
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from faxcore.billing.money import format_amount
from faxcore.config import LimitConfig
from faxcore.contract.limited import Counted, LimitLevel, LimitPeriod
from faxcore.model.sentence import Sentence, Value, literal

SECONDS_OF_CALL: Final = 15
"""Seconds of a call beside its pages, as estimated for a fax that waits: until the first page, and behind the last."""
SECONDS_OF_PAGE: Final = 25
"""Seconds of a page of usual print at a usual speed."""
_DIGITS: Final = 2
_MINUTE: Final = 60_000
_MILLION: Final = 1_000_000


@dataclass(frozen=True)
class Period:
    """A month or a year."""

    first: date
    next: date
    """The first day of the next one."""

    @property
    def last(self) -> date:
        """The last day."""
        return self.next - timedelta(days=1)


@dataclass(frozen=True)
class Standing:
    """A limit as it is for somebody in a period, in the unit of what it counts."""

    limit: LimitConfig
    last: date
    used: int = 0
    queued: int = 0
    lifted: int = 0
    """The amount that was added for this period."""
    currency: str = ""

    @property
    def bound(self) -> int:
        """The whole amount that there is."""
        return self.limit.bound + self.lifted

    @property
    def taken(self) -> int:
        """The amount that is used or queued."""
        return self.used + self.queued

    @property
    def left(self) -> int:
        """The amount that is left; never less than nothing."""
        return max(0, self.bound - self.taken)


def find_period(per: LimitPeriod, day: date) -> Period:
    """Find the period in which a day lies."""
    if per is LimitPeriod.YEAR:
        return Period(date(day.year, 1, 1), date(day.year + 1, 1, 1))
    first = day.replace(day=1)
    return Period(first, (first + timedelta(days=31)).replace(day=1))


def judge(standing: Standing, new: int) -> LimitLevel:
    """Judge a fax that takes so much, 0 if nobody knows how much; or, of one that is not there, the limit as it is."""
    limit, sum_ = standing.limit, standing.taken + new
    if sum_ > standing.bound or (not new and sum_ >= standing.bound):
        return LimitLevel.REACHED if limit.blocks else LimitLevel.WARNED
    return LimitLevel.WARNED if sum_ * 100 >= standing.bound * limit.warn_at else LimitLevel.FINE


def explain_refusal(standing: Standing, new: int) -> Sentence:
    """Say why a fax is refused, until when, and what can be done."""
    limit = standing.limit
    values: dict[str, Value] = {
        "limit": limit.name,
        "unit": _name_unit(standing),
        "bound": format_counted(limit.counted, standing.bound),
        "used": format_counted(limit.counted, standing.used),
        "queued": format_counted(limit.counted, standing.queued),
        "left": format_counted(limit.counted, standing.left),
        "new": format_counted(limit.counted, new),
        "day": standing.last.isoformat(),
        "remedy": Sentence("{contact} can lift it.", {"contact": limit.contact})
        if limit.contact
        else Sentence("The administrator can lift it."),
    }
    return Sentence(
        "This goes over the limit “{limit}” until {day}, in {unit}: of {bound}, {used} are used, {queued} are queued"
        " and {left} are left, and this takes {new}. {remedy}",
        values,
    )


def explain_warning(standing: Standing, new: int) -> Sentence:
    """Say how much of a limit is taken, with what is new, and until when."""
    values: dict[str, Value] = {
        "unit": _name_unit(standing),
        "bound": format_counted(standing.limit.counted, standing.bound),
        "taken": format_counted(standing.limit.counted, standing.taken + new),
        "limit": standing.limit.name,
        "day": standing.last.isoformat(),
    }
    return Sentence("{taken} of {bound} of the limit “{limit}” are used or queued until {day}, in {unit}.", values)


def format_counted(counted: Counted, count: int) -> str:
    """Write pages, minutes with one digit, or an amount, without its unit."""
    if counted is Counted.PAGES:
        return str(count)
    if counted is Counted.MINUTES:
        return f"{Decimal(count) / _MINUTE:.1f}"
    return format_amount(Decimal(count) / _MILLION, _DIGITS)


def estimate_milliseconds(calls: int, pages: int) -> int:
    """Estimate how long so many calls with so many pages together will be."""
    return 1000 * (calls * SECONDS_OF_CALL + pages * SECONDS_OF_PAGE)


def _name_unit(standing: Standing) -> Sentence:
    if standing.limit.counted is Counted.PAGES:
        return Sentence("pages")
    return Sentence("minutes") if standing.limit.counted is Counted.MINUTES else literal(standing.currency)
