# SPDX-License-Identifier: GPL-3.0-or-later
"""Months of this machine's zone as SQL: times in rows are in UTC."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import MAXYEAR, datetime
from functools import lru_cache

from sqlalchemy import ColumnElement, case, literal

from faxcore.store import columns
from faxcore.store.ids_and_times import format_time


def month_of(time: ColumnElement[str], first: str, last: str) -> ColumnElement[str]:
    """Make the month in which a time is, as 2026-11, of times from one to another."""
    months = list(_list_months(first, last))
    # An expression also of one month: PostgreSQL does not group by a constant.
    return case(*((time < end, plain_text(name)) for name, end in months), else_=plain_text(months[-1][0]))


def plain_text(value: str) -> ColumnElement[str]:
    """Make a text that stands in the statement itself: PostgreSQL does not take two parameters in SELECT and GROUP BY
    for the same expression.
    """
    return literal(value, columns.TEXT, literal_execute=True)


def find_month(name: str) -> tuple[str, str]:
    """Find the times at which a month begins and ends here. ValueError if it is none, as 2026-10."""
    begin = datetime.strptime(name, "%Y-%m")  # noqa: DTZ007 - of this machine's zone
    if begin.strftime("%Y-%m") != name or begin.year == MAXYEAR:
        raise ValueError(f"{name!r} is no month")
    end = begin.replace(year=begin.year + begin.month // 12, month=begin.month % 12 + 1)
    return format_time(begin.astimezone()), format_time(end.astimezone())


def name_month(time: str) -> str:
    """Name the month in which a time is here."""
    # Of a quarter of an hour, all of it is in one month, wherever that is.
    return _name_month(f"{time[:14]}{int(time[14:16]) // 15 * 15:02}:00+00:00")


@lru_cache(maxsize=4096)
def _name_month(time: str) -> str:
    return datetime.fromisoformat(time).astimezone().strftime("%Y-%m")


def _list_months(first: str, last: str) -> Iterable[tuple[str, str]]:
    """List the months from one time to another, each with the time at which it ends here."""
    month = datetime.fromisoformat(first).astimezone().replace(tzinfo=None, day=1, hour=0, minute=0, second=0)
    month, end = month.replace(microsecond=0), format_time(datetime.fromisoformat(first))
    while end <= last:
        following = (
            month.replace(year=month.year + 1, month=1) if month.month == 12 else month.replace(month=month.month + 1)
        )
        end = format_time(following.astimezone())
        yield month.strftime("%Y-%m"), end
        month = following
