# SPDX-License-Identifier: GPL-3.0-or-later
"""The costs of calls, in words and in cells: no rounding but where VAT is computed on a sum, and no price is not 0."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faxcore.cli.cost_output import format_costs, format_price, list_currencies, list_price_cells, list_sum_cells
from faxcore.contract.priced import (
    NO_PRICE,
    CallPrice,
    CostSum,
    Pricing,
    add_costs,
    count_unpriced,
    sum_prices,
    write_amount,
    write_percent,
)
from faxcore.model.spreadsheet import make_cell

EURO = CallPrice(Pricing.PRICED, "EUR", 500_000, 20_000_000, 100_000, "ours", "pages")
LATER = CallPrice(Pricing.PRICED, "EUR", 123_456, 5_500_000, None, "ours", "=1+1")
UNKNOWN = CallPrice(Pricing.UNPRICED, tariff="ours")


@pytest.mark.parametrize(
    ("millionths", "text"),
    [
        (0, "0.00"),
        (1, "0.000001"),
        (250_000, "0.25"),
        (1_500_000, "1.50"),
        (12_000_000, "12.00"),
        (12_345_600, "12.3456"),
        (-250_000, "-0.25"),
    ],
)
def test_an_amount_is_exact(millionths: int, text: str) -> None:
    assert write_amount(millionths) == text


def test_a_percentage_has_no_more_digits_than_it_needs() -> None:
    assert [write_percent(each) for each in (0, 5_500_000, 20_000_000, 100_000_000)] == ["0", "5.5", "20", "100"]


def test_a_price_in_words() -> None:
    assert format_price(NO_PRICE) == ""
    assert format_price(UNKNOWN) == "no price"
    assert format_price(EURO) == "0.50 EUR, with VAT 0.60 EUR"
    assert format_price(LATER) == "0.123456 EUR and VAT of 5.5 %"
    assert format_price(CallPrice(Pricing.PRICED, "EUR", 0, 20_000_000, 0)) == "0.00 EUR"
    assert format_price(CallPrice(Pricing.PRICED, "EUR", 0, 20_000_000)) == "0.00 EUR"


def test_a_sum_says_what_has_no_price() -> None:
    dollars = CallPrice(Pricing.PRICED, "USD", 1_000_000, 0, 0)
    prices = [EURO, NO_PRICE, UNKNOWN, EURO, dollars]
    said = format_costs(sum_prices(prices), count_unpriced(prices))
    assert said == "1.00 EUR, with VAT 1.20 EUR; 1.00 USD; calls without a price: 1"
    assert format_costs(sum_prices([UNKNOWN, UNKNOWN]), 2) == "calls without a price: 2"
    assert format_costs((), 0) == ""


def test_cells() -> None:
    """No price is an empty cell, and no cell is a formula."""
    assert list_price_cells(NO_PRICE) == ["none", "", "", "", ""]
    assert list_price_cells(UNKNOWN) == ["unpriced", "", "", "", ""]
    assert list_price_cells(LATER)[:4] == ["priced", "0.123456", "", "EUR"]
    assert make_cell(list_price_cells(LATER)[4]) == "'=1+1"
    sums = sum_prices([EURO, LATER])
    assert list_currencies([sums, ()]) == ["EUR"]
    # 5.5 % of 0.123456 are 0.00679008.
    assert list_sum_cells(sums, "EUR") == ["0.623456", "0.10679", "0.730246"]
    assert list_sum_cells((), "EUR") == ["", "", ""]


@pytest.mark.parametrize(("untaxed", "vat"), [(2, 0), (3, 1), (5, 1), (7, 1), (8, 2), (2_500_000, 500_000)])
def test_vat_of_a_sum_goes_to_the_nearest_millionth(untaxed: int, vat: int) -> None:
    assert CostSum("EUR", 20_000_000, untaxed, 0, untaxed).whole_vat == vat


PRICES = st.lists(
    st.builds(
        CallPrice,
        st.just(Pricing.PRICED),
        st.sampled_from(["EUR", "CHF"]),
        st.integers(0, 10**12),
        st.sampled_from([0, 5_500_000, 20_000_000]),
        st.none() | st.integers(0, 10**12),
    )
    | st.just(UNKNOWN)
    | st.just(NO_PRICE),
    max_size=20,
)


@given(PRICES, PRICES)
def test_sums_of_parts_are_those_of_the_whole(some: list[CallPrice], others: list[CallPrice]) -> None:
    assert add_costs((*sum_prices(some), *sum_prices(others))) == sum_prices([*others, *some])
