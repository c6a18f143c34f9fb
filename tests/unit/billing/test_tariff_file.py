# SPDX-License-Identifier: GPL-3.0-or-later
"""The file of a tariff: what is right becomes values; what is wrong is refused with its file, its line and a remedy."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from faxcore.billing.money import Rounding, RoundingMode, Stage
from faxcore.billing.tariff import Counting, Increments, PageCounting, Rates, Tier
from faxcore.billing.tariff_file import read_tariff
from faxcore.config import ConfigError
from faxcore.model.call import Direction
from tests.support.tariffs import HOURS, TOP, UNPRICED, rule, tariff

PRICED = "connection = 0.1"
BY_TIME = ("per_minute = 0.1", "first_seconds = 60", "then_seconds = 1")


def test_everything_is_read(tmp_path: Path) -> None:
    read = tariff(
        tmp_path,
        'holidays = "DE-BY"\nfurther_holidays = [2026-12-24]\n[zones]\nnear = ["BE", "+49 89"]\n'
        + HOURS
        + rule(
            "first_day = 2026-01-01\nlast_day = 2026-12-31\nconnection = 0.1\nper_minute = 0.02\nper_page = 0.05",
            "first_seconds = 60\nthen_seconds = 6\nfree_seconds = 3\nminimum = 0.2\nmaximum = 9",
            'counts = "pages"\npages = "sent"\nvat = 5.5\ntiers = [{ after = 100, per_page = 0.04 }]',
            "during.night = { per_minute = 0.01 }",
            to='direction = "in"\nto = ["near", "+33 6", "internal", "2"]',
        ),
    )
    assert (read.name, read.currency, read.zone.key) == ("Test", "EUR", "Europe/Paris")
    assert (read.rounding, read.vat_on) == (
        Rounding(Decimal("0.01"), RoundingMode.HALF_UP, Stage.CALL),
        Stage.INVOICE,
    )
    assert (read.calendar.region, read.calendar.further) == ("DE-BY", {date(2026, 12, 24)})
    assert read.unpriced == {Direction.IN, Direction.OUT}
    (one,) = read.rules
    assert (one.place.line, one.direction, one.beginnings) == (
        14,
        Direction.IN,
        ("BE", "+4989", "+336", "internal", "2"),
    )
    assert (one.first_day, one.last_day, one.vat) == (date(2026, 1, 1), date(2026, 12, 31), Decimal("5.5"))
    assert one.rates == Rates(Decimal("0.1"), Decimal("0.02"), Decimal("0.05"))
    assert one.during == {"night": Rates(Decimal("0.1"), Decimal("0.01"), Decimal("0.05"))}
    assert (one.increments, one.tiers) == (Increments(60, 6, 3), (Tier(100, Decimal("0.04")),))
    assert (one.minimum, one.maximum) == (Decimal("0.2"), Decimal(9))
    assert (one.counts, one.pages) == (Counting.PAGES, PageCounting.SENT)


@pytest.mark.parametrize(
    ("old", "new", "line", "problem"),
    [
        ('name = "Test"\n', "", 1, "the file: 'name' is missing"),
        ('name = "Test"', 'name = ""', 1, "name: must be a name to call the tariff by"),
        ('currency = "EUR"\n', "", 1, "the file: 'currency' is missing"),
        ('"EUR"', '"euro"', 2, "currency: 'euro' is no code of a currency (ISO 4217), as EUR"),
        ('zone = "Europe/Paris"\n', "", 1, "the file: 'zone' is missing"),
        ("Europe/Paris", "Paris", 3, "zone: 'Paris' is no time zone, as Europe/Paris"),
        ("Europe/Paris", "../etc/passwd", 3, "zone: '../etc/passwd' is no time zone"),
        ("Europe/Paris", "Europe", 3, "zone: 'Europe' is no time zone"),
        ("Europe/Paris", "", 3, "zone: '' is no time zone"),
        ("unit = 0.01, ", "", 4, "rounding: 'unit' is missing"),
        ("unit = 0.01", "unit = 0", 4, "rounding, unit: must be more than 0"),
        ("unit = 0.01", "unit = 10", 4, "rounding, unit: must be a number from 0 to 1"),
        ('mode = "half-up", ', "", 4, "rounding: 'mode' is missing"),
        ("half-up", "up-half", 4, "rounding, mode: 'up-half' is none of: 'down', 'half-even', 'half-up', 'up'"),
        (', on = "call"', "", 4, "rounding: 'on' is missing"),
        ('on = "call"', 'on = "line"', 4, "rounding, on: 'line' is none of: 'call', 'invoice'"),
        ("percent = 20, ", "", 5, "vat: 'percent' is missing"),
        ("percent = 20", "percent = 120", 5, "vat, percent: must be a number from 0 to 100"),
        ("percent = 20", 'percent = "20"', 5, "vat, percent: must be a number from 0 to 100, with 6 digits"),
        (
            'unit = 0.01, mode = "half-up", on = "call" }\nvat = { percent = 20, on = "invoice"',
            'unit = 0.01, mode = "half-up", on = "invoice" }\nvat = { percent = 20, on = "call"',
            5,
            "vat, on: contradicts [rounding] on = 'invoice'",
        ),
        ('"in", "out"', '"in", "off"', 6, "unpriced 2: 'off' is none of: 'in', 'out'"),
        ("unpriced", "unprised", 6, "unprised: unknown key; did you mean 'unpriced'?"),
        ('name = "Test"', 'name = "Test', 1, "not TOML"),
    ],
)
def test_a_wrong_top_is_refused(tmp_path: Path, old: str, new: str, line: int, problem: str) -> None:
    top = TOP + UNPRICED
    assert old in top
    with pytest.raises(ConfigError) as error:
        tariff(tmp_path, rule(PRICED), top.replace(old, new))
    assert str(error.value).startswith(f"{tmp_path}/tariff.toml:{line}: {problem}")


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("", 1, "the file: has no [[rule]]"),
        (rule(PRICED, to=""), 8, "rule 1, name: is for no number"),
        (rule(PRICED, to="to = []"), 9, "rule 1, to: is for no number"),
        (rule(PRICED, to='to = "FR"'), 9, "rule 1, to: must be a list of texts"),
        (rule(PRICED, to='to = ["0033"]'), 9, "rule 1, to 1: '0033' looks like a number abroad: write +"),
        (rule(PRICED, to='to = ["+33",\n"+0336"]'), 10, "rule 1, to 2: '+0336' is no beginning of a number"),
        (rule(PRICED, to='to = ["+999"]'), 9, "rule 1, to 1: '+999' can never match: no country"),
        (
            rule(PRICED, to='to = ["France"]'),
            9,
            "rule 1, to 1: 'France' is no beginning of a number, as +336 or 2",
        ),
        (rule(PRICED, to='to = ["FR", "+33", "FR"]'), 9, "rule 1, to 3: 'FR' is there twice, also in 'FR'"),
        (rule(PRICED, to='to = ["FR"]\notherwise = true'), 10, "rule 1, otherwise: contradicts 'to'"),
        (rule(PRICED, to='to = ["FR"]\ndirection = "both"'), 10, "rule 1, direction: 'both' is none of: 'in', 'out'"),
        (rule(PRICED, 'currency = "USD"'), 11, "rule 1, currency: a tariff has one currency, at its top"),
        (rule(PRICED, "per_minit = 1"), 11, "rule 1, per_minit: unknown key; did you mean 'per_minute'?"),
        (rule("connection = 0.1234567"), 10, "rule 1, connection: must be a number from 0 to 1000000, with 6 digits"),
        (rule("connection = -1"), 10, "rule 1, connection: must be a number from 0 to 1000000"),
        (rule("connection = nan"), 10, "rule 1, connection: must be a number from 0 to 1000000"),
        (rule('connection = "0.1"'), 10, "rule 1, connection: must be a number from 0 to 1000000"),
        (rule(), 8, "rule 1, name: has no price: write one, or free = true"),
        (rule(PRICED, "free = true"), 11, "rule 1, free: contradicts 'connection'"),
        (rule(PRICED, 'first_day = "2026-01-01"'), 11, "rule 1, first_day: must be a day without quotes"),
        (rule(PRICED, "first_day = 2026-02-30"), 11, "not TOML"),
        (
            rule(PRICED, "first_day = 2026-02-01", "last_day = 2026-01-31"),
            12,
            "rule 1, last_day: is before first_day, 2026-02-01: this rule never holds",
        ),
        (rule(PRICED, "minimum = 2", "maximum = 1"), 12, "rule 1, maximum: is less than the minimum, 2"),
        (rule("per_minute = 0.1", "then_seconds = 1"), 7, "rule 1, first_seconds: is missing: say how seconds"),
        (rule("per_minute = 0.1", "first_seconds = 1"), 7, "rule 1, then_seconds: is missing: say how seconds"),
        (
            rule("per_minute = 0.1", "first_seconds = 0", "then_seconds = 1"),
            11,
            "rule 1, first_seconds: must be a whole number from 1 to 3600",
        ),
        (rule(PRICED, "first_seconds = 60"), 11, "rule 1, first_seconds: changes nothing: no second costs"),
        (rule(PRICED, "free_seconds = 60"), 11, "rule 1, free_seconds: changes nothing"),
        (rule("per_page = 1", 'counts = "attempts"'), 11, "rule 1, counts: needs 'connection'"),
        (rule(PRICED, 'counts = "calls"'), 11, "rule 1, counts: 'calls' is none of: 'answered', 'attempts', 'pages'"),
        (rule(PRICED, 'pages = "sent"'), 11, "rule 1, pages: changes nothing: no page costs anything here"),
        (rule(PRICED, "vat = 101"), 11, "rule 1, vat: must be a number from 0 to 100"),
        (rule("tiers = []", "per_page = 1"), 10, "rule 1, tiers: are empty"),
        (rule("tiers = [{ per_page = 1 }]", "per_page = 1"), 10, "rule 1, tiers 1, after: is missing"),
        (rule("tiers = [{ after = 1 }]", "per_page = 1"), 10, "rule 1, tiers 1: 'per_page' is missing"),
        (rule("tiers = [{ after = 1, per_page = 1 }]"), 10, "rule 1, tiers: need 'per_page'"),
        (
            rule("per_page = 1", "tiers = [{ after = 5, per_page = 1 },\n{ after = 5, per_page = 2 }]"),
            12,
            "rule 1, tiers 2, after: must be more than 5, that of the tier before",
        ),
        (rule(PRICED, "during = {}"), 11, "rule 1, during: is empty"),
        (
            rule(PRICED, "during.night = { connection = 1 }"),
            11,
            "rule 1, during, night: there are no hours of this name",
        ),
        (rule(PRICED) + rule(PRICED, to='to = ["DE"]'), 12, "rule 2, name: 'one' is there twice, first at"),
        ('zones = { FR = ["+33"] }\n' + rule(PRICED), 7, "zones, FR: is a country or a beginning of numbers"),
        ("zones = { near = [] }\n" + rule(PRICED), 7, "zones, near: is empty: no number is in this zone"),
        ('zones = { near = ["x"] }\n' + rule(PRICED), 7, "zones, near 1: 'x' is no beginning of a number"),
        ('zones = { near = ["BE"] }\n' + rule(PRICED), 7, "zones, near: no rule is for this zone"),
        (
            'zones = { near = ["BE", "FR"] }\n' + rule(PRICED, to='to = ["FR", "near"]'),
            10,
            "rule 1, to 2: 'FR' is there twice, also in 'FR'",
        ),
        ('holidays = "FR"\n' + rule(PRICED), 7, "holidays: changes nothing: there are no hours"),
        ("further_holidays = [2026-12-24]\n" + rule(PRICED), 7, "further_holidays: changes nothing"),
        (HOURS + rule(PRICED), 8, "period 1, name: no rule has prices for 'night': write during.night"),
        ('holidays = "XX"\n' + HOURS + rule(PRICED), 7, "holidays: 'XX' is no country whose holidays are known"),
        ('holidays = "DE-XX"\n' + HOURS + rule(PRICED), 7, "holidays: 'DE-XX' is no country whose holidays"),
        ("[[period]]\nname = 'night'\n" + rule(PRICED), 8, "period 1, name: has no hours"),
        ("[[period]]\nname = 'night'\nhours = ['18-8']\n" + rule(PRICED), 9, "period 1, hours 1: '18-8' is not as"),
        (
            HOURS + HOURS.replace("night", "dawn").replace("Mon-Fri 18:00-24:00", "06:00-07:00") + rule(PRICED),
            12,
            "period 2, hours: overlap those of 'night': no moment may have two prices",
        ),
        (HOURS + rule(PRICED, "during.night = {}"), 14, "rule 1, during, night: has no price of its own"),
        (HOURS + rule(PRICED, "during.night = { minimum = 1 }"), 14, "rule 1, during, night, minimum: unknown key"),
        (
            HOURS + rule("per_page = 1", "during.night = { per_page = 1 }", "tiers = [{ after = 1, per_page = 1 }]"),
            14,
            "rule 1, during, night, per_page: contradicts 'tiers'",
        ),
    ],
)
def test_what_is_wrong_is_refused(tmp_path: Path, text: str, line: int, problem: str) -> None:
    with pytest.raises(ConfigError) as error:
        tariff(tmp_path, text)
    assert str(error.value).startswith(f"{tmp_path}/tariff.toml:{line}: {problem}")


FIRST_HALF, SECOND_HALF = "last_day = 2026-06-30", "first_day = 2026-07-01"


@pytest.mark.parametrize(
    ("first", "second", "line", "problem"),
    [
        ("", "", 13, "at all times"),
        (FIRST_HALF, "", 14, "until 2026-06-30"),
        (FIRST_HALF, "first_day = 2026-06-30", 14, "from 2026-06-30 on"),
        ("first_day = 2026-01-01", "first_day = 2026-07-01", 14, "from 2026-07-01 on"),
    ],
)
def test_one_beginning_has_one_price_on_a_day(tmp_path: Path, first: str, second: str, line: int, problem: str) -> None:
    text = rule(PRICED, *filter(None, [first])) + rule(PRICED, *filter(None, [second]), name="two")
    with pytest.raises(ConfigError) as error:
        tariff(tmp_path, text)
    assert str(error.value) == (
        f"{tmp_path}/tariff.toml:{line}: rule 2, to 1: 'FR': the rule 'one' at {tmp_path}/tariff.toml:7 says so too, "
        f"and both hold {problem}"
    )


def test_a_zone_does_not_hide_an_overlap(tmp_path: Path) -> None:
    text = 'zones = { near = ["BE", "FR"] }\n' + rule(PRICED) + rule(PRICED, to='to = ["DE", "near"]', name="two")
    with pytest.raises(ConfigError, match="tariff.toml:14: rule 2, to 2: 'FR': the rule 'one'"):
        tariff(tmp_path, text)


def test_rules_that_follow_each_other_do_not_overlap(tmp_path: Path) -> None:
    tariff(tmp_path, rule(PRICED, FIRST_HALF) + rule(PRICED, SECOND_HALF, name="two"))
    tariff(tmp_path, rule(PRICED) + rule(PRICED, to='to = ["FR"]\ndirection = "in"', name="two"))
    tariff(tmp_path, rule(PRICED) + rule(PRICED, to='to = ["+33", "+336"]', name="two"))


OTHERS = "otherwise = true"


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        (rule(PRICED), 1, "the file: no rule says what all other calls out cost: write a rule with otherwise"),
        (rule(PRICED) + rule(PRICED, FIRST_HALF, to=OTHERS, name="two"), 15, "rule 2, last_day: after 2026-06-30 no"),
        (
            rule(PRICED) + rule(PRICED, SECOND_HALF, to=OTHERS, name="two"),
            15,
            "rule 2, first_day: before 2026-07-01",
        ),
        (
            rule(PRICED, FIRST_HALF, to=OTHERS) + rule(PRICED, "first_day = 2026-07-03", to=OTHERS, name="two"),
            16,
            "rule 2, first_day: from 2026-07-01 until 2026-07-02 no rule says what all other calls out cost",
        ),
        (
            rule(PRICED, to=OTHERS) + rule(PRICED, to='to = ["FR"]\ndirection = "in"', name="two"),
            1,
            'the file: no rule says what all other calls in cost: write a rule with direction = "in" and otherwise',
        ),
    ],
)
def test_a_gap_is_refused(tmp_path: Path, text: str, line: int, problem: str) -> None:
    top = TOP if 'direction = "in"' in text else TOP + 'unpriced = ["in"]\n'
    with pytest.raises(ConfigError) as error:
        tariff(tmp_path, text, top)
    assert str(error.value).startswith(f"{tmp_path}/tariff.toml:{line}: {problem}")


def test_no_gap_is_left_by_rules_for_all_others(tmp_path: Path) -> None:
    both = rule(PRICED, FIRST_HALF, to=OTHERS) + rule(PRICED, SECOND_HALF, to=OTHERS, name="two")
    incoming = rule("free = true", to=f'{OTHERS}\ndirection = "in"', name="three")
    read = tariff(tmp_path, rule(PRICED, name="zero") + both + incoming, TOP)
    assert read.unpriced == frozenset()


def test_a_tariff_that_prices_all_does_not_say_that_it_does_not(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="tariff.toml:6: unpriced: the tariff has a price for every call out"):
        tariff(tmp_path, rule(PRICED, to=OTHERS))


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="tariff.toml: cannot be read: No such file"):
        read_tariff(tmp_path / "tariff.toml")
