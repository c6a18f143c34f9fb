# SPDX-License-Identifier: GPL-3.0-or-later
"""Hours of the week, as clocks on the wall show them: `Mon-Fri 08:00-18:00`, `Sat,Sun 22:00-06:00`, `20:00-08:00`.

A span begins on each of its days, on every day if it names none, and goes over midnight if its end is not later than
its beginning. Everything is told by the clock on the wall: when that is set for summer time, an hour is missing or
comes twice, and a span is so much shorter or longer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_DAY: Final = 24 * 60
_WEEK: Final = 7 * _DAY
_SPAN: Final = re.compile(r"(?:([A-Za-z,\- ]+?)\s+)?(\d\d):(\d\d)\s*-\s*(\d\d):(\d\d)", re.ASCII)
_MOST_CHANGES: Final = 200
"""Openings and closings that are counted, before the rest of a time is taken as if it were open."""

Interval = tuple[int, int]
"""Minutes of the week, from Monday at 00:00: the first, and the one behind the last."""


class NotHours(ValueError):
    """A text that is not a span of hours; its index among several."""

    def __init__(self, problem: str, index: int) -> None:
        super().__init__(problem)
        self.index = index


@dataclass(frozen=True)
class WeeklyHours:
    """Hours of the week; without any, all of it."""

    texts: tuple[str, ...] = ()
    """As they are written; empty for all the week, and for what was made of others."""
    intervals: tuple[Interval, ...] = ((0, _WEEK),)
    """In order, and apart from each other."""

    @property
    def is_always(self) -> bool:
        """True for all the week."""
        return self.intervals == ((0, _WEEK),)

    def __and__(self, other: WeeklyHours) -> WeeklyHours:
        """Give the hours that are in both."""
        pairs = ((max(a, c), min(b, d)) for a, b in self.intervals for c, d in other.intervals)
        return WeeklyHours((), _merge(pair for pair in pairs if pair[0] < pair[1]))

    def __or__(self, other: WeeklyHours) -> WeeklyHours:
        """Give the hours that are in either."""
        return WeeklyHours((), _merge((*self.intervals, *other.intervals)))

    def has(self, local: datetime) -> bool:
        """Return whether this time of a clock on the wall is within them."""
        minute = local.weekday() * _DAY + local.hour * 60 + local.minute
        return any(begin <= minute < end for begin, end in self.intervals)

    def next_change(self, now: datetime, zone: tzinfo | None = None) -> datetime | None:
        """Find the next moment at which they begin or end; None if they never do. `zone`: None for the machine's."""
        if self.is_always or not self.intervals:
            return None
        before = self.has(now.astimezone(zone))
        return next((at for at in self._moments(now, zone) if self.has(at.astimezone(zone)) != before), None)

    def pass_within(self, begin: datetime, seconds: float, zone: tzinfo | None = None) -> datetime:
        """Give the moment at which so many seconds have passed within them."""
        at, left = begin.astimezone(UTC), timedelta(seconds=seconds)
        for _change in range(_MOST_CHANGES):
            change = self.next_change(at, zone)
            if change is None:
                break
            if self.has(at.astimezone(zone)):
                if change - at >= left:
                    break
                left -= change - at
            at = change
        return at + left

    def _moments(self, now: datetime, zone: tzinfo | None) -> list[datetime]:
        """List the moments of more than a week at which something may change: the ends of intervals, and those at which
        the clock on the wall is set.
        """
        today = now.astimezone(zone).date()
        edges = {edge for interval in self.intervals for edge in interval}
        moments = set(_find_settings(now, zone))
        for day in (today + timedelta(days=ahead) for ahead in range(-1, 9)):
            for edge in edges:
                if edge % _WEEK // _DAY == day.weekday():
                    moments.update(_moments_of(day, edge % _DAY, zone))
        return sorted(moment for moment in moments if moment > now)


ALWAYS: Final = WeeklyHours()


def parse_hours(texts: Sequence[str]) -> WeeklyHours:
    """Read spans of hours. NotHours if one is none."""
    intervals = [interval for index, text in enumerate(texts) for interval in _parse_span(text, index)]
    return WeeklyHours(tuple(texts), _merge(intervals)) if texts else ALWAYS


def _parse_span(text: str, index: int) -> list[Interval]:
    found = _SPAN.fullmatch(text.strip())
    if found is None:
        raise NotHours('is not as "Mon-Fri 08:00-18:00"', index)
    days = _parse_days(found[1] or "Mon-Sun", index)
    begin, end = int(found[2]) * 60 + int(found[3]), int(found[4]) * 60 + int(found[5])
    if int(found[3]) > 59 or int(found[5]) > 59 or begin >= _DAY or end > _DAY:
        raise NotHours("has a time that no clock shows: 00:00 to 24:00", index)
    if begin == end:
        raise NotHours("ends when it begins; a whole day is 00:00-24:00", index)
    length = (end - begin) % _DAY or _DAY
    made: list[Interval] = []
    for day in days:
        first = day * _DAY + begin
        made.append((first, min(first + length, _WEEK)))
        if first + length > _WEEK:
            made.append((0, first + length - _WEEK))
    return made


def _parse_days(text: str, index: int) -> list[int]:
    days: list[int] = []
    for part in text.split(","):
        names = [name.strip().capitalize() for name in part.split("-")]
        if len(names) > 2 or any(name not in DAYS for name in names):
            raise NotHours(f"has {part.strip()!r}, which is no day: {', '.join(DAYS)}, or two with - between", index)
        first, last = DAYS.index(names[0]), DAYS.index(names[-1])
        days += [(first + step) % 7 for step in range((last - first) % 7 + 1)]
    return days


def _merge(intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    merged: list[Interval] = []
    for begin, end in sorted(intervals):
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((begin, end))
    return tuple(merged)


def _moments_of(day: date, minute: int, zone: tzinfo | None) -> Iterator[datetime]:
    """Give the moments at which the clock on the wall shows this minute of a day: it may show it twice."""
    for fold in (0, 1):
        local = datetime.combine(day, time(minute // 60, minute % 60, fold=fold), zone)
        yield local.astimezone(UTC)


def _find_settings(now: datetime, zone: tzinfo | None) -> Iterator[datetime]:
    """Find the moments of the next nine days at which the clock on the wall is set, to the minute."""
    hour = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    for _hour in range(9 * 24):
        after = hour + timedelta(hours=1)
        if hour.astimezone(zone).utcoffset() != after.astimezone(zone).utcoffset():
            minutes = (hour + timedelta(minutes=minute) for minute in range(1, 61))
            yield next(at for at in minutes if at.astimezone(zone).utcoffset() == after.astimezone(zone).utcoffset())
        hour = after
