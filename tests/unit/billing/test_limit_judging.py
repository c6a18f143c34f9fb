# SPDX-License-Identifier: GPL-3.0-or-later
"""Limits by hand-made numbers, and what holds for all of them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faxcore.billing.limit_judging import Standing, explain_refusal, find_period, format_counted, judge
from faxcore.config import LimitConfig
from faxcore.contract.limited import Counted, LimitLevel, LimitPeriod

LAST = date(2026, 11, 30)
PAGES = LimitConfig("Office", Counted.PAGES, 100)


@pytest.mark.parametrize(
    ("used", "queued", "lifted", "new", "level"),
    [
        (0, 0, 0, 1, LimitLevel.FINE),
        (70, 8, 0, 1, LimitLevel.FINE),
        (70, 8, 0, 2, LimitLevel.WARNED),
        (70, 8, 0, 22, LimitLevel.WARNED),
        (70, 8, 0, 23, LimitLevel.REACHED),
        (70, 8, 50, 23, LimitLevel.FINE),
        (100, 0, 0, 0, LimitLevel.REACHED),
        (99, 0, 0, 0, LimitLevel.WARNED),
        (120, 0, 0, 1, LimitLevel.REACHED),
    ],
)
def test_used_and_queued_and_new_are_held_against_the_bound(
    used: int, queued: int, lifted: int, new: int, level: LimitLevel
) -> None:
    assert judge(Standing(PAGES, LAST, used, queued, lifted), new) is level


def test_a_limit_that_does_not_block_warns() -> None:
    told = LimitConfig("Office", Counted.PAGES, 100, blocks=False)
    assert judge(Standing(told, LAST, used=120), 5) is LimitLevel.WARNED


def test_a_refusal_says_how_much_is_left_until_when_and_who_can_lift_it() -> None:
    assert str(explain_refusal(Standing(PAGES, LAST, 70, 8), 23)) == (
        "This goes over the limit “Office” until 2026-11-30, in pages: of 100, 70 are used, 8 are queued and 22 are"
        " left, and this takes 23. The administrator can lift it."
    )
    money = LimitConfig("Office", Counted.AMOUNT, 10_000_000, contact="Bob")
    assert str(explain_refusal(Standing(money, LAST, 9_500_000, 125_000, currency="EUR"), 400_000)) == (
        "This goes over the limit “Office” until 2026-11-30, in EUR: of 10.00, 9.50 are used, 0.125 are queued and"
        " 0.375 are left, and this takes 0.40. Bob can lift it."
    )


def test_what_is_counted_is_written_as_people_read_it() -> None:
    assert [format_counted(counted, 90_000) for counted in Counted] == ["90000", "1.5", "0.09"]


@given(st.dates(max_value=date(9998, 1, 1)), st.sampled_from(LimitPeriod))
def test_each_day_lies_in_one_period_behind_which_the_next_begins(day: date, per: LimitPeriod) -> None:
    period = find_period(per, day)
    assert period.first <= day <= period.last
    assert find_period(per, period.last) == period
    assert find_period(per, period.next).first == period.next == period.last + timedelta(days=1)


COUNT = st.integers(0, 10**9)


@given(COUNT, COUNT, COUNT, st.integers(1, 10**9), st.integers(1, 100))
def test_what_is_let_through_never_goes_over_a_limit_that_blocks(
    used: int, queued: int, new: int, bound: int, warn_at: int
) -> None:
    standing = Standing(LimitConfig("x", Counted.PAGES, bound, warn_at=warn_at), LAST, used, queued)
    level = judge(standing, new)
    assert (level is LimitLevel.REACHED) == (used + queued + new > bound or (not new and standing.left == 0))
    if level is not LimitLevel.REACHED:
        assert new <= standing.left
        assert (level is LimitLevel.WARNED) == ((used + queued + new) * 100 >= bound * warn_at)
    order = [LimitLevel.FINE, LimitLevel.WARNED, LimitLevel.REACHED]
    assert order.index(judge(standing, new + 1)) >= order.index(level) or not new


@given(COUNT, COUNT, st.integers(1, 10**9))
def test_a_release_lets_through_what_it_is_large_enough_for(used: int, new: int, bound: int) -> None:
    limit = LimitConfig("x", Counted.PAGES, bound)
    enough = Standing(limit, LAST, used, 0, lifted=max(0, used + new + 1 - bound))
    assert judge(enough, new) is not LimitLevel.REACHED
