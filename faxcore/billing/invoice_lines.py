# SPDX-License-Identifier: GPL-3.0-or-later
"""The lines of an invoice: what calls by one rule come to, rounded as their tariff says.

Amounts go in and come out as whole millionths. Where the tariff rounds each call, the line is the sum of what was
rounded; where it rounds the line, the sum of all calls is rounded once. So it is with VAT, of what is rounded.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from faxcore.billing.money import EXACT, Rounding, count_millionths

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
