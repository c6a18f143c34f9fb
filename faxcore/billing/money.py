# SPDX-License-Identifier: GPL-3.0-or-later
"""Amounts of money: as exact as they are written, and rounded once, as the tariff says.

A price per minute is charged by seconds, and a sixtieth may have no end. So what a call costs is added up in sixtieths,
which are exact, and divided once, with so many digits (`EXACT`) that no rounding can tell the quotient from the true
one: an amount has seven digits before the point and six behind it at most.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import (
    ROUND_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Context,
    Decimal,
    DivisionByZero,
    InvalidOperation,
    Overflow,
)
from enum import Enum
from typing import Final

EXACT: Final = Context(prec=60, traps=[InvalidOperation, DivisionByZero, Overflow])

MOST: Final = 1_000_000
"""Units of the currency that anything in a tariff costs at most."""
DIGITS: Final = 6
"""Digits behind the point that a price in a tariff has at most, and that an amount keeps until its invoice."""
CARRIED: Final = Decimal("0.000001")


class RoundingMode(Enum):
    """The ways to round what lies between two units."""

    UP = "up"
    HALF_UP = "half-up"
    HALF_EVEN = "half-even"
    DOWN = "down"


class Stage(Enum):
    """Where something is computed: for every call, or on the line of an invoice."""

    CALL = "call"
    INVOICE = "invoice"


_IN_DECIMAL: Final = {
    RoundingMode.UP: ROUND_UP,
    RoundingMode.HALF_UP: ROUND_HALF_UP,
    RoundingMode.HALF_EVEN: ROUND_HALF_EVEN,
    RoundingMode.DOWN: ROUND_DOWN,
}


@dataclass(frozen=True)
class Rounding:
    """The unit to whose multiples amounts are rounded, how, and where."""

    unit: Decimal
    mode: RoundingMode
    on: Stage

    def round_amount(self, amount: Decimal) -> Decimal:
        """Round an amount; it has as many digits behind the point as the unit."""
        units = EXACT.divide(amount, self.unit).to_integral_value(_IN_DECIMAL[self.mode])
        return EXACT.quantize(EXACT.multiply(units, self.unit), self.unit)

    @property
    def digits(self) -> int:
        """The digits behind the point that a rounded amount has."""
        return count_digits(self.unit)


def carry(amount: Decimal) -> Decimal:
    """Give an amount as it is kept until its invoice line is rounded: with six digits, half to even."""
    return amount.quantize(CARRIED, ROUND_HALF_EVEN, EXACT)


def count_millionths(amount: Decimal) -> int:
    """Count the millionths of an amount, which has no more than six digits behind the point; else, ValueError."""
    millionths = EXACT.multiply(amount, Decimal(1_000_000))
    if millionths != millionths.to_integral_value():
        raise ValueError(f"{amount} is not whole in millionths")
    return int(millionths)


def count_digits(amount: Decimal) -> int:
    """Count the digits behind the point."""
    exponent = amount.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def format_amount(amount: Decimal, digits: int) -> str:
    """Write an amount with at least so many digits behind the point, and with more, up to six, where it has them."""
    short = amount.quantize(CARRIED, ROUND_HALF_EVEN, EXACT).normalize(EXACT)
    return f"{short:f}" if count_digits(short) >= digits else f"{short:.{digits}f}"
