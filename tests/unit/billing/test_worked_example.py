# SPDX-License-Identifier: GPL-3.0-or-later
"""Twenty-four calls of an office, computed by hand: by what the carrier takes, by what the office charges, and by the
carrier's tariff with a mark-up. Nothing here was taken from what the program says.

The carrier: 0.05 for the connection, then 0.06 a minute in the day (Mon-Fri 08:00-18:00), 0.012 at night (00:00-03:00)
and 0.03 at other hours; a minute counts whole, then each second. From 2027 on 0.06 and 0.036 at any hour. Mobiles:
0.01 also for an attempt, 0.15 a minute, thirty seconds whole and then every six, at least 0.10. Everything else: 0.20
and 0.90 a minute, by whole minutes. Rounded to 0.0001, a half up; VAT on the invoice.

The office: 0.10 for each page that is confirmed, 0.07 from the 101st of a month on; to numbers outside of France 0.50 a
page and 0.50 a minute; received ones 0.04 a page. Rounded to cents, a half up, with 20 % VAT on each call.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Final

import pytest

from faxcore.billing.call_price import CallFacts, MarkUp
from faxcore.billing.tariff import Tariff
from faxcore.model.call import Direction
from tests.support.tariffs import LYON, answered, paris, price, tariff, unanswered

CARRIER: Final = """
name = "Carrier"
currency = "EUR"
zone = "Europe/Paris"
holidays = "FR"
rounding = { unit = 0.0001, mode = "half-up", on = "call" }
vat = { percent = 20, on = "invoice" }
[[period]]
name = "day"
hours = ["Mon-Fri 08:00-18:00"]
[[period]]
name = "night"
hours = ["00:00-03:00"]
[[rule]]
name = "France"
to = ["FR"]
last_day = 2026-12-31
connection = 0.05
per_minute = 0.03
first_seconds = 60
then_seconds = 1
during.day = { per_minute = 0.06 }
during.night = { per_minute = 0.012 }
[[rule]]
name = "France from 2027 on"
to = ["FR"]
first_day = 2027-01-01
connection = 0.06
per_minute = 0.036
first_seconds = 60
then_seconds = 1
[[rule]]
name = "Mobiles"
to = ["+336", "+337"]
counts = "attempts"
connection = 0.01
per_minute = 0.15
first_seconds = 30
then_seconds = 6
minimum = 0.10
[[rule]]
name = "House"
to = ["internal"]
free = true
[[rule]]
name = "World"
otherwise = true
connection = 0.20
per_minute = 0.90
first_seconds = 60
then_seconds = 60
[[rule]]
name = "Received"
direction = "in"
otherwise = true
free = true
"""

OFFICE: Final = """
name = "Office"
currency = "EUR"
zone = "Europe/Paris"
rounding = { unit = 0.01, mode = "half-up", on = "call" }
vat = { percent = 20, on = "call" }
[[rule]]
name = "France"
to = ["FR"]
counts = "pages"
per_page = 0.10
tiers = [{ after = 100, per_page = 0.07 }]
[[rule]]
name = "House"
to = ["internal"]
free = true
[[rule]]
name = "World"
otherwise = true
per_page = 0.50
per_minute = 0.50
first_seconds = 60
then_seconds = 60
[[rule]]
name = "Received"
direction = "in"
otherwise = true
per_page = 0.04
"""

MARK_UP: Final = MarkUp(Decimal(10), Decimal("0.02"), "EUR")
MOBILE: Final = "+33612000001"


def friday(clock: str) -> datetime:
    return paris(f"2026-11-27 {clock}")


CALLS: Final = {
    # In the day: 0.05 + 95 s at 0.06 a minute, 0.095. Marked up: 0.145 x 1.1 = 0.1595, and 0.02.
    "three pages": (answered(95, friday("10:00:00"), pages=3), "0.1450", "0.30", "0.06", "0.1795"),
    # 17:59:00 a whole minute by day, 0.06; from 18:00:00 on forty seconds at 0.03, 0.02; 0.05.
    # 0.13 x 1.1 = 0.143.
    "at six in the evening": (answered(100, friday("17:59:00"), pages=4), "0.1300", "0.40", "0.08", "0.1630"),
    # A whole minute: 0.05 + 0.06. 0.11 x 1.1 = 0.121.
    "first period": (answered(25, friday("10:10:00"), pages=1), "0.1100", "0.10", "0.02", "0.1410"),
    # 30 s and one of 6 s: 36 s at 0.15 are 0.09, and 0.01: just the minimum. 0.1 x 1.1 = 0.11.
    "increment": (answered(31, friday("10:20:00"), MOBILE, 1), "0.1000", "0.10", "0.02", "0.1300"),
    # 30 s are 0.075, and 0.01: less than the minimum.
    "minimum": (answered(20, friday("10:30:00"), MOBILE, 1), "0.1000", "0.10", "0.02", "0.1300"),
    # 30 s and eight of 6 s: 78 s at 0.15 are 0.195, and 0.01. 0.205 x 1.1 = 0.2255.
    "increments": (answered(75, friday("10:40:00"), MOBILE, 2), "0.2050", "0.20", "0.04", "0.2455"),
    # The carrier takes the connection charge of an attempt; the office nothing. 0.01 x 1.1 = 0.011.
    "unanswered, an attempt": (unanswered(friday("10:50:00"), MOBILE), "0.0100", "0.00", "0.00", "0.0310"),
    "unanswered": (unanswered(friday("10:55:00")), "0.0000", "0.00", "0.00", "0.0000"),
    # Somebody says hello: the carrier takes its minute, the office counts no page. 0.11 x 1.1 = 0.121.
    "a person": (answered(12, friday("11:00:00")), "0.1100", "0.00", "0.00", "0.1410"),
    # Breaks off in the third page: 0.05 + 130 s, 0.13; two pages are confirmed. 0.18 x 1.1 = 0.198.
    "failed": (answered(130, friday("11:10:00"), pages=2, sent=3), "0.1800", "0.20", "0.04", "0.2180"),
    # One fax of five pages, resumed twice: 0.05 each time, and 70 s, a minute, 65 s: 0.07, 0.06, 0.065.
    # 0.12 x 1.1 = 0.132, 0.11 x 1.1 = 0.121, 0.115 x 1.1 = 0.1265.
    "resumed, one": (answered(70, friday("11:20:00"), pages=2), "0.1200", "0.20", "0.04", "0.1520"),
    "resumed, two": (answered(40, friday("11:25:00"), pages=1), "0.1100", "0.10", "0.02", "0.1410"),
    "resumed, three": (answered(65, friday("11:30:00"), pages=2), "0.1150", "0.20", "0.04", "0.1465"),
    # 01:59:00 a minute at night, 0.012; then clocks show 03:00:00, and a minute costs 0.03; 0.05.
    # 0.092 x 1.1 = 0.1012.
    "clocks set forward": (answered(120, paris("2026-03-29 01:59:00"), pages=1), "0.0920", "0.10", "0.02", "0.1212"),
    # 02:59:00 for the first time, then it is 02:00:00 once more: two minutes at night, 0.024; 0.05.
    # 0.074 x 1.1 = 0.0814.
    "clocks set back": (answered(120, paris("2026-10-25 02:59:00"), pages=1), "0.0740", "0.10", "0.02", "0.1014"),
    # 02:59:00 for the second time: a minute at night, 0.012, and one from 03:00:00 on, 0.03; 0.05.
    "clocks set back before": (
        answered(120, paris("2026-10-25 02:59:00", fold=1), pages=1),
        *("0.0920", "0.10", "0.02", "0.1212"),
    ),
    # Armistice Day, a Wednesday: no day of work, so 0.03 a minute; 0.05. 0.08 x 1.1 = 0.088.
    "holiday": (answered(60, paris("2026-11-11 10:00:00"), pages=1), "0.0800", "0.10", "0.02", "0.1080"),
    # Begun in 2026, whose rule stays: 23:59:30 a minute at 0.03; from 00:00:30 on thirty seconds at night, 0.006; 0.05.
    # 0.086 x 1.1 = 0.0946.
    "over New Year": (answered(90, paris("2026-12-31 23:59:30"), pages=2), "0.0860", "0.20", "0.04", "0.1146"),
    # The rule of 2027: 0.06 + 0.036. 0.096 x 1.1 = 0.1056.
    "in the new year": (answered(60, paris("2027-01-01 00:00:00"), pages=1), "0.0960", "0.10", "0.02", "0.1256"),
    # Two pages up to the hundredth, 0.20, and three beyond, 0.21; VAT 0.082. The carrier: 0.05 + 0.06.
    "tiers": (answered(60, friday("14:00:00"), pages=5, month_pages=98), "0.1100", "0.41", "0.08", "0.1410"),
    # Two minutes: 1.80 + 0.20; the office 1.00 + 0.50. 2 x 1.1 = 2.2.
    "Japan": (answered(61, friday("14:10:00"), "+81333000001", 1), "2.0000", "1.50", "0.30", "2.2200"),
    # Three pages, 0.12; VAT 0.024. What comes in costs the carrier's customers nothing.
    "received": (
        answered(80, friday("14:20:00"), pages=3, direction=Direction.IN),
        *("0.0000", "0.12", "0.02", "0.0000"),
    ),
    "internal": (answered(30, friday("14:30:00"), "201", 1), "0.0000", "0.00", "0.00", "0.0000"),
    # A Saturday: 0.05 + 61 s at 0.03, 0.0305. 0.0805 x 1.1 = 0.08855, and 0.02: 0.10855, a half up.
    "rounded": (answered(61, paris("2026-11-28 10:00:00"), LYON, 1), "0.0805", "0.10", "0.02", "0.1086"),
}
"""The facts, the carrier's price, the office's price and its VAT, and the carrier's price with the mark-up."""


@pytest.fixture
def carrier(tmp_path: Path) -> Tariff:
    return tariff(tmp_path, CARRIER, "")


@pytest.fixture
def office(tmp_path: Path) -> Tariff:
    return tariff(tmp_path, OFFICE, "")


@pytest.mark.parametrize("name", CALLS)
def test_each_call(carrier: Tariff, office: Tariff, name: str) -> None:
    facts, taken, charged, vat, marked_up = CALLS[name]
    sold = price(office, facts)
    found = (price(carrier, facts).net, sold.net, sold.vat, price(carrier, facts, MARK_UP).net)
    assert [f"{amount:f}" for amount in found] == [taken, charged, vat, marked_up]
    assert sold.gross == Decimal(charged) + Decimal(vat)


def test_the_sums(carrier: Tariff, office: Tariff) -> None:
    """The carrier: 0.385 for the first three, 0.405 mobiles, 0.01 the attempt, 0.11 the person, 0.18 what failed, 0.345
    the resumed fax, 0.258 while clocks are set, 0.08 on the holiday, 0.182 over New Year, 0.11 with tiers, 2.00 and
    0.0805 are 4.1455; 20 % of that are 0.8291.
    """
    all_facts: list[CallFacts] = [facts for facts, *_rest in CALLS.values()]
    assert len(all_facts) == 24
    taken = sum((price(carrier, facts).net for facts in all_facts), Decimal(0))
    sold = [price(office, facts) for facts in all_facts]
    assert (taken, carrier.rounding.round_amount(taken * 20 / 100)) == (Decimal("4.1455"), Decimal("0.8291"))
    assert sum((each.net for each in sold), Decimal(0)) == Decimal("4.73")
    assert sum((each.vat or 0 for each in sold), Decimal(0)) == Decimal("0.94")
    # 21 calls cost something: 4.1455 x 1.1 + 0.42 = 4.98005, and one of them was rounded up by 0.00005.
    marked_up = sum((price(carrier, facts, MARK_UP).net for facts in all_facts), Decimal(0))
    assert marked_up == Decimal("4.9801")


@pytest.mark.parametrize(
    ("mode", "unit", "amount"),
    # 0.05 + 61 s at 0.03 a minute: 0.0805.
    [
        *(("up", "0.001", "0.081"), ("half-up", "0.001", "0.081")),
        *(("half-even", "0.001", "0.080"), ("down", "0.001", "0.080")),
        *(("up", "0.01", "0.09"), ("half-up", "0.01", "0.08"), ("half-even", "0.01", "0.08"), ("down", "0.01", "0.08")),
    ],
)
def test_rounding_each_way(tmp_path: Path, mode: str, unit: str, amount: str) -> None:
    text = CARRIER.replace("unit = 0.0001", f"unit = {unit}").replace("half-up", mode)
    assert f"{price(tariff(tmp_path, text, ''), CALLS['rounded'][0]).net:f}" == amount
