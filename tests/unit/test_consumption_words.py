# SPDX-License-Identifier: GPL-3.0-or-later
"""Periods by the calendar, and the words for sums and limits in the consumption window."""

from __future__ import annotations

import os
from datetime import date, datetime

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
pytest.importorskip("PyQt6.QtCore")

from faxcore.contract.limited import Counted, LimitLevel, LimitPeriod, LimitState
from faxcore.contract.priced import MILLION, CostSum
from faxcore.contract.recorded import CallGrouping, CallTotals
from faxcore.model.call import Outcome
from notifier.consumption.consumption_words import describe_cost, describe_key, describe_limits
from notifier.consumption.periods import Period, find_bounds
from notifier.consumption.totals_table import add_up


@pytest.mark.parametrize(
    ("period", "first", "behind"),
    [
        (Period.THIS_MONTH, "2026-01-01", ""),
        (Period.LAST_MONTH, "2025-12-01", "2026-01-01"),
        (Period.THIS_YEAR, "2026-01-01", ""),
        (Period.LAST_YEAR, "2025-01-01", "2026-01-01"),
        (Period.ALWAYS, "", ""),
    ],
)
def test_periods_go_from_midnight_to_midnight_of_this_place(period: Period, first: str, behind: str) -> None:
    bounds = find_bounds(period, date(2026, 1, 31))
    assert [text[:10] for text in bounds] == [first, behind]
    for text in filter(None, bounds):
        moment = datetime.fromisoformat(text)
        assert moment.tzinfo is not None
        assert moment == datetime(moment.year, moment.month, moment.day).astimezone()


def test_every_reason_of_failure_has_words_of_its_own() -> None:
    said = {describe_key(each.value, CallGrouping.CAUSE) for each in Outcome if each is not Outcome.OK}
    assert len(said) == len(Outcome) - 1
    assert not said & {each.value for each in Outcome}


def test_months_are_named_and_strangers_texts_are_cleaned() -> None:
    assert describe_key("2026-11", CallGrouping.MONTH) == "November 2026"
    assert describe_key("", CallGrouping.LINE) == "not known"
    assert "\u202e" not in describe_key("+33\u202e1", CallGrouping.DESTINATION)


def test_costs_of_one_currency_and_percentage_are_added_up() -> None:
    vat = 20 * MILLION
    rows = [
        CallTotals("a", 1, 1, 2, 30.0, 0, (CostSum("EUR", vat, MILLION, 200_000),)),
        CallTotals("b", 2, 1, 3, 45.0, 1, (CostSum("EUR", vat, 2 * MILLION, 400_000), CostSum("CHF", 0, MILLION)), 1),
    ]
    whole = add_up(rows)
    assert (whole.calls, whole.faxes, whole.pages, whole.seconds, whole.failures) == (3, 2, 5, 75.0, 1)
    assert describe_cost(whole) == "1.00 CHF · 3.00 EUR, with VAT 3.60 EUR · calls without a price: 1"


def make_limit(level: LimitLevel, name: str, blocks: bool = True, contact: str = "", left: int = 0) -> LimitState:
    day = "2026-11-30"
    return LimitState(
        name, "", "", "", Counted.PAGES, LimitPeriod.MONTH, 10, 0, 8 - left, 2, left, day, level, blocks, contact
    )


def test_limits_that_are_used_up_come_first_and_say_who_can_lift_them() -> None:
    limits = [
        make_limit(LimitLevel.FINE, "Fine", left=8),
        make_limit(LimitLevel.WARNED, "Soon", left=1),
        make_limit(LimitLevel.WARNED, "Over", blocks=False),
        make_limit(LimitLevel.REACHED, "Full", contact="Anne"),
    ]
    said = describe_limits(limits)
    assert said[0].startswith("Full: 10 pages of 10 pages a month used, 0 pages left until ")
    assert said[0].endswith(" Further faxes are refused until then; Anne can lift the limit.")
    assert said[1].endswith(" It is soon used up.")
    assert said[2].endswith(" It is used up; faxes still go out.")
    assert said[3].startswith("Fine: 2 pages of 10 pages")
