# SPDX-License-Identifier: GPL-3.0-or-later
"""The costs of calls on standard output: words for a person, cells for a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from faxcore.contract.priced import CallPrice, CostSum, Pricing, describe_costs, sum_prices, write_amount
from faxcore.i18n import gettext as _
from faxcore.i18n import translate

PRICE_CELLS: Final = ("state", "net", "vat", "currency", "rule")
"""The names of the cells of a price."""


def format_price(price: CallPrice) -> str:
    """Write the price of a call; empty if no tariff was configured."""
    return _("no price") if price.state is Pricing.UNPRICED else format_costs(sum_prices([price]), 0)


def format_costs(costs: Iterable[CostSum], unpriced: int) -> str:
    """Write what calls cost together, and how many of them have no price."""
    return "; ".join(translate(each) for each in describe_costs(costs, unpriced))


def list_price_cells(price: CallPrice) -> list[object]:
    """List the cells of a price; an amount that there is not is an empty one."""
    return [price.state.value, *map(write_cell, (price.net, price.vat)), price.currency, price.rule]


def list_currencies(sums: Iterable[Sequence[CostSum]]) -> list[str]:
    """List the currencies that are in any of these sums."""
    return sorted({cost.currency for costs in sums for cost in costs})


def list_sum_cells(costs: Sequence[CostSum], currency: str) -> list[str]:
    """List the cells of what calls cost in a currency: net, VAT and gross; empty if nothing was charged in it."""
    own = [each for each in costs if each.currency == currency]
    if not own:
        return ["", "", ""]
    sums = (sum(each.net for each in own), sum(each.whole_vat for each in own), sum(each.gross for each in own))
    return [write_amount(each) for each in sums]


def write_cell(amount: int | None) -> str:
    """Write an amount, or nothing for none."""
    return "" if amount is None else write_amount(amount)
