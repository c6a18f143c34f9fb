# SPDX-License-Identifier: GPL-3.0-or-later
"""Prices over all calls: more seconds or pages never cost less, and seconds are those that a simple count gives."""

from __future__ import annotations

import ast
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faxcore.billing.call_price import CallFacts, MarkUp
from faxcore.billing.charged_time import charge_seconds
from faxcore.billing.holiday_calendar import make_calendar
from faxcore.billing.money import Rounding, RoundingMode, Stage
from faxcore.billing.tariff import (
    Counting,
    Increments,
    NamedHours,
    PageCounting,
    Rates,
    Tariff,
    TariffRule,
    Tier,
)
from faxcore.config.toml_source import Place
from faxcore.config.weekly_hours import parse_hours
from faxcore.model.call import Direction
from tests.support import CHECKOUT
from tests.support.hypothesis_profiles import examples
from tests.support.tariffs import LYON, PARIS, price

NIGHT = NamedHours("night", parse_hours(["Mon-Fri 03:00-08:00", "Mon-Fri 18:00-02:00", "Sat,Sun 03:00-24:00"]))
SMALL = NamedHours("small", parse_hours(["02:00-03:00"]))
NOON = NamedHours("noon", parse_hours(["Mon-Fri 12:00-13:30"]))

amounts = st.integers(0, 3_000_000).map(lambda millionths: Decimal(millionths) / 1_000_000)
rates = st.builds(Rates, amounts, amounts, amounts)
increments = st.builds(Increments, st.integers(1, 90), st.integers(1, 90), st.integers(0, 30))
rounding = st.builds(
    Rounding,
    st.sampled_from([Decimal("0.0001"), Decimal("0.01"), Decimal("0.05")]),
    st.sampled_from(RoundingMode),
    st.sampled_from(Stage),
)


DAYS = (date(2026, 3, 29), date(2026, 10, 25), date(2026, 11, 10), date(2026, 11, 11), date(2026, 11, 27))
"""The days on which clocks are set, the eve of a holiday and the holiday, a Friday."""
EDGES = (time(0), time(2), time(3), time(8), time(12), time(13, 30), time(18))


@st.composite
def instants(draw: st.DrawFn) -> datetime:
    """Instants some minutes before one at which something changes, or just behind it."""
    local = datetime.combine(draw(st.sampled_from(DAYS)), draw(st.sampled_from(EDGES)), PARIS)
    early = timedelta(seconds=draw(st.sampled_from(range(-10, 900))), microseconds=draw(st.integers(0, 999_999)))
    return local.replace(fold=draw(st.integers(0, 1))).astimezone(UTC) - early


@st.composite
def tariffs(draw: st.DrawFn) -> Tariff:
    """Tariffs of one rule for all calls out."""
    bounds = sorted(draw(st.sets(st.integers(1, 60), max_size=3)))
    least = draw(amounts)
    rule = TariffRule(
        "one",
        Place(Path("tariff.toml"), 1, ()),
        Direction.OUT,
        ("",),
        None,
        None,
        draw(rates),
        {name: draw(rates) for name in draw(st.sets(st.sampled_from(["night", "small", "noon"])))},
        draw(increments),
        tuple(Tier(bound, draw(amounts)) for bound in bounds),
        least,
        draw(st.none() | amounts.map(lambda more: least + more)),
        draw(st.sampled_from(Counting)),
        draw(st.sampled_from(PageCounting)),
        Decimal(20),
    )
    return Tariff(
        "Test",
        "EUR",
        PARIS,
        draw(rounding),
        Stage.INVOICE,
        (rule,),
        (NIGHT, SMALL, NOON),
        make_calendar("FR", ()),
    )


def call(at: datetime, seconds: int, pages: int, month_pages: int) -> CallFacts:
    return CallFacts(LYON, at, at, at + timedelta(seconds=seconds), pages, pages, month_pages=month_pages)


@given(
    tariffs(),
    instants(),
    st.integers(0, 1000),
    st.integers(0, 300),
    st.integers(0, 50),
    st.integers(0, 9),
    st.integers(0, 60),
)
def test_more_seconds_or_pages_never_cost_less(
    tariff: Tariff, at: datetime, seconds: int, more: int, pages: int, more_pages: int, month_pages: int
) -> None:
    mark_up = MarkUp(Decimal("7.5"), Decimal("0.02"))
    least = price(tariff, call(at, seconds, pages, month_pages), mark_up).net
    assert least <= price(tariff, call(at, seconds + more, pages, month_pages), mark_up).net
    assert least <= price(tariff, call(at, seconds, pages + more_pages, month_pages), mark_up).net
    unanswered = replace(call(at, seconds, pages, month_pages), answered=None, ended=None)
    assert price(tariff, unanswered, mark_up).net <= least or tariff.rules[0].maximum is not None


@given(tariffs(), instants(), st.sampled_from(range(1, 3000)))
@examples(300)
def test_each_increment_is_charged_by_the_clock_on_the_wall_when_it_begins(
    tariff: Tariff, at: datetime, seconds: int
) -> None:
    by = tariff.rules[0].increments
    counted: list[tuple[str, int]] = []
    begin, length = by.free, by.first
    while begin < seconds:
        local = (at + timedelta(seconds=begin)).astimezone(tariff.zone)
        day = local.replace(tzinfo=None)
        if tariff.calendar.is_holiday(local.date()):
            day += timedelta(days=6 - day.weekday())
        name = next((period.name for period in tariff.periods if period.hours.has(day)), "")
        if counted and counted[-1][0] == name:
            counted[-1] = (name, counted[-1][1] + length)
        else:
            counted.append((name, length))
        begin, length = begin + length, by.then
    assert [(part.period, part.seconds) for part in charge_seconds(tariff, by, at, seconds)] == counted


@cache
def sources() -> dict[str, ast.Module]:
    return {path.name: ast.parse(path.read_text()) for path in (CHECKOUT / "faxcore/billing").glob("*.py")}


def test_no_number_in_the_room_has_a_floating_point() -> None:
    """Neither one that is written, nor one that Python makes of others."""
    assert "pricing.py" in sources()
    found = [
        f"{name}:{node.lineno}"
        for name, module in sources().items()
        for node in ast.walk(module)
        if (isinstance(node, ast.Constant) and isinstance(node.value, float | complex))
        or (isinstance(node, ast.Name) and node.id in ("float", "round"))
        or (isinstance(node, ast.Attribute) and node.attr in ("total_seconds", "timestamp", "from_float"))
        or (isinstance(node, ast.Import | ast.ImportFrom) and "math" in ast.unparse(node))
    ]
    assert not found


@pytest.mark.parametrize("text", ["x = 0.1", "x = float(1)", "x = round(1)", "x = y.total_seconds()"])
def test_such_a_number_would_be_found(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sources(), "pricing.py", ast.parse(text))
    with pytest.raises(AssertionError):
        test_no_number_in_the_room_has_a_floating_point()
