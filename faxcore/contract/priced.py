# SPDX-License-Identifier: GPL-3.0-or-later
"""The prices of calls in the bus contract, and their sums. Amounts are whole millionths of their currency, so that sums
of them are exact whoever adds them up; percentages are millionths, too.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Final

from faxcore.model.sentence import Sentence

MILLION: Final = 1_000_000
_DIGITS: Final = 2
"""Digits behind the point that an amount is written with at least."""


class Pricing(Enum):
    """The states of a price."""

    PRICED = "priced"
    UNPRICED = "unpriced"
    """The tariff has no price for the call. It is not free."""
    NONE = "none"
    """No tariff was configured, or the call is not in the ledger: it lasts still, or is older."""


@dataclass(frozen=True)
class CallPrice:
    """The price of a call by a tariff, as it stands in the ledger."""

    state: Pricing = Pricing.NONE
    currency: str = ""
    net: int | None = None
    """Without VAT, in millionths; None where there is no price, which is not free."""
    vat_percent: int = 0
    """In millionths."""
    vat: int | None = None
    """In millionths; None: it is computed on the line of the invoice, or there is no price."""
    tariff: str = ""
    rule: str = ""
    """The name of the tariff's rule."""
    steps: tuple[Sentence, ...] = ()
    """The way to the price, or why there is none; only where one fax is asked for, and as long as its number is kept.
    """


NO_PRICE: Final = CallPrice()


@dataclass(frozen=True)
class CostSum:
    """The cost of several calls together: those in one currency, with one percentage of VAT."""

    currency: str
    vat_percent: int = 0
    """In millionths."""
    net: int = 0
    """Without VAT, in millionths."""
    vat: int = 0
    """The VAT of the calls of which each has its own, in millionths."""
    untaxed: int = 0
    """That part of the net amount whose VAT is computed on the line of the invoice, in millionths."""

    @property
    def whole_vat(self) -> int:
        """VAT of all: where it is computed on the invoice, that of the sum, to the nearest millionth."""
        divisor = 100 * MILLION
        return self.vat + (2 * self.untaxed * self.vat_percent + divisor) // (2 * divisor)

    @property
    def gross(self) -> int:
        """The sum with VAT."""
        return self.net + self.whole_vat


def sum_prices(prices: Iterable[CallPrice]) -> tuple[CostSum, ...]:
    """Sum up the prices of calls; those without one are left out."""
    return add_costs(
        CostSum(each.currency, each.vat_percent, each.net, each.vat or 0, each.net if each.vat is None else 0)
        for each in prices
        if each.net is not None
    )


def add_costs(costs: Iterable[CostSum]) -> tuple[CostSum, ...]:
    """Add those of one currency and percentage, in the order of these."""
    found: dict[tuple[str, int], CostSum] = {}
    for each in costs:
        key = (each.currency, each.vat_percent)
        so_far = found.get(key, CostSum(*key))
        found[key] = CostSum(*key, so_far.net + each.net, so_far.vat + each.vat, so_far.untaxed + each.untaxed)
    return tuple(found[key] for key in sorted(found))


def write_amount(millionths: int) -> str:
    """Write an amount with two digits behind the point, and with more, up to six, where it has them."""
    whole, part = divmod(abs(millionths), MILLION)
    digits = f"{part:06}".rstrip("0").ljust(_DIGITS, "0")
    return f"{'-' if millionths < 0 else ''}{whole}.{digits}"


def write_percent(millionths: int) -> str:
    """Write a percentage with as many digits behind the point as it has."""
    whole, part = divmod(millionths, MILLION)
    return f"{whole}.{part:06}".rstrip("0").rstrip(".")


def describe_cost(cost: CostSum) -> Sentence:
    """Say what something costs."""
    values = {
        "net": write_amount(cost.net),
        "gross": write_amount(cost.gross),
        "currency": cost.currency,
        "percent": write_percent(cost.vat_percent),
    }
    if cost.untaxed and cost.vat_percent:
        return Sentence("{net} {currency} and VAT of {percent} %", values)
    if cost.vat:
        return Sentence("{net} {currency}, with VAT {gross} {currency}", values)
    return Sentence("{net} {currency}", values)


def describe_costs(costs: Iterable[CostSum], unpriced: int) -> list[Sentence]:
    """Say what calls cost together, in each currency, and how many of them have no price."""
    said = [describe_cost(each) for each in costs]
    return [*said, Sentence("calls without a price: {count}", {"count": unpriced})] if unpriced else said


def count_unpriced(prices: Iterable[CallPrice]) -> int:
    """Count the calls that have no price where they should have one."""
    return sum(each.state is Pricing.UNPRICED for each in prices)
