# SPDX-License-Identifier: GPL-3.0-or-later
"""A statement as it is written: sums and calls, for people and for spreadsheets."""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from faxcore.cli.statement_command import format_call, format_line, list_cells, list_rows, parse_month
from faxcore.contract.priced import CallPrice, CostSum, Pricing
from faxcore.contract.stated import StatedCall, StatementGrouping, StatementLine, add_all
from faxcore.model.call import Direction, Outcome
from faxcore.model.number import shorten

ANNE = StatementLine("anne", 3, 6, 61_234, (CostSum("EUR", 20_000_000, 1_250_000, 250_000),), 1)
BOB = StatementLine(
    "bob",
    2,
    4,
    500,
    (
        CostSum("CHF", 8_100_000, 1_000_000, 0, 1_000_000),
        CostSum("EUR", 5_500_000, 1_000_000, 55_000),
        CostSum("EUR", 20_000_000, 500_000, 100_000),
    ),
)
CALL = StatedCall(
    "c1",
    7,
    "2026-10-02T09:30:00.000Z",
    Direction.OUT,
    "sip",
    "anne",
    "+33199000001",
    "+33199000002",
    "4711",
    Outcome.OK,
    20_400,
    2,
    CallPrice(Pricing.PRICED, "EUR", 500_000, 20_000_000, 100_000, "ours", "pages"),
)


@pytest.fixture(autouse=True)
def in_paris(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as zone:
        zone.setenv("TZ", "Europe/Paris")
        time.tzset()
        yield
    time.tzset()


def test_a_line_in_words() -> None:
    assert format_line("anne", ANNE).split("  ")[-1] == (
        "3 calls, 6 pages, 61 s; net 1.25, VAT 0.25, with VAT 1.50 EUR; calls without a price: 1"
    )
    assert format_line("bob", BOB).endswith(
        "2 calls, 4 pages, 0 s; net 1.00, VAT 0.081, with VAT 1.081 CHF; net 1.50, VAT 0.155, with VAT 1.655 EUR"
    )
    assert format_line("all", add_all([])).endswith("0 calls, 0 pages, 0 s")


def test_a_table_of_sums() -> None:
    """A currency in which nothing was charged is an empty cell."""
    names, anne, bob = list_rows(StatementGrouping.PERSON, [ANNE, BOB])
    amounts = ("net_CHF", "vat_CHF", "gross_CHF", "net_EUR", "vat_EUR", "gross_EUR")
    assert names == ("person", "calls", "pages", "seconds", "unpriced", *amounts)
    assert anne == ("anne", 3, 6, "61.234", 1, "", "", "", "1.25", "0.25", "1.50")
    assert bob == ("bob", 2, 4, "0.500", 0, "1.00", "0.081", "1.081", "1.50", "0.155", "1.655")
    assert list(list_rows(StatementGrouping.LINE, [])) == [("line", "calls", "pages", "seconds", "unpriced")]


def test_a_call() -> None:
    who = ("c1", "2026-10-02T09:30:00.000Z", "out", "sip", "anne", "4711", "+33199000001", "+33199000002")
    assert list_cells(CALL) == [*who, "ok", "20.400", 2, "priced", "0.50", "0.10", "EUR", "pages", "", ""]
    shown = format_call(CALL)
    assert shown.startswith("2026-10-02 11:30  sent      sip ")
    assert shown.endswith("2 pages  20 s  anne  4711  0.50 EUR, with VAT 0.60 EUR  c1")
    corrected = replace(CALL, corrected_by="root", remark="It was ours.")
    assert format_call(corrected).endswith("with VAT 0.60 EUR  corrected by root: It was ours.  c1")
    assert list_cells(corrected)[-2:] == ["root", "It was ours."]


@pytest.mark.parametrize(
    ("number", "short"), [("+33199000002", "+3319900****"), ("1234", "****"), ("47", "**"), ("", "")]
)
def test_the_last_digits_are_hidden(number: str, short: str) -> None:
    assert shorten(number) == short


@pytest.mark.parametrize(
    ("month", "begin", "end"),
    [
        ("2026-10", "2026-09-30T22:00", "2026-10-31T23:00"),
        ("2026-12", "2026-11-30T23:00", "2026-12-31T23:00"),
        ("2026-03", "2026-02-28T23:00", "2026-03-31T22:00"),
    ],
)
def test_a_month_is_one_of_this_machine(month: str, begin: str, end: str) -> None:
    assert parse_month(month) == tuple(datetime.fromisoformat(each).replace(tzinfo=UTC) for each in (begin, end))


@pytest.mark.parametrize("text", ["2026", "2026-13", "2026-00", "2026-1", "october", "9999-12", "0000-01", "٢٠٢٦-١٠"])
def test_what_is_no_month(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="is not a month: write 2026-10"):
        parse_month(text)
