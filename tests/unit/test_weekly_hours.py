# SPDX-License-Identifier: GPL-3.0-or-later
"""Hours of the week by the clock on the wall: days, nights, and the nights in which that clock is set."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faxcore.config.weekly_hours import ALWAYS, NotHours, WeeklyHours, parse_hours

PARIS = ZoneInfo("Europe/Paris")
OFFICE = parse_hours(["Mon-Fri 08:00-18:00", "Sat 09:00-12:00"])
NIGHTS = parse_hours(["Fri-Sun 22:00-06:00"])


def paris(text: str) -> datetime:
    """A time of a clock on a wall in Paris, as `2026-11-27 08:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


@pytest.mark.parametrize(
    ("hours", "within", "without"),
    [
        (OFFICE, ["2026-11-27 08:00", "2026-11-27 17:59:59", "2026-11-28 09:00"], ["2026-11-27 18:00"]),
        (OFFICE, [], ["2026-11-27 07:59:59", "2026-11-28 12:00", "2026-11-29 10:00"]),
        (NIGHTS, ["2026-11-27 22:00", "2026-11-28 05:59", "2026-11-30 05:59"], ["2026-11-27 21:59"]),
        (NIGHTS, [], ["2026-11-27 05:59", "2026-11-28 06:00", "2026-11-30 06:00", "2026-11-30 22:00"]),
        (parse_hours(["20:00-08:00"]), ["2026-11-27 07:59", "2026-11-29 20:00"], ["2026-11-27 08:00"]),
        (parse_hours(["sat, SUN 00:00-24:00"]), ["2026-11-28 00:00", "2026-11-29 23:59"], ["2026-11-30 00:00"]),
        (parse_hours(["Sat-Mon 12:00-13:00"]), ["2026-11-28 12:00", "2026-11-30 12:59"], ["2026-12-01 12:00"]),
        (ALWAYS, ["2026-11-27 03:00"], []),
    ],
)
def test_times_are_within_or_not(hours: WeeklyHours, within: list[str], without: list[str]) -> None:
    assert all(hours.has(paris(each)) for each in within)
    assert not any(hours.has(paris(each)) for each in without)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("08-18", 'is not as "Mon-Fri 08:00-18:00"'),
        ("", 'is not as "Mon-Fri 08:00-18:00"'),
        ("Lun 08:00-18:00", "has 'Lun', which is no day"),
        ("Mon-Wed-Fri 08:00-18:00", "has 'Mon-Wed-Fri', which is no day"),
        ("Mon 08:60-18:00", "no clock shows"),
        ("Mon 24:00-25:00", "no clock shows"),
        ("Mon 08:00-08:00", "ends when it begins"),
    ],
)
def test_what_is_no_span_is_refused_with_its_place(text: str, problem: str) -> None:
    with pytest.raises(NotHours) as error:
        parse_hours(["Mon 08:00-18:00", text])
    assert problem in str(error.value)
    assert error.value.index == 1


@pytest.mark.parametrize(
    ("hours", "now", "change"),
    [
        (OFFICE, "2026-11-27 07:00", "2026-11-27 08:00"),
        (OFFICE, "2026-11-27 08:00", "2026-11-27 18:00"),
        (OFFICE, "2026-11-28 12:00", "2026-11-30 08:00"),
        # Summer time begins on 29 March 2026 at 02:00, which is 03:00 then, and ends on 25 October at 03:00.
        (parse_hours(["Sun 02:30-04:00"]), "2026-03-29 01:00", "2026-03-29 03:00"),
        (parse_hours(["Sun 01:00-02:30"]), "2026-03-29 01:30", "2026-03-29 03:00"),
        (parse_hours(["Sat 22:00-06:00"]), "2026-10-24 23:00", "2026-10-25 06:00"),
    ],
)
def test_the_next_change_is_found_by_the_clock_on_the_wall(hours: WeeklyHours, now: str, change: str) -> None:
    assert hours.next_change(paris(now), PARIS) == paris(change)


def test_an_hour_that_comes_twice_is_in_them_twice() -> None:
    hours = parse_hours(["Sun 02:00-03:00"])
    begin = datetime(2026, 10, 25, 0, 0, tzinfo=UTC)
    assert hours.next_change(begin - timedelta(hours=3), PARIS) == begin
    assert hours.next_change(begin, PARIS) == begin + timedelta(hours=2)


def test_what_never_changes_has_no_next_change() -> None:
    assert ALWAYS.next_change(paris("2026-11-27 07:00"), PARIS) is None
    nothing = parse_hours(["Mon 08:00-09:00"]) & parse_hours(["Tue 08:00-09:00"])
    assert (nothing.intervals, nothing.next_change(paris("2026-11-27 07:00"), PARIS)) == ((), None)


def test_time_passes_within_them_only() -> None:
    assert OFFICE.pass_within(paris("2026-11-27 17:00"), 3600, PARIS) == paris("2026-11-27 18:00")
    assert OFFICE.pass_within(paris("2026-11-27 17:00"), 2 * 3600, PARIS) == paris("2026-11-28 10:00")
    assert OFFICE.pass_within(paris("2026-11-28 13:00"), 3600, PARIS) == paris("2026-11-30 09:00")
    assert ALWAYS.pass_within(paris("2026-11-27 17:00"), 3600, PARIS) == paris("2026-11-27 18:00")


def test_they_are_joined() -> None:
    assert (OFFICE | parse_hours(["Mon-Fri 18:00-20:00"])).has(paris("2026-11-27 19:00"))
    assert not (OFFICE & parse_hours(["Mon-Fri 17:00-20:00"])).has(paris("2026-11-27 16:59"))
    assert (OFFICE | ALWAYS).is_always


@given(
    st.lists(st.tuples(st.integers(0, 6), st.integers(0, 95), st.integers(0, 95)), min_size=1, max_size=4),
    st.integers(0, 400 * 24 * 60),
)
def test_between_two_changes_nothing_changes(spans: list[tuple[int, int, int]], minute: int) -> None:
    days = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    texts = [
        f"{days[day]} {begin // 4:02}:{begin % 4 * 15:02}-{end // 4:02}:{end % 4 * 15:02}"
        for day, begin, end in spans
        if begin != end
    ]
    hours = parse_hours(texts)
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
    change = hours.next_change(now, PARIS)
    if change is None:
        assert hours.is_always
        return
    before = hours.has(now.astimezone(PARIS))
    assert hours.has(change.astimezone(PARIS)) is not before
    step = max((change - now) / 50, timedelta(minutes=1))
    at = now
    while at < change:
        assert hours.has(at.astimezone(PARIS)) is before
        at += step
