# SPDX-License-Identifier: GPL-3.0-or-later
"""The costs of calls in words, and the steps of the tariff to them."""

from __future__ import annotations

from collections.abc import Iterable

from faxcore.contract.priced import CallPrice, CostSum, Pricing, count_unpriced, describe_costs, sum_prices
from faxcore.i18n import gettext as _
from faxcore.i18n import show_sentence, translate


def write_costs(costs: Iterable[CostSum], unpriced: int) -> str:
    """Say what calls cost together in each currency, and how many of them have no price."""
    return " · ".join(map(translate, describe_costs(costs, unpriced)))


def write_price(price: CallPrice) -> str:
    """Say what a call cost; empty where no tariff is configured."""
    return _("without a price") if price.state is Pricing.UNPRICED else write_costs(sum_prices([price]), 0)


def add_up_prices(prices: Iterable[CallPrice]) -> str:
    """Say what these calls cost together; empty where no tariff is configured."""
    found = list(prices)
    return write_costs(sum_prices(found), count_unpriced(found))


def explain_price(price: CallPrice) -> str:
    """Give the steps to the price of a call, or say why it has none, a line each."""
    return "\n".join(map(show_sentence, price.steps))
