# SPDX-License-Identifier: GPL-3.0-or-later
"""The lines of an invoice: what calls by one rule come to, rounded as their tariff says.

Amounts go in and come out as whole millionths. Where the tariff rounds each call, the line is the sum of what was
rounded; where it rounds the line, the sum of all calls is rounded once. What that leaves finer than can be paid is
rounded to the smallest unit of the currency. VAT is that of the invoice: of each percentage once, on the sum of its
lines, as EN 16931 has it (BR-S-08, BR-CO-17), and what it differs from the VAT of the calls is said.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from faxcore.billing.currencies import count_coin_digits
from faxcore.billing.money import EXACT, Rounding, RoundingMode, Stage, count_millionths
from faxcore.contract.invoiced import InvoiceLine, InvoiceVat

_MILLION: Final = Decimal(1_000_000)


@dataclass(frozen=True, order=True)
class LineKey:
    """That which the calls of a line have in common."""

    month: str
    tariff: str
    rule: str
    vat_percent: int


@dataclass
class LineSum:
    """The calls of a line so far; what is credited counts as less than nothing."""

    calls: int = 0
    pages: int = 0
    seconds: int = 0
    net: int = 0
    vat: int = 0
    """The VAT of those calls of which each has its own."""
    untaxed: int = 0
    """That part of the net amount whose VAT is computed here."""
    _open: bool = field(default=False, repr=False)

    @property
    def needs_rounding(self) -> bool:
        """True if the tariff has to say how the line is rounded."""
        return self._open

    def add(self, sign: int, pages: int, seconds: int, net: int, vat: int | None) -> None:
        """Add a call, or take one away."""
        self.calls += sign
        self.pages += sign * pages
        self.seconds += sign * seconds
        self.net += sign * net
        self.vat += sign * (vat or 0)
        if vat is None:
            self.untaxed += sign * net
            self._open = True

    def finish(self, vat_percent: int, rounding: Rounding | None) -> tuple[int, int]:
        """The net amount and the VAT of the line; `rounding` is there if it needs to be."""
        if not self._open:
            return self.net, self.vat
        assert rounding is not None, "a line that is not rounded by call needs its tariff"
        untaxed = rounding.round_amount(EXACT.divide(Decimal(self.untaxed), _MILLION))
        percent = EXACT.divide(Decimal(vat_percent), _MILLION)
        vat = rounding.round_amount(EXACT.divide(EXACT.multiply(untaxed, percent), Decimal(100)))
        return self.net - self.untaxed + count_millionths(untaxed), self.vat + count_millionths(vat)


def round_to_coin(amount: Decimal, currency: str) -> int:
    """Round an amount to the smallest unit of its currency, a half away from nothing; in millionths."""
    unit = EXACT.scaleb(Decimal(1), -count_coin_digits(currency))
    return count_millionths(Rounding(unit, RoundingMode.HALF_UP, Stage.INVOICE).round_amount(amount))


def make_payable(net: int, currency: str) -> int:
    """Round the net amount of a line, in millionths, so that it can be paid."""
    return round_to_coin(EXACT.divide(Decimal(net), _MILLION), currency)


def tax_lines(lines: Iterable[InvoiceLine], currency: str) -> tuple[InvoiceVat, ...]:
    """Compute the VAT of each percentage on the sum of its lines."""
    found: dict[int, tuple[int, int]] = {}
    for line in lines:
        net, vat = found.get(line.vat_percent, (0, 0))
        found[line.vat_percent] = (net + line.net, vat + line.vat)
    return tuple(_tax(percent, *found[percent], currency) for percent in sorted(found))


def _tax(percent: int, net: int, by_lines: int, currency: str) -> InvoiceVat:
    exact = EXACT.divide(EXACT.multiply(Decimal(net), Decimal(percent)), 100 * _MILLION * _MILLION)
    vat = round_to_coin(exact, currency)
    return InvoiceVat(percent, net, vat, vat - by_lines)
