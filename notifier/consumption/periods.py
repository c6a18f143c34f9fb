# SPDX-License-Identifier: GPL-3.0-or-later
"""The periods whose calls can be looked at, by the calendar of this desktop."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import Enum


class Period(Enum):
    """A period that a person chooses."""

    THIS_MONTH = "this-month"
    LAST_MONTH = "last-month"
    THIS_YEAR = "this-year"
    LAST_YEAR = "last-year"
    ALWAYS = "always"


def find_bounds(period: Period, today: date) -> tuple[str, str]:
    """Give the time at which a period begins, and the one at which it ends, in ISO 8601; empty where it has none."""
    month = today.replace(day=1)
    year = month.replace(month=1)
    days: tuple[date | None, date | None]
    match period:
        case Period.THIS_MONTH:
            days = (month, None)
        case Period.LAST_MONTH:
            days = ((month - timedelta(days=1)).replace(day=1), month)
        case Period.THIS_YEAR:
            days = (year, None)
        case Period.LAST_YEAR:
            days = (year.replace(year=year.year - 1), year)
        case Period.ALWAYS:
            days = (None, None)
    first, behind = map(_write_midnight, days)
    return first, behind


def _write_midnight(day: date | None) -> str:
    return "" if day is None else datetime(day.year, day.month, day.day).astimezone().isoformat()
