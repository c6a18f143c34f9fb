# SPDX-License-Identifier: GPL-3.0-or-later
"""The seconds of a call that are charged, and by which hours' prices.

An increment costs, as a whole, what is charged at the instant at which it begins. Instants are real ones, and the clock
on the wall of the tariff's zone says in which hours they are: when that clock is set back, an hour comes twice and is
charged twice; when it is set forward, none is missing from the call. All times here are in UTC but those of `_walk`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final

from faxcore.billing.tariff import Increments, Tariff

_CHUNK: Final = timedelta(hours=6)
"""A time within which no clock is set twice."""
_SECOND: Final = timedelta(seconds=1)
_DAY: Final = 24 * 60
_SUNDAY: Final = 6


@dataclass(frozen=True)
class ChargedSeconds:
    """So many seconds are charged by the prices of these hours; an empty name: of all other hours."""

    period: str
    seconds: int


@dataclass(frozen=True)
class _Span:
    """Whole seconds of a call: the first one that begins in these hours, and the one behind the last."""

    period: str
    first: int
    behind: int


def count_seconds(begin: datetime, end: datetime) -> int:
    """Count the seconds that a call was connected; one that has begun counts, and an answered call has one at least."""
    return max(1, _count_begun(end - begin))


def find_period(tariff: Tariff, at: datetime) -> str:
    """Find the name of the hours in which an instant lies; empty: in none that are named."""
    return next(iter(_split_by_hours(tariff, at, 1))).period


def charge_seconds(
    tariff: Tariff, increments: Increments, begin: datetime, seconds: int, before: int = 0
) -> list[ChargedSeconds]:
    """List the charged seconds of a call of so many by the hours in which their increments begin, in order; without
    those that are charged for its first seconds, so many as came `before`.
    """
    whole = _charge(tariff, increments, begin, seconds)
    paid = _charge(tariff, increments, begin, before)
    # The increments of the first seconds are the first increments.
    rest = [
        ChargedSeconds(part.period, part.seconds - (paid[index].seconds if index < len(paid) else 0))
        for index, part in enumerate(whole)
    ]
    return [part for part in rest if part.seconds]


def _charge(tariff: Tariff, increments: Increments, begin: datetime, seconds: int) -> list[ChargedSeconds]:
    charged = seconds - increments.free
    if charged <= 0:
        return []
    further = max(0, _divide_up(charged - increments.first, increments.then))
    found: list[ChargedSeconds] = []
    for span in _split_by_hours(tariff, begin + increments.free * _SECOND, charged):
        first, behind = (
            min(further, max(0, _divide_up(edge - increments.first, increments.then)))
            for edge in (span.first, span.behind)
        )
        sum_ = (behind - first) * increments.then + (increments.first if span.first == 0 else 0)
        if sum_:
            found.append(ChargedSeconds(span.period, sum_))
    return found


def _split_by_hours(tariff: Tariff, begin: datetime, seconds: int) -> Iterator[_Span]:
    """Split the seconds from an instant on by the hours in which each begins."""
    end = begin + seconds * _SECOND
    if not tariff.week:
        yield _Span("", 0, seconds)
        return
    open_: _Span | None = None
    for at, behind, offset in _split_by_clock(tariff, begin, end):
        for period, local_behind in _walk(tariff, at + offset, behind + offset):
            edge = _count_begun(local_behind - offset - begin)
            if open_ is None:
                open_ = _Span(period, 0, edge)
            elif open_.period == period:
                open_ = _Span(period, open_.first, edge)
            elif edge > open_.behind:
                yield open_
                open_ = _Span(period, open_.behind, edge)
    if open_ is not None:
        yield open_


def _split_by_clock(tariff: Tariff, begin: datetime, end: datetime) -> Iterator[tuple[datetime, datetime, timedelta]]:
    """Split a time where the clock on the wall is set; with each part what that clock is ahead of UTC."""
    at = begin
    while at < end:
        behind, offset = min(at + _CHUNK, end), _find_offset(tariff, at)
        if _find_offset(tariff, behind) != offset:
            behind = min(end, _find_setting(tariff, at, behind))
        yield at, behind, offset
        at = behind


def _find_setting(tariff: Tariff, before: datetime, after: datetime) -> datetime:
    """Find the second at which the clock on the wall is set, between two instants."""
    whole = before.replace(microsecond=0)
    low, high, offset = 0, _count_begun(after - whole), _find_offset(tariff, before)
    while high - low > 1:
        middle = (low + high) // 2
        if _find_offset(tariff, whole + middle * _SECOND) == offset:
            low = middle
        else:
            high = middle
    return whole + high * _SECOND


def _find_offset(tariff: Tariff, at: datetime) -> timedelta:
    return at.astimezone(tariff.zone).utcoffset() or timedelta()


def _walk(tariff: Tariff, local: datetime, end: datetime) -> Iterator[tuple[str, datetime]]:
    """Walk along the clock on the wall: the hours, and when they are over. Both times only look as if they were UTC."""
    while local < end:
        weekday = _SUNDAY if tariff.calendar.is_holiday(local.date()) else local.weekday()
        midnight = datetime.combine(local.date(), time(), UTC)
        minute = weekday * _DAY + local.hour * 60 + local.minute
        period, change = "", (weekday + 1) * _DAY
        for first, behind, name in tariff.week:
            if first <= minute < behind:
                period, change = name, min(change, behind)
            elif minute < first:
                change = min(change, first)
        local = min(end, midnight + timedelta(minutes=change - weekday * _DAY))
        yield period, local


def _divide_up(number: int, by: int) -> int:
    """Divide, and round up to a whole number."""
    return -(-number // by)


def _count_begun(time_: timedelta) -> int:
    """Count the seconds of a time, one that has begun as a whole."""
    return -(-time_ // _SECOND)
