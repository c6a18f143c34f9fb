# SPDX-License-Identifier: GPL-3.0-or-later
"""A tariff as values: its rules with their prices, the named hours, and how amounts are rounded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum
from functools import cached_property
from typing import Final
from zoneinfo import ZoneInfo

from faxcore.billing.holiday_calendar import HolidayCalendar
from faxcore.billing.money import Rounding, Stage
from faxcore.config.toml_source import Place
from faxcore.config.weekly_hours import WeeklyHours
from faxcore.model.call import Direction

INTERNAL: Final = "internal"
"""In place of a beginning: every number that is dialled as it stands."""
OTHERWISE: Final = ""
"""The beginning of every number."""
NOTHING_PAID: Final = Decimal(0)


class Counting(Enum):
    """The calls that cost something."""

    ATTEMPTS = "attempts"
    """Every call: one that is not answered costs the connection charge."""
    ANSWERED = "answered"
    """Every call that was answered, by whomever."""
    PAGES = "pages"
    """Only calls in which a page counts."""


class PageCounting(Enum):
    """The pages that count."""

    SENT = "sent"
    CONFIRMED = "confirmed"


@dataclass(frozen=True)
class Rates:
    """Prices of one kind of hours, without VAT."""

    connection: Decimal = NOTHING_PAID
    per_minute: Decimal = NOTHING_PAID
    per_page: Decimal = NOTHING_PAID


@dataclass(frozen=True)
class Increments:
    """The seconds that are charged: after the free ones a first period, then one increment after the other, each as a
    whole as soon as it has begun.
    """

    first: int = 1
    then: int = 1
    free: int = 0


@dataclass(frozen=True)
class Tier:
    """Another price of the pages beyond so many of a month."""

    after: int
    per_page: Decimal


@dataclass(frozen=True)
class TariffRule:
    """Prices of calls to some numbers."""

    name: str
    place: Place
    direction: Direction
    beginnings: tuple[str, ...]
    """Beginnings of numbers in international form, as +336, or of internal ones, as 2; countries, as FR; `INTERNAL`;
    `OTHERWISE`. They are those of the number called, whoever calls.
    """
    first_day: date | None
    """The first day on which it holds, and the last one; None: since ever, and for ever."""
    last_day: date | None
    rates: Rates
    during: Mapping[str, Rates]
    """The prices in named hours that have other ones."""
    increments: Increments
    tiers: tuple[Tier, ...]
    """By rising numbers of pages."""
    minimum: Decimal
    maximum: Decimal | None
    counts: Counting
    pages: PageCounting
    vat: Decimal
    """Percent."""

    @property
    def is_free(self) -> bool:
        """True if nothing is charged by it."""
        return not any((self.rates != Rates(), self.during, self.tiers, self.minimum))

    def holds_on(self, day: date) -> bool:
        """Return whether it holds on this day."""
        return (self.first_day is None or self.first_day <= day) and (self.last_day is None or day <= self.last_day)


@dataclass(frozen=True)
class NamedHours:
    """Hours of the week that have a name, and prices of their own."""

    name: str
    hours: WeeklyHours


@dataclass(frozen=True)
class Tariff:
    """The prices of calls. None of them has VAT in it."""

    name: str
    currency: str
    zone: ZoneInfo
    """The zone whose clocks on the wall say what day and what hour it is."""
    rounding: Rounding
    vat_on: Stage
    rules: tuple[TariffRule, ...]
    periods: tuple[NamedHours, ...] = ()
    calendar: HolidayCalendar = field(default_factory=HolidayCalendar)
    unpriced: frozenset[Direction] = frozenset()
    """Calls of which it says itself that it does not price all."""

    @cached_property
    def by_beginning(self) -> Mapping[tuple[Direction, str], tuple[TariffRule, ...]]:
        """The rules of each beginning."""
        found: dict[tuple[Direction, str], tuple[TariffRule, ...]] = {}
        for rule in self.rules:
            for beginning in rule.beginnings:
                found[rule.direction, beginning] = (*found.get((rule.direction, beginning), ()), rule)
        return found

    @cached_property
    def has_tiers(self) -> bool:
        """True if a price may hang on the pages of the month."""
        return any(rule.tiers for rule in self.rules)

    @cached_property
    def week(self) -> tuple[tuple[int, int, str], ...]:
        """The named hours in order: the minute of the week at which each begins, the one behind it, and its name."""
        return tuple(sorted((*span, period.name) for period in self.periods for span in period.hours.intervals))
