# SPDX-License-Identifier: GPL-3.0-or-later
"""VAT of an invoice by EN 16931, and what stands against its electronic form."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faxcore.billing.electronic import find_obstacles
from faxcore.billing.invoice_lines import make_payable, tax_lines
from faxcore.config import CompanyConfig
from faxcore.contract.invoiced import Invoice, InvoiceLine, InvoiceLineKind, InvoiceSum, InvoiceVat, VatFree

CENT = 10_000
HOUSE = CompanyConfig("Maison Facteur", ("1, rue de Bretagne",), "FR40303265045", country="FR")


def line(net: int, percent: float = 20.0, vat: int = 0) -> InvoiceLine:
    """A line with amounts in cents."""
    counts = (1, 1, 60)
    return InvoiceLine(
        InvoiceLineKind.CALLS, "2026-10", "Test", "France", *counts, net * CENT, round(percent * 10**6), vat * CENT
    )


def invoice(*lines: InvoiceLine, currency: str = "EUR") -> Invoice:
    sum_ = InvoiceSum("FX-1", "2026-10", "2026-11-02", "C-1", "Lenoir", currency)
    return Invoice(sum_, "2026-12-02", country="FR", lines=lines, vats=tax_lines(lines, currency))


@pytest.mark.parametrize(
    ("nets", "percent", "vat"),
    [
        # 0.39 at 20 %: 0.078, though of each third, 0.13, it would be 0.03.
        ((13, 13, 13), 20.0, 8),
        # Half a cent goes up, and of what is given back, down: 0.50 at 5 %, 0.30 at 5 %.
        ((50,), 5.0, 3),
        ((-50,), 5.0, -3),
        ((30,), 5.0, 2),
        # Lines of both signs: 1.00 - 0.75 = 0.25 at 20 %.
        ((100, -75), 20.0, 5),
        ((100,), 0.0, 0),
        # 8.1 % of 123.45 is 9.99945.
        ((12345,), 8.1, 1000),
    ],
)
def test_vat_is_computed_once_for_each_percentage(nets: tuple[int, ...], percent: float, vat: int) -> None:
    (found,) = tax_lines([line(net, percent) for net in nets], "EUR")
    assert (found.net, found.vat) == (sum(nets) * CENT, vat * CENT)


def test_percentages_are_apart_and_the_difference_is_said() -> None:
    found = tax_lines([line(13, vat=3), line(13, vat=3), line(13, vat=3), line(180, 5.5, 10)], "EUR")
    assert found == (
        InvoiceVat(5_500_000, 180 * CENT, 10 * CENT, 0),
        InvoiceVat(20_000_000, 39 * CENT, 8 * CENT, -1 * CENT),
    )


@pytest.mark.parametrize(
    ("millionths", "currency", "payable"),
    [
        (375_000, "EUR", 380_000),
        (374_999, "EUR", 370_000),
        (-375_000, "EUR", -380_000),
        (1_500_000, "JPY", 2_000_000),
        (1_499_999, "XOF", 1_000_000),
        (1_234_500, "TND", 1_235_000),
    ],
)
def test_what_can_be_paid(millionths: int, currency: str, payable: int) -> None:
    assert make_payable(millionths, currency) == payable


@given(st.lists(st.tuples(st.integers(-(10**9), 10**9), st.sampled_from([0.0, 2.1, 5.5, 10.0, 20.0])), max_size=20))
def test_vat_is_within_half_a_cent(amounts: list[tuple[int, float]]) -> None:
    for each in tax_lines([line(net, percent) for net, percent in amounts], "EUR"):
        assert abs(each.vat * 10**8 - each.net * each.percent) * 2 <= CENT * 10**8
        assert each.vat % CENT == 0


def test_nothing_is_missing() -> None:
    assert find_obstacles(invoice(line(100)), HOUSE) == ()


@pytest.mark.parametrize(
    ("house", "changed", "why"),
    [
        (replace(HOUSE, country=""), {}, "[company] country"),
        (replace(HOUSE, vat_id=""), {}, "[company] vat_id"),
        (replace(HOUSE, vat_id="40303265045"), {}, "[company] vat_id"),
        (replace(HOUSE, vat_id="ZZ40303265045"), {}, "[company] vat_id"),
        (HOUSE, {"country": ""}, "[[customer]] country"),
        (HOUSE, {"vat_id": "123"}, "[[customer]] vat_id"),
        (HOUSE, {"lines": (line(100, 0.0),)}, "vat_free"),
        (HOUSE, {"lines": (line(100, 0.0),), "vat_free": VatFree.REVERSE_CHARGE}, "owes the VAT"),
        (HOUSE, {"vats": (InvoiceVat(20_000_000, 100 * CENT, 21 * CENT),)}, "line by line"),
        (HOUSE, {"lines": (replace(line(100), net=1_234_500),)}, "line by line"),
    ],
)
def test_what_stands_against_it(house: CompanyConfig, changed: dict[str, object], why: str) -> None:
    made = replace(invoice(line(100)), **changed)
    if "lines" in changed and why != "line by line":
        made = replace(made, vats=tax_lines(made.lines, "EUR"))
    (found,) = find_obstacles(made, house)
    assert why in str(found)


def test_three_digits_are_too_many() -> None:
    (found,) = find_obstacles(invoice(line(100), currency="TND"), HOUSE)
    assert "TND" in str(found)
    assert find_obstacles(invoice(line(10_000), currency="JPY"), HOUSE) == ()


def test_a_reason_makes_it_whole() -> None:
    free = replace(invoice(line(100, 0.0), line(100)), vat_free=VatFree.REVERSE_CHARGE, vat_id="DE 123456789")
    assert find_obstacles(free, HOUSE) == ()
