# SPDX-License-Identifier: GPL-3.0-or-later
"""The price of one call: each thing that a tariff may say, by itself."""

from __future__ import annotations

from datetime import timedelta
from decimal import Context, Decimal, localcontext
from pathlib import Path

import pytest

from faxcore.billing.call_price import CallFacts, MarkUp, Price, Unpriced
from faxcore.billing.pricing import price_call
from faxcore.model.call import Direction
from tests.support.tariffs import HOURS, LYON, TOP, UNPRICED, answered, net, paris, price, rule, tariff, unanswered

MINUTES = ("per_minute = 0.6", "first_seconds = 60", "then_seconds = 1")
SECONDS = ("per_minute = 0.6", "first_seconds = 1", "then_seconds = 1")
"""A cent a second."""
AT_NIGHT = "during.night = { per_minute = 0.3 }"


def steps(found: Price) -> list[str]:
    return [str(step) for step in found.steps]


@pytest.mark.parametrize(
    ("seconds", "first", "then", "charged"),
    [
        (1, 60, 60, 60),
        (60, 60, 60, 60),
        (61, 60, 60, 120),
        (61, 60, 1, 61),
        (1, 30, 6, 30),
        (30, 30, 6, 30),
        (31, 30, 6, 36),
        (36, 30, 6, 36),
        (37, 30, 6, 42),
        (5, 1, 1, 5),
        (100, 1, 60, 121),
    ],
)
def test_a_first_period_and_increments_are_charged(
    tmp_path: Path, seconds: int, first: int, then: int, charged: int
) -> None:
    by_time = rule("per_minute = 0.6", f"first_seconds = {first}", f"then_seconds = {then}")
    found = price(tariff(tmp_path, by_time), answered(seconds))
    assert (found.seconds, found.net) == (charged, Decimal(charged) / 100)
    if seconds == 31:
        assert steps(found)[1] == (
            "31 s connected; each period begun counts, 30 s first, 6 s each after that: 36 s are charged."
        )


def test_part_of_a_second_is_a_second_and_ringing_is_none(tmp_path: Path) -> None:
    read = tariff(tmp_path, rule(*SECONDS))
    at = paris("2026-11-27 10:00:00")
    call = CallFacts(LYON, at - timedelta(minutes=2), at, at + timedelta(seconds=10, microseconds=1))
    assert net(read, call) == "0.11"
    assert net(read, CallFacts(LYON, at, at, at)) == "0.01"


def test_free_seconds_come_first(tmp_path: Path) -> None:
    read = tariff(tmp_path, rule("per_minute = 0.6", "first_seconds = 10", "then_seconds = 5", "free_seconds = 30"))
    assert [net(read, answered(seconds)) for seconds in (1, 30, 31, 40, 41)] == ["0.00", "0.00", "0.10", "0.10", "0.15"]
    assert "30 s are free" in steps(price(read, answered(41)))[1]


def test_connection_seconds_and_pages_are_added(tmp_path: Path) -> None:
    read = tariff(tmp_path, rule("connection = 0.08", *SECONDS, "per_page = 0.05"))
    found = price(read, answered(12, pages=3))
    assert (found.net, found.pages) == (Decimal("0.35"), 3)
    assert steps(found)[1:] == [
        "Connection charge: 0.08 EUR",
        "12 s connected; each period begun counts, 1 s first, 1 s each after that: 12 s are charged.",
        "12 s at 0.60 EUR a minute: 0.12 EUR",
        "Pages confirmed: 3, at 0.05 EUR each: 0.15 EUR",
        "Price of the call: 0.35 EUR",
        "VAT is added on the invoice line: 20 %",
    ]


def test_pages_sent_or_pages_confirmed(tmp_path: Path) -> None:
    call = answered(pages=2, sent=5)
    assert net(tariff(tmp_path, rule("per_page = 0.1")), call) == "0.20"
    sent = price(tariff(tmp_path, rule("per_page = 0.1", 'pages = "sent"')), call)
    assert (sent.net, sent.pages, steps(sent)[1]) == (
        Decimal("0.5"),
        5,
        "Pages sent: 5, at 0.10 EUR each: 0.50 EUR",
    )


@pytest.mark.parametrize(
    ("counts", "nobody", "somebody", "a_page"),
    [("answered", "0.00", "0.20", "0.50"), ("attempts", "0.20", "0.20", "0.50"), ("pages", "0.00", "0.00", "0.50")],
)
def test_the_calls_that_count(tmp_path: Path, counts: str, nobody: str, somebody: str, a_page: str) -> None:
    read = tariff(tmp_path, rule("connection = 0.2", "per_page = 0.3", f'counts = "{counts}"'))
    mark_up = MarkUp(per_call=Decimal(1))
    found = [(net(read, call), net(read, call, mark_up)) for call in (unanswered(), answered(), answered(pages=1))]
    # An amount for each call is paid for those that cost something.
    paid = [f"{Decimal(amount) + bool(Decimal(amount))}" for amount in (nobody, somebody, a_page)]
    assert found == [*zip((nobody, somebody, a_page), paid, strict=True)]


def test_an_attempt_costs_the_connection_charge_and_no_more(tmp_path: Path) -> None:
    read = tariff(tmp_path, rule("connection = 0.2", *MINUTES, "minimum = 0.9", 'counts = "attempts"'))
    assert (net(read, unanswered()), net(read, answered(1))) == ("0.20", "0.90")


def test_what_costs_nothing_says_why(tmp_path: Path) -> None:
    read = tariff(tmp_path, rule("free = true") + rule("per_page = 1", 'counts = "pages"', to='to = ["DE"]', name="de"))
    assert steps(price(read, answered()))[1] == "By this rule the call costs nothing."
    assert net(read, answered(), MarkUp(per_call=Decimal(1))) == "0.00"
    assert steps(price(read, unanswered()))[1] == "The call was not answered: by this rule it costs nothing."
    assert steps(price(read, answered(number="+4989000001")))[1] == (
        "No page of the call counts: by this rule it costs nothing."
    )


def test_a_minimum_and_a_maximum(tmp_path: Path) -> None:
    read = tariff(tmp_path, rule(*SECONDS, "minimum = 0.1", "maximum = 0.5"))
    assert [net(read, answered(seconds)) for seconds in (1, 10, 11, 50, 51)] == ["0.10", "0.10", "0.11", "0.50", "0.50"]
    assert steps(price(read, answered(1)))[3] == "Together 0.01 EUR, which is less than a call costs at least: 0.10 EUR"
    assert steps(price(read, answered(60)))[3] == "Together 0.60 EUR, which is more than a call costs at most: 0.50 EUR"


@pytest.mark.parametrize(
    ("before", "pages", "amount"),
    [(0, 5, "0.50"), (98, 2, "0.20"), (98, 4, "0.30"), (100, 1, "0.05"), (199, 2, "0.07"), (95, 110, "5.60")],
)
def test_tiers_price_the_pages_beyond_them(tmp_path: Path, before: int, pages: int, amount: str) -> None:
    tiers = "tiers = [{ after = 100, per_page = 0.05 }, { after = 200, per_page = 0.02 }]"
    read = tariff(tmp_path, rule("per_page = 0.1", tiers))
    found = price(read, answered(pages=pages, month_pages=before))
    assert f"{found.net:f}" == amount
    if pages == 110:
        assert steps(found)[1:4] == [
            "Pages confirmed: 5, at 0.10 EUR each: 0.50 EUR",
            "Pages beyond the first 100 of this month: 100, at 0.05 EUR each: 5.00 EUR",
            "Pages beyond the first 200 of this month: 5, at 0.02 EUR each: 0.10 EUR",
        ]


@pytest.mark.parametrize(
    ("at", "seconds", "amount"),
    [
        # Friday evening; a second costs a cent in the day, and half a cent from 18:00 on.
        ("2026-11-27 17:59:50", 10, "0.10"),
        ("2026-11-27 17:59:50", 20, "0.15"),
        ("2026-11-27 18:00:00", 10, "0.05"),
        ("2026-11-30 07:59:50", 20, "0.15"),
        # Armistice Day is a Wednesday: as a Sunday, from its midnight on.
        ("2026-11-11 10:00:00", 10, "0.05"),
        ("2026-11-10 23:59:50", 20, "0.10"),
        ("2026-11-12 10:00:00", 10, "0.10"),
        # A day of one's own.
        ("2026-12-24 10:00:00", 10, "0.05"),
        # A whole week: 50 hours of day, 118 of night.
        ("2026-11-30 00:00:00", 7 * 24 * 3600, "3924.00"),
    ],
)
def test_hours_have_prices_of_their_own(tmp_path: Path, at: str, seconds: int, amount: str) -> None:
    top = 'holidays = "FR"\nfurther_holidays = [2026-12-24]\n'
    read = tariff(tmp_path, top + HOURS + rule(*SECONDS, AT_NIGHT))
    assert net(read, answered(seconds, paris(at))) == amount


def test_an_increment_costs_what_is_charged_when_it_begins(tmp_path: Path) -> None:
    read = tariff(tmp_path, HOURS + rule("per_minute = 0.6", "first_seconds = 60", "then_seconds = 30", AT_NIGHT))
    found = price(read, answered(100, paris("2026-11-27 17:59:00")))
    # 17:59:00 the first minute, 18:00:00 and 18:00:30 thirty seconds each.
    assert (found.seconds, found.net) == (120, Decimal("0.90"))
    later = price(read, answered(100, paris("2026-11-27 17:58:59")))
    # 17:58:59, 17:59:59, 18:00:29.
    assert (later.seconds, later.net) == (120, Decimal("1.05"))
    assert steps(later)[1:5] == [
        "It began on 2026-11-27 17:58:59 (Europe/Paris), in none of the named hours.",
        "100 s connected; each period begun counts, 60 s first, 30 s each after that: 120 s are charged.",
        "90 s begun at other hours, at 0.60 EUR a minute: 0.90 EUR",
        "30 s begun in the hours “night”, at 0.30 EUR a minute: 0.15 EUR",
    ]


def test_an_increment_that_begins_within_the_second_of_a_boundary(tmp_path: Path) -> None:
    read = tariff(tmp_path, HOURS + rule(*SECONDS, AT_NIGHT))
    # Answered at 17:59:59.5: seconds begin at 17:59:59.5, 18:00:00.5 and 18:00:01.5.
    call = answered(3, paris("2026-11-27 17:59:59.500000"))
    assert f"{price(read, call).net:f}" == "0.02"
    assert steps(price(read, call))[3].startswith("1 s begun at other hours")


def test_connection_and_pages_cost_what_is_charged_when_the_call_begins(tmp_path: Path) -> None:
    during = "during.night = { connection = 0.1, per_page = 0.01 }"
    read = tariff(tmp_path, HOURS + rule("connection = 0.2", "per_page = 0.03", during))
    assert net(read, answered(60, paris("2026-11-27 17:59:50"), pages=2)) == "0.26"
    assert net(read, answered(60, paris("2026-11-27 18:00:00"), pages=2)) == "0.12"


@pytest.mark.parametrize(
    ("at", "fold", "seconds", "amount"),
    [
        # 25 October 2026: at 03:00 clocks are set back to 02:00. Cheap from 02:00 to 03:00: that hour comes twice.
        ("2026-10-25 01:59:50", 0, 20, "0.15"),
        ("2026-10-25 02:59:50", 0, 20, "0.10"),
        ("2026-10-25 02:59:50", 1, 20, "0.15"),
        ("2026-10-25 01:00:00", 0, 4 * 3600, "108.00"),
        # 29 March 2026: at 02:00 clocks are set to 03:00. That hour is missing.
        ("2026-03-29 01:59:50", 0, 20, "0.20"),
        ("2026-03-29 01:00:00", 0, 2 * 3600, "72.00"),
    ],
)
def test_clocks_that_are_set(tmp_path: Path, at: str, fold: int, seconds: int, amount: str) -> None:
    hours = '[[period]]\nname = "night"\nhours = ["02:00-03:00"]\n'
    read = tariff(tmp_path, hours + rule(*SECONDS, AT_NIGHT))
    assert net(read, answered(seconds, paris(at, fold))) == amount


def test_a_call_in_an_hour_that_comes_twice_has_its_real_seconds(tmp_path: Path) -> None:
    read = tariff(tmp_path, rule(*SECONDS))
    first, second = paris("2026-10-25 02:59:58"), paris("2026-10-25 02:00:08", fold=1)
    assert price(read, CallFacts(LYON, first, first, second)).seconds == 10
    first, second = paris("2026-10-25 02:00:00"), paris("2026-10-25 02:00:05", fold=1)
    assert price(read, CallFacts(LYON, first, first, second)).seconds == 3605


def test_a_tariff_changes_at_midnight_of_its_zone(tmp_path: Path) -> None:
    first, second = "last_day = 2026-06-30", "first_day = 2026-07-01"
    read = tariff(tmp_path, rule("connection = 1", first) + rule("connection = 2", second, name="two"))
    # The call that is answered before midnight keeps its rule.
    assert net(read, answered(60, paris("2026-06-30 23:59:59"))) == "1.00"
    assert net(read, answered(60, paris("2026-07-01 00:00:00"))) == "2.00"
    utc = answered(60, paris("2026-07-01 00:00:00").astimezone())
    assert (price(read, utc).rule, price(read, utc).place) == ("two", f"{tmp_path}/tariff.toml:12")


@pytest.mark.parametrize(
    ("number", "name", "beginning", "reason"),
    [
        ("+33478000001", "country", "FR", "+33478000001 is a number of FR"),
        ("+33612000001", "mobile", "+336", "+33612000001 begins with +336"),
        ("+33699000001", "one", "+33699", "+33699000001 begins with +33699"),
        ("+442079460000", "britain", "GB", "+442079460000 is a number of GB"),
        # Jersey shares Britain's code.
        ("+441534000001", "code", "+44", "+441534000001 begins with +44"),
        ("+4930000001", "near", "DE", "+4930000001 is a number of DE"),
        ("201", "house", "internal", "201 is an internal number"),
        ("301", "floor", "3", "301 begins with 3"),
        ("+8133000001", "others", "", "no other one is for +8133000001"),
        ("", "others", "", "the number called is not known"),
    ],
)
def test_the_longest_beginning_counts(tmp_path: Path, number: str, name: str, beginning: str, reason: str) -> None:
    places = {
        "others": "otherwise = true",
        "code": 'to = ["+44", "+33"]',
        "britain": 'to = ["GB"]',
        "country": 'to = ["FR"]',
        "mobile": 'to = ["+336", "+337"]',
        "one": 'to = ["+33699"]',
        "near": 'to = ["near"]',
        "house": 'to = ["internal"]',
        "floor": 'to = ["3"]',
    }
    rules = "".join(rule("connection = 1", to=to, name=each) for each, to in places.items())
    read = tariff(tmp_path, 'zones = { near = ["DE", "BE"] }\n' + rules, TOP + 'unpriced = ["in"]\n')
    found = price(read, answered(number=number))
    assert (found.rule, found.beginning, found.tariff) == (name, beginning, "Test")
    assert steps(found)[0] == f"Rule “{name}” of the tariff Test ({found.place}): {reason}."


def test_a_rule_that_does_not_hold_leaves_the_call_to_a_shorter_beginning(tmp_path: Path) -> None:
    read = tariff(
        tmp_path,
        rule("connection = 1") + rule("connection = 2", "first_day = 2027-01-01", to='to = ["+336"]', name="two"),
    )
    assert price(read, answered(number="+33612000001")).rule == "one"


def test_calls_that_come_in_have_rules_of_their_own(tmp_path: Path) -> None:
    incoming = rule("per_page = 0.1", to='direction = "in"\nto = ["+33478000001"]', name="ours")
    read = tariff(tmp_path, rule("connection = 1") + incoming)
    assert net(read, answered(pages=3)) == "1.00"
    assert net(read, answered(pages=3, direction=Direction.IN)) == "0.30"


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        (answered(number="+4930000001"), "The tariff Test has no price for a call to +4930000001 on 2026-11-27."),
        (unanswered(number=""), "The tariff Test has no price for a call to an unknown number on 2026-11-27."),
        (
            answered(direction=Direction.IN),
            f"The tariff Test has no price for a call that comes in for {LYON} on 2026-11-27.",
        ),
        (
            answered(at=paris("2027-01-01 00:00:00")),
            f"The tariff Test has no price for a call to {LYON} on 2027-01-01.",
        ),
    ],
)
def test_a_call_without_a_price_is_not_free(tmp_path: Path, call: CallFacts, reason: str) -> None:
    found = price_call(tariff(tmp_path, rule("connection = 1", "last_day = 2026-12-31")), call)
    assert isinstance(found, Unpriced)
    assert (found.tariff, str(found.reason)) == ("Test", reason)


@pytest.mark.parametrize(
    ("unit", "mode", "amounts"),
    [
        ("0.01", "up", ["0.01", "0.01", "0.02", "0.02", "0.03"]),
        ("0.01", "half-up", ["0.01", "0.01", "0.02", "0.02", "0.03"]),
        ("0.01", "half-even", ["0.00", "0.01", "0.02", "0.02", "0.02"]),
        ("0.01", "down", ["0.00", "0.01", "0.01", "0.02", "0.02"]),
        ("0.001", "up", ["0.005", "0.010", "0.015", "0.020", "0.025"]),
        ("0.05", "up", ["0.05"] * 5),
        ("0.05", "half-up", ["0.00", "0.00", "0.00", "0.00", "0.05"]),
        ("1", "up", ["1"] * 5),
    ],
)
def test_a_call_is_rounded_as_the_tariff_says(tmp_path: Path, unit: str, mode: str, amounts: list[str]) -> None:
    top = (TOP + UNPRICED).replace("0.01", unit).replace("half-up", mode)
    read = tariff(tmp_path, rule("per_page = 0.005"), top)
    assert [net(read, answered(pages=pages)) for pages in range(1, 6)] == amounts


def test_rounding_is_explained_where_it_changes_something(tmp_path: Path) -> None:
    read = tariff(tmp_path, rule("per_page = 0.005"))
    assert steps(price(read, answered(pages=1)))[2:4] == [
        "Rounded in units of 0.01 EUR, a half up: 0.005 EUR becomes 0.01 EUR",
        "Price of the call: 0.01 EUR",
    ]
    assert steps(price(read, answered(pages=2)))[2] == "Price of the call: 0.01 EUR"


def test_a_third_of_a_cent_is_not_rounded_twice(tmp_path: Path) -> None:
    """A second at 0.02 a minute has no end in decimals: 15 of them are half a cent, and 14 or 16 are not."""
    by_second = rule("per_minute = 0.02", "first_seconds = 1", "then_seconds = 1")
    read = tariff(tmp_path, by_second, (TOP + UNPRICED).replace("half-up", "half-even"))
    assert [net(read, answered(seconds)) for seconds in (14, 15, 16, 44, 45, 46)] == [
        *("0.00", "0.00", "0.01"),
        *("0.01", "0.02", "0.02"),
    ]


def test_what_is_rounded_on_the_invoice_keeps_six_digits(tmp_path: Path) -> None:
    top = (TOP + UNPRICED).replace('on = "call"', 'on = "invoice"')
    read = tariff(tmp_path, rule("per_minute = 0.02", "first_seconds = 1", "then_seconds = 1"), top)
    found = price(read, answered(20))
    assert (f"{found.net:f}", found.vat, found.gross) == ("0.006667", None, None)
    assert steps(found)[-2] == "Price of the call, not rounded before the invoice line: 0.006667 EUR"


def test_vat_of_each_call_is_rounded_as_its_price(tmp_path: Path) -> None:
    top = (TOP + UNPRICED).replace('on = "invoice"', 'on = "call"')
    read = tariff(
        tmp_path, rule("connection = 0.13") + rule("connection = 1", "vat = 5.5", to='to = ["DE"]', name="de"), top
    )
    found = price(read, answered())
    # 20 % of 0.13 are 0.026.
    assert (found.net, found.vat_percent, found.vat, found.gross) == (
        *(Decimal("0.13"), Decimal(20)),
        *(Decimal("0.03"), Decimal("0.16")),
    )
    assert steps(found)[-1] == "VAT of 20 %: 0.03 EUR; with VAT 0.16 EUR"
    # 5.5 % of 1 are 0.055.
    assert price(read, answered(number="+4930000001")).vat == Decimal("0.06")


def test_vat_is_that_of_the_rounded_price(tmp_path: Path) -> None:
    top = (TOP + UNPRICED).replace('on = "invoice"', 'on = "call"')
    found = price(tariff(tmp_path, rule("connection = 0.145", "vat = 10"), top), answered())
    # 10 % of 0.145 would be 0.0145, and of 0.15 they are 0.015.
    assert (found.net, found.vat) == (Decimal("0.15"), Decimal("0.02"))


def test_a_price_is_the_same_whoever_asks(tmp_path: Path) -> None:
    top = (TOP + UNPRICED).replace('on = "invoice"', 'on = "call"')
    read = tariff(tmp_path, rule("connection = 123456.78", "per_page = 0.01"), top)
    with localcontext(Context(prec=3)):
        found = price(read, answered(pages=2), MarkUp(Decimal(10), Decimal("0.01")))
        assert (found.net, found.vat, found.gross) == (
            *(Decimal("135802.49"), Decimal("27160.50")),
            Decimal("162962.99"),
        )


def test_no_vat_is_said(tmp_path: Path) -> None:
    read = tariff(tmp_path, rule("connection = 1", "vat = 0"))
    assert steps(price(read, answered()))[-1] == "No VAT."


def test_a_mark_up_comes_before_rounding(tmp_path: Path) -> None:
    read = tariff(tmp_path, rule("connection = 0.13"))
    mark_up = MarkUp(Decimal(10), Decimal("0.05"), "EUR")
    found = price(read, answered(), mark_up)
    # 0.13 + 0.013 + 0.05 = 0.193.
    assert found.net == Decimal("0.19")
    assert steps(found)[2:4] == ["Mark-up of 10 %: 0.013 EUR", "Mark-up for the call: 0.05 EUR"]


def test_a_mark_up_in_another_currency_makes_no_price(tmp_path: Path) -> None:
    found = price_call(tariff(tmp_path, rule("connection = 1")), answered(), MarkUp(Decimal(10), currency="CHF"))
    assert isinstance(found, Unpriced)
    assert str(found.reason) == "The tariff Test is in EUR, and the mark-up on it in CHF."


@pytest.mark.parametrize(
    "facts",
    [
        lambda at: CallFacts(LYON, at.replace(tzinfo=None)),
        lambda at: CallFacts(LYON, at, at),
        lambda at: CallFacts(LYON, at, ended=at),
        lambda at: CallFacts(LYON, at, at - timedelta(seconds=1), at),
        lambda at: CallFacts(LYON, at, at, at - timedelta(seconds=1)),
        lambda at: CallFacts(LYON, at, sent=-1),
        lambda at: CallFacts(LYON, at, month_pages=-1),
    ],
)
def test_facts_that_no_call_has(facts: object) -> None:
    assert callable(facts)
    with pytest.raises(ValueError, match="call"):
        facts(paris("2026-11-27 10:00:00"))


def follow(first: int, *seconds: int, at: str = "2026-11-27 10:00:00", pages: int = 0) -> list[CallFacts]:
    """The documents of one telephone call, of so many seconds each."""
    facts = [answered(first, paris(at), pages=pages)]
    behind = timedelta(seconds=first)
    for each in seconds:
        last = facts[-1]
        assert last.ended is not None
        end = last.ended + timedelta(seconds=each)
        facts.append(CallFacts(LYON, last.ended, last.ended, end, pages, pages, earlier=behind))
        behind += timedelta(seconds=each)
    return facts


def test_documents_that_follow_pay_what_they_add(tmp_path: Path) -> None:
    """A minute and then half minutes: 20 s are a minute; 50 s still; 100 s are four half minutes, 60 s more."""
    read = tariff(tmp_path, rule(*MINUTES[:2], "then_seconds = 30", "connection = 1", "per_page = 2", "minimum = 5"))
    found = [price(read, facts) for facts in follow(20, 30, 50, pages=1)]
    assert [(each.seconds, str(each.net)) for each in found] == [(60, "5.00"), (0, "2.00"), (60, "2.60")]
    assert steps(found[2])[1:3] == [
        "It follows other documents in a telephone call that had lasted 50 s: it pays no connection charge and no "
        "minimum, and only the periods that it adds.",
        "50 s connected; each period begun counts, 60 s first, 30 s each after that: 60 s are charged.",
    ]


@pytest.mark.parametrize("parts", [(1, 1, 1), (59, 1, 1), (30, 0, 45, 200), (61, 3600), (7, 7, 7, 7, 7)])
@pytest.mark.parametrize("at", ["2026-11-27 10:00:00", "2026-11-27 17:59:10", "2026-10-25 02:59:30"])
def test_the_seconds_of_documents_are_those_of_their_telephone_call(
    tmp_path: Path, parts: tuple[int, ...], at: str
) -> None:
    kept = TOP.replace('on = "call"', 'on = "invoice"') + UNPRICED
    free = (*MINUTES[:2], "then_seconds = 7", "free_seconds = 5")
    read = tariff(tmp_path, rule(*free, AT_NIGHT) + HOURS, kept)
    found = [price(read, facts) for facts in follow(*parts, at=at)]
    whole = price(read, answered(sum(parts), paris(at)))
    assert sum(each.seconds for each in found) == whole.seconds
    assert sum(each.net for each in found) == whole.net


def test_a_document_that_follows_has_the_day_and_the_hours_of_its_telephone_call(tmp_path: Path) -> None:
    read = tariff(tmp_path, rule("per_page = 1", "during.night = { per_page = 0.5 }") + HOURS)
    first, second = follow(120, 10, at="2026-11-27 17:59:00", pages=1)
    assert (net(read, first), net(read, second)) == ("1.00", "1.00")


def test_a_document_that_follows_and_is_not_begun_costs_nothing(tmp_path: Path) -> None:
    read = tariff(tmp_path, rule("connection = 1", 'counts = "attempts"'))
    at = paris("2026-11-27 10:00:00")
    assert net(read, CallFacts(LYON, at, earlier=timedelta(seconds=30))) == "0.00"
