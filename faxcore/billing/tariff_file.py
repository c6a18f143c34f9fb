# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads a tariff from its file, strictly: what is wrong, missing, said twice or contradicts itself is refused with its
file and line.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from faxcore.billing.currencies import CURRENCIES
from faxcore.billing.holiday_calendar import HolidayCalendar, NoHolidays, make_calendar
from faxcore.billing.money import DIGITS, Rounding, RoundingMode, Stage
from faxcore.billing.overlaps import refuse_gaps, refuse_overlaps
from faxcore.billing.tariff import NamedHours, Tariff
from faxcore.billing.tariff_rules import MOST_VAT, WrittenRule, read_tariff_rules, read_zones
from faxcore.config.hours import read_hours
from faxcore.config.table import Table, refuse_repeated
from faxcore.config.toml_source import Source, read_text
from faxcore.model.call import Direction

_STAGES: Final = tuple(stage.value for stage in Stage)


def read_tariff(path: Path) -> Tariff:
    """Read a tariff. ConfigError names the file, the line and what is wrong."""
    return parse_tariff(path, read_text(path))


def parse_tariff(path: Path, text: str) -> Tariff:
    """Read a tariff from the text of its file. ConfigError names the file, the line and what is wrong."""
    source = Source.read_alone(path, text)
    top = Table(source, source.values)
    name, currency, zone = top.title("name", "tariff"), _read_currency(top), _read_zone(top)
    rounding = _read_rounding(top.table("rounding"))
    vat, vat_on = _read_vat(top.table("vat"), rounding)
    periods = _read_periods(top)
    calendar = _read_calendar(top, periods)
    rules = read_tariff_rules(top, read_zones(top), tuple(period.name for period in periods), vat)
    unpriced = _read_unpriced(top)
    top.finish()
    refuse_overlaps(rules)
    refuse_gaps(top, rules, unpriced)
    _refuse_unused(top, periods, rules)
    return Tariff(
        name,
        currency,
        zone,
        rounding,
        vat_on,
        tuple(written.rule for written in rules),
        periods,
        calendar,
        unpriced,
    )


def _read_currency(top: Table) -> str:
    currency = top.text("currency")
    if currency not in CURRENCIES:
        raise top.error("currency", f"{currency!r} is no code of a currency (ISO 4217), as EUR")
    return currency


def _read_zone(top: Table) -> ZoneInfo:
    name = top.text("zone")
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise top.error("zone", f"{name!r} is no time zone, as Europe/Paris") from error


def _read_rounding(table: Table) -> Rounding:
    unit = table.number("unit", None, 1, DIGITS)
    if not unit:
        raise table.error("unit", "must be more than 0, as 0.01")
    mode = table.choice("mode", None, [mode.value for mode in RoundingMode])
    on = table.choice("on", None, _STAGES)
    table.finish()
    return Rounding(unit, RoundingMode(mode), Stage(on))


def _read_vat(table: Table, rounding: Rounding) -> tuple[Decimal, Stage]:
    percent = table.number("percent", None, MOST_VAT, DIGITS)
    on = Stage(table.choice("on", None, _STAGES))
    table.finish()
    if on is Stage.CALL and rounding.on is Stage.INVOICE:
        raise table.error("on", "contradicts [rounding] on = 'invoice': VAT of a call needs a price that is rounded")
    return percent, on


def _read_periods(top: Table) -> tuple[NamedHours, ...]:
    tables = top.tables("period")
    periods: list[NamedHours] = []
    for table in tables:
        name = table.title("name", "hours")
        if "hours" not in table:
            raise table.error("name", 'has no hours: write hours = ["Mon-Fri 08:00-18:00"]')
        hours = read_hours(table)
        table.finish()
        for other in periods:
            if (other.hours & hours).intervals:
                raise table.error("hours", f"overlap those of {other.name!r}: no moment may have two prices")
        periods.append(NamedHours(name, hours))
    refuse_repeated(tables, "name", [period.name for period in periods])
    return tuple(periods)


def _read_calendar(top: Table, periods: tuple[NamedHours, ...]) -> HolidayCalendar:
    region, further = top.text("holidays", ""), top.days("further_holidays")
    for key in ("holidays", "further_holidays"):
        if key in top and not periods:
            raise top.error(key, "changes nothing: there are no hours ([[period]]) with prices of their own")
    try:
        return make_calendar(region, further)
    except NoHolidays as error:
        problem = f"{region!r} is no country whose holidays are known, as FR, or a part of one, as DE-BY"
        raise top.error("holidays", problem) from error


def _read_unpriced(top: Table) -> frozenset[Direction]:
    directions = top.texts("unpriced")
    for index, direction in enumerate(directions):
        if direction not in [each.value for each in Direction]:
            raise top.error("unpriced", f"{direction!r} is none of: 'in', 'out'", index)
    return frozenset(map(Direction, directions))


def _refuse_unused(top: Table, periods: tuple[NamedHours, ...], rules: tuple[WrittenRule, ...]) -> None:
    """Refuse hours and zones that no rule names: they look as if they meant something."""
    for index, period in enumerate(periods):
        if not any(period.name in written.rule.during for written in rules):
            where = ("period", index, "name")
            raise top.source.error(where, f"no rule has prices for {period.name!r}: write during.{period.name}")
    named = {name for written in rules for name in written.zones}
    for name in top.table("zones").names():
        if name not in named:
            raise top.table("zones").error(name, "no rule is for this zone: name it in 'to'")
