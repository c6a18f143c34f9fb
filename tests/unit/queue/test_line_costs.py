# SPDX-License-Identifier: GPL-3.0-or-later
"""Of lines that may carry a call alike, the one whose carrier takes least dials."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from faxcore.billing.tariff import Tariff
from faxcore.billing.tariffs import Tariffs
from faxcore.config import Config, LineConfig
from faxcore.queue.choose import Known, choose
from faxcore.queue.line_costs import LineCosts
from faxcore.store.turns import Candidate
from tests.support.tariffs import HOURS, LYON, TOP, UNPRICED, paris, rule, tariff

DAY, NIGHT = paris("2026-11-27 12:00:00"), paris("2026-11-27 23:00:00")
LONDON = "+442079460000"
LINES = [LineConfig(name, Path("/dev") / name, "") for name in ("one", "two", "three")]


def minutes(folder: Path, day: str, night: str = "", top: str = TOP) -> Tariff:
    """A tariff by the minute to France alone."""
    prices = [f"per_minute = {day}", "first_seconds = 1", "then_seconds = 1"]
    if night:
        prices.append(f"during.night = {{ per_minute = {night} }}")
    return tariff(folder, rule(*prices) + (HOURS if night else ""), top + UNPRICED)


def dialling(costs: LineCosts, number: str = LYON, lines: list[LineConfig] = LINES, **used: int) -> list[str]:
    """The lines on which one fax after the other goes out to a number, each in a call that lasts."""
    free, names = list(lines), []
    known = Known(DAY, used=used, costs=costs)
    while free:
        ((_job, line),) = choose([Candidate("1", "anne", 0, number)], free, known, Config())
        names.append(line.name)
        free.remove(line)
    return names


def test_the_cheapest_line_dials_first(tmp_path: Path) -> None:
    tariffs = Tariffs(by_line={"one": minutes(tmp_path, "0.03"), "two": minutes(tmp_path, "0.01")})
    tariffs = replace(tariffs, purchase=minutes(tmp_path, "0.02"))
    assert dialling(LineCosts(tariffs, DAY)) == ["two", "three", "one"]
    assert dialling(LineCosts()) == ["one", "two", "three"]


def test_a_priority_counts_before_the_price(tmp_path: Path) -> None:
    tariffs = Tariffs(by_line={"one": minutes(tmp_path, "0.03"), "two": minutes(tmp_path, "0.01")})
    lines = [replace(LINES[0], priority=9), LINES[1]]
    assert dialling(LineCosts(tariffs, DAY), lines=lines) == ["one", "two"]


def test_lines_that_cost_alike_share_the_load(tmp_path: Path) -> None:
    tariffs = Tariffs(by_line={"one": minutes(tmp_path, "0.01"), "two": minutes(tmp_path, "0.01")})
    tariffs = replace(tariffs, purchase=minutes(tmp_path, "0.02"))
    assert dialling(LineCosts(tariffs, DAY), one=2, two=1, three=0) == ["two", "one", "three"]


@pytest.mark.parametrize(("now", "first"), [(DAY, "one"), (NIGHT, "two")])
def test_the_hour_of_the_call_counts(tmp_path: Path, now: object, first: str) -> None:
    tariffs = Tariffs(by_line={"one": minutes(tmp_path, "0.02"), "two": minutes(tmp_path, "0.03", "0.01")})
    assert dialling(LineCosts(tariffs, now), lines=LINES[:2])[0] == first  # type: ignore[arg-type]


def test_a_line_whose_price_is_not_known_is_the_last(tmp_path: Path) -> None:
    francs = minutes(tmp_path, "0.001", top=TOP.replace("EUR", "CHF"))
    tariffs = Tariffs(by_line={"two": minutes(tmp_path, "9.00"), "three": francs})
    costs = LineCosts(tariffs, DAY)
    assert dialling(costs) == ["two", "three", "one"]
    assert dialling(costs, LONDON) == ["one", "two", "three"], "no tariff has a price for it"


def test_where_all_have_one_tariff_nothing_is_reckoned(tmp_path: Path) -> None:
    one = minutes(tmp_path, "0.01")
    naive = LineCosts(Tariffs(one), DAY.replace(tzinfo=None) + timedelta())
    assert naive.list_cheapest(LINES, LYON) == LINES, "no price can be made at a time without a zone"
