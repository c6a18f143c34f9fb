# SPDX-License-Identifier: GPL-3.0-or-later
"""About how much a fax will cost, before it is sent: one call by the tariff of sale."""

from __future__ import annotations

from datetime import datetime, timedelta

from faxcore.billing.call_price import CallFacts, Unpriced
from faxcore.billing.money import count_millionths
from faxcore.billing.pricing import price_call
from faxcore.billing.tariffs import Side, Tariffs


def estimate_net(tariffs: Tariffs, payer: str, number: str, pages: int, milliseconds: int, now: datetime) -> int:
    """Estimate what a fax will cost before VAT whose call is so long, in millionths of the currency; 0 if no tariff has
    a price for it.
    """
    tariff = tariffs.find(Side.SALE, "", payer)
    if tariff is None:
        return 0
    facts = CallFacts(number, now, now, now + timedelta(milliseconds=milliseconds), pages, pages)
    price = price_call(tariff, facts, tariffs.find_mark_up(Side.SALE, payer))
    return 0 if isinstance(price, Unpriced) else count_millionths(price.net)
