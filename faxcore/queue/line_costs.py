# SPDX-License-Identifier: GPL-3.0-or-later
"""The cheapest of the lines that may carry a call now, by the carriers' tariffs: pure.

Nobody knows yet how long a call will be, so lines are compared by what a call of one page that lasts a minute costs
before VAT, which is what most calls are. A line without a tariff, without a price for the number, or in another
currency than the first one with a price is dearer than those with one: what it costs is not known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from faxcore.billing.call_price import CallFacts, Price
from faxcore.billing.pricing import price_call
from faxcore.billing.tariff import Tariff
from faxcore.billing.tariffs import Side, Tariffs
from faxcore.config import LineConfig

COMPARED: Final = timedelta(minutes=1)
"""The length of the call by which lines are compared."""


@dataclass(frozen=True)
class LineCosts:
    """The costs of calls on each line at a time, which has a zone."""

    tariffs: Tariffs = field(default_factory=Tariffs)
    now: datetime | None = None
    """None: nobody knows what calls cost."""

    def list_cheapest(self, lines: Sequence[LineConfig], number: str) -> list[LineConfig]:
        """List those of the lines on which a call to a number costs least, in their order."""
        if self.now is None or len(lines) < 2:
            return list(lines)
        tariffs = [self.tariffs.find(Side.PURCHASE, line.name) for line in lines]
        if all(tariff is tariffs[0] for tariff in tariffs):
            return list(lines)
        prices = [self._price(tariff, number, self.now) for tariff in tariffs]
        currency = next((price.currency for price in prices if price is not None), "")
        costs = [price.net if price is not None and price.currency == currency else None for price in prices]
        least = min((cost for cost in costs if cost is not None), default=None)
        return [line for line, cost in zip(lines, costs, strict=True) if cost == least]

    def _price(self, tariff: Tariff | None, number: str, now: datetime) -> Price | None:
        if tariff is None:
            return None
        found = price_call(tariff, CallFacts(number, now, now, now + COMPARED, sent=1, confirmed=1))
        return found if isinstance(found, Price) else None
