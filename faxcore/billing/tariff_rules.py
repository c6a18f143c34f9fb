# SPDX-License-Identifier: GPL-3.0-or-later
"""[[rule]] of a tariff: the numbers that it is for, the days on which it holds, and its prices."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Final

import phonenumbers

from faxcore.billing.money import DIGITS, MOST
from faxcore.billing.tariff import (
    INTERNAL,
    NOTHING_PAID,
    OTHERWISE,
    Counting,
    Increments,
    PageCounting,
    Rates,
    TariffRule,
    Tier,
)
from faxcore.config.table import Table, refuse_repeated
from faxcore.model.call import Direction
from faxcore.model.number import drop_separators

_MOST_SECONDS: Final = 3600
MOST_PAGES: Final = 10_000_000
MOST_VAT: Final = 100
_PRICES: Final = ("connection", "per_minute", "per_page")
_CHARGES: Final = (*_PRICES, "during", "tiers", "minimum", "maximum", "counts", "pages")
_SECONDS: Final = ("first_seconds", "then_seconds", "free_seconds")
_BEGINNING: Final = re.compile(r"\+[1-9][0-9]{0,14}|[0-9*#]{1,30}", re.ASCII)

Zones = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class WrittenRule:
    """A rule, and where in its table each of its beginnings stands."""

    rule: TariffRule
    table: Table
    written: Mapping[str, int]
    """The index in `to` under which a beginning stands, or the zone that has it."""
    zones: frozenset[str]


def read_zones(top: Table) -> Zones:
    """Read [zones]: lists of beginnings and countries under a name."""
    table = top.table("zones")
    zones = {}
    for name in table.names():
        texts = table.texts(name)
        if _is_country(name) or name == INTERNAL or _BEGINNING.fullmatch(name):
            raise table.error(name, "is a country or a beginning of numbers by itself: take another name")
        if not texts:
            raise table.error(name, "is empty: no number is in this zone")
        zones[name] = [_read_beginning(table, name, index, text) for index, text in enumerate(texts)]
    return zones


def read_tariff_rules(top: Table, zones: Zones, periods: Sequence[str], vat: Decimal) -> tuple[WrittenRule, ...]:
    """Read every [[rule]] of a tariff."""
    tables = top.tables("rule")
    if not tables:
        raise top.source.error((), "has no [[rule]]: a tariff has one at least")
    rules = tuple(_read_rule(table, zones, periods, vat) for table in tables)
    refuse_repeated(tables, "name", [written.rule.name for written in rules])
    return rules


def _read_rule(table: Table, zones: Zones, periods: Sequence[str], vat: Decimal) -> WrittenRule:
    if "currency" in table:
        raise table.error("currency", "a tariff has one currency, at its top: another one needs a tariff of its own")
    name, direction = table.title("name", "rule"), Direction(table.choice("direction", "out", ("in", "out")))
    written, named = _read_to(table, zones)
    first_day, last_day = table.day("first_day"), table.day("last_day")
    if first_day and last_day and last_day < first_day:
        raise table.error("last_day", f"is before first_day, {first_day}: this rule never holds")
    _check_free(table)
    rates = _read_rates(table, Rates())
    tiers = _read_tiers(table)
    during = _read_during(table, periods, rates, tiers)
    rule = TariffRule(
        name,
        table.source.find_place(table.where),
        direction,
        tuple(written),
        first_day,
        last_day,
        rates,
        during,
        _read_increments(table, (rates, *during.values())),
        tiers,
        _read_price(table, "minimum", NOTHING_PAID),
        _read_price(table, "maximum", NOTHING_PAID) if "maximum" in table else None,
        Counting(table.choice("counts", Counting.ANSWERED.value, [each.value for each in Counting])),
        PageCounting(table.choice("pages", PageCounting.CONFIRMED.value, [each.value for each in PageCounting])),
        table.number("vat", vat, MOST_VAT, DIGITS),
    )
    table.finish()
    _refuse_contradictions(table, rule)
    return WrittenRule(rule, table, written, named)


def _read_to(table: Table, zones: Zones) -> tuple[dict[str, int], frozenset[str]]:
    """Read the numbers that a rule is for: the index of each beginning, and the names of zones."""
    texts, otherwise = table.texts("to"), table.flag("otherwise", False)
    if otherwise and "to" in table:
        raise table.error("otherwise", "contradicts 'to': a rule for all other numbers names none")
    if otherwise:
        return {OTHERWISE: 0}, frozenset()
    if not texts:
        key = "to" if "to" in table else "name"
        raise table.error(key, 'is for no number: write to = ["+33"], or otherwise = true for all others')
    written: dict[str, int] = {}
    for index, text in enumerate(texts):
        for beginning in zones[text] if text in zones else [_read_beginning(table, "to", index, text, zones)]:
            if beginning in written:
                raise table.error("to", f"{beginning!r} is there twice, also in {texts[written[beginning]]!r}", index)
            written[beginning] = index
    return written, frozenset(texts) & zones.keys()


def _read_beginning(table: Table, key: str, index: int, text: str, zones: Zones | None = None) -> str:
    """Read a beginning of numbers, or a country."""
    if text == INTERNAL or _is_country(text):
        return text
    beginning = drop_separators(text)
    if not _BEGINNING.fullmatch(beginning):
        known = f", and no zone ({', '.join(zones)})" if zones else ""
        problem = f"{text!r} is no beginning of a number, as +336 or 2, and no country, as FR{known}"
        raise table.error(key, problem, index)
    if beginning.startswith("+") and not _may_be_called(beginning):
        raise table.error(key, f"{text!r} can never match: no country has such numbers", index)
    if beginning.startswith("00"):
        raise table.error(key, f"{text!r} looks like a number abroad: write + in the place of 00", index)
    return beginning


def _is_country(text: str) -> bool:
    return text in phonenumbers.SUPPORTED_REGIONS


@lru_cache(maxsize=10_000)
def _may_be_called(beginning: str) -> bool:
    codes = map(str, phonenumbers.COUNTRY_CODE_TO_REGION_CODE)
    digits = beginning[1:]
    return any(code.startswith(digits) or digits.startswith(code) for code in codes)


def _check_free(table: Table) -> None:
    """Refuse a rule that has neither a price nor says that it is free, or both."""
    priced = [key for key in _CHARGES if key in table]
    if table.flag("free", False):
        if priced:
            raise table.error("free", f"contradicts {priced[0]!r}: what is free has no price")
    elif not any(key in table for key in (*_PRICES, "during", "tiers", "minimum")):
        raise table.error("name", "has no price: write one, or free = true for calls that cost nothing")


def _read_price(table: Table, key: str, otherwise: Decimal) -> Decimal:
    return table.number(key, otherwise, MOST, DIGITS)


def _read_rates(table: Table, otherwise: Rates) -> Rates:
    return Rates(*(_read_price(table, key, getattr(otherwise, key)) for key in _PRICES))


def _read_during(table: Table, periods: Sequence[str], rates: Rates, tiers: Sequence[Tier]) -> dict[str, Rates]:
    """Read the prices in named hours; where one is not said, that of all other hours counts."""
    outer, found = table.table("during"), {}
    if "during" in table and not outer.names():
        raise table.error("during", "is empty: name hours and their prices, or leave it out")
    for name in periods:
        if name in outer:
            inner = outer.table(name)
            if not inner.names():
                raise outer.error(name, "has no price of its own: leave it out")
            if tiers and "per_page" in inner:
                raise inner.error("per_page", "contradicts 'tiers', which say what pages cost at any hour")
            found[name] = _read_rates(inner, rates)
            inner.finish()
    unknown = next((name for name in outer.names() if name not in periods), None)
    if unknown is not None:
        known = ", ".join(periods) or "none"
        raise outer.error(unknown, f"there are no hours of this name ([[period]]); there are: {known}")
    return found


def _read_tiers(table: Table) -> tuple[Tier, ...]:
    tiers: list[Tier] = []
    for inner in table.tables("tiers"):
        if "after" not in inner:
            raise inner.error("after", "is missing: say beyond how many pages of a month this price counts")
        tier = Tier(inner.whole("after", 1, 1, MOST_PAGES), inner.number("per_page", None, MOST, DIGITS))
        inner.finish()
        if tiers and tier.after <= tiers[-1].after:
            raise inner.error("after", f"must be more than {tiers[-1].after}, that of the tier before")
        tiers.append(tier)
    if "tiers" in table and not tiers:
        raise table.error("tiers", "are empty: leave them out")
    if tiers and "per_page" not in table:
        raise table.error("tiers", "need 'per_page', the price of the first pages of a month")
    return tuple(tiers)


def _read_increments(table: Table, rates: Sequence[Rates]) -> Increments:
    if not any(each.per_minute for each in rates):
        for key in _SECONDS:
            if key in table:
                raise table.error(key, "changes nothing: no second costs anything here (per_minute)")
        return Increments()
    for key in ("first_seconds", "then_seconds"):
        if key not in table:
            problem = "is missing: say how seconds are charged, as first_seconds = 60, then_seconds = 1"
            raise table.error(key, problem)
    first, then = (table.whole(key, 1, 1, _MOST_SECONDS) for key in ("first_seconds", "then_seconds"))
    return Increments(first, then, table.whole("free_seconds", 0, 0, _MOST_SECONDS))


def _refuse_contradictions(table: Table, rule: TariffRule) -> None:
    all_rates = (rule.rates, *rule.during.values())
    if rule.maximum is not None and rule.maximum < rule.minimum:
        raise table.error("maximum", f"is less than the minimum, {rule.minimum}")
    if rule.counts is Counting.ATTEMPTS and not any(rates.connection for rates in all_rates):
        raise table.error("counts", "needs 'connection': an attempt costs the connection charge, and there is none")
    counts_pages = rule.counts is Counting.PAGES or rule.tiers or any(rates.per_page for rates in all_rates)
    if "pages" in table and not counts_pages:
        raise table.error("pages", "changes nothing: no page costs anything here (per_page)")
