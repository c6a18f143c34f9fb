# SPDX-License-Identifier: GPL-3.0-or-later
"""Public holidays of a country or a part of it, and an office's own: on them the hours of a Sunday hold."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

_REGION: Final = re.compile(r"([A-Z]{2})(?:-([A-Za-z0-9 ]{1,30}))?", re.ASCII)
_LAST_YEAR: Final = 2100


class NoHolidays(ValueError):
    """A text that names no country, or no part of one, whose holidays are known."""


@dataclass(frozen=True)
class HolidayCalendar:
    """The days that are holidays."""

    region: str = ""
    """A country, as FR, or a part of one, as DE-BY; empty: only the further days."""
    further: frozenset[date] = frozenset()

    def is_holiday(self, day: date) -> bool:
        """Return whether a day is a holiday."""
        return day in self.further or (bool(self.region) and day in _list_holidays(self.region, day.year))


def make_calendar(region: str, further: tuple[date, ...]) -> HolidayCalendar:
    """Make the calendar of a region. NoHolidays if there is no such region."""
    if region:
        try:
            _list_holidays(region, 2026)
        except NotImplementedError as error:
            raise NoHolidays(region) from error
    return HolidayCalendar(region, frozenset(further))


@lru_cache(maxsize=1_000)
def _list_holidays(region: str, year: int) -> frozenset[date]:
    """List the public holidays of a year. NotImplementedError if the library does not know the region."""
    # Thousands of rules in a hundred modules: only who prices by holidays waits for them.
    from holidays import country_holidays

    found = _REGION.fullmatch(region)
    if found is None:
        raise NotImplementedError(region)
    return frozenset(country_holidays(found[1], subdiv=found[2], years=min(year, _LAST_YEAR)))
