# SPDX-License-Identifier: GPL-3.0-or-later
"""The estimate of the bus contract: how long the call for a fax will probably be, before it is sent."""

from __future__ import annotations

from dataclasses import dataclass

from faxcore.contract.priced import NO_PRICE, CallPrice


@dataclass(frozen=True)
class Estimate:
    """A call that sends a fax, if one call is enough for it, as other calls were. Seconds go from the answer to the
    end.
    """

    pages: int
    """With the cover page, if there is one."""
    seconds: int
    """Probably."""
    least: int
    most: int
    """The seconds between which it will nearly always be."""
    known: bool
    """True if calls to that very number have shown it; else it is taken to be like others."""
    payer: str = ""
    """The code of whoever would pay; empty: nobody."""
    price: CallPrice = NO_PRICE
    """The cost now, by the tariff of sales, if it lasts so many seconds; with the steps that lead there."""
    most_price: CallPrice = NO_PRICE
    """The same for the longest that it will nearly always be."""
