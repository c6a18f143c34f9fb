# SPDX-License-Identifier: GPL-3.0-or-later
"""The tariffs of a configuration: which one prices a call, and what its payer pays on top."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from faxcore.billing.call_price import NO_MARK_UP, MarkUp
from faxcore.billing.tariff import Tariff
from faxcore.billing.tariff_file import parse_tariff
from faxcore.config import Config, CustomerConfig, TariffText


class Side(Enum):
    """The two sides of the bill."""

    PURCHASE = "purchase"
    """The carrier's side: it takes this from us."""
    SALE = "sale"
    """Our side: we charge this to those who send."""


@dataclass(frozen=True)
class Tariffs:
    """The tariffs in force."""

    sale: Tariff | None = None
    purchase: Tariff | None = None
    by_line: Mapping[str, Tariff] = field(default_factory=dict)
    """The carrier's tariff of each line that names one, by the line's name."""
    by_payer: Mapping[str, Tariff] = field(default_factory=dict)
    """Our tariff for each customer who has one of their own, by the customer's code."""
    mark_ups: Mapping[str, MarkUp] = field(default_factory=dict)
    """The mark-ups that customers pay on top of our tariff, by their codes."""

    def find(self, side: Side, line: str, payer: str = "") -> Tariff | None:
        """Find the tariff of calls on a line for a payer; None if there is none."""
        return self.by_payer.get(payer, self.sale) if side is Side.SALE else self.by_line.get(line, self.purchase)

    def find_named(self, name: str, payer: str) -> Tariff | None:
        """Find our tariff by which a payer's calls were priced; None if it is not in force any more."""
        ours = (self.by_payer.get(payer), self.sale, *self.by_payer.values())
        return next((each for each in ours if each is not None and each.name == name), None)

    def find_mark_up(self, side: Side, payer: str) -> MarkUp:
        """Find what a payer pays on top of the tariff."""
        return self.mark_ups.get(payer, NO_MARK_UP) if side is Side.SALE else NO_MARK_UP


def read_tariffs(config: Config) -> Tariffs:
    """Read every tariff that a configuration names. ConfigError names the file, the line and what is wrong."""
    read: dict[TariffText, Tariff] = {}

    def parse(text: TariffText | None) -> Tariff | None:
        if text is None:
            return None
        if text not in read:
            read[text] = parse_tariff(text.path, text.text)
        return read[text]

    lines = {line.name: tariff for line in config.lines if (tariff := parse(line.purchase))}
    sale, purchase = parse(config.billing.sale), parse(config.billing.purchase)
    payers = {each.code: tariff for each in config.customers if (tariff := parse(each.tariff))}
    for customer in config.customers:
        _refuse_other_currency(customer, payers.get(customer.code), sale)
    mark_ups = {each.code: MarkUp(each.markup) for each in config.customers if each.markup}
    return Tariffs(sale, purchase, lines, payers, mark_ups)


def _refuse_other_currency(customer: CustomerConfig, own: Tariff | None, sale: Tariff | None) -> None:
    """Refuse a customer's tariff in another currency than ours: what everybody pays could not be summed up."""
    text = customer.tariff
    if own is not None and sale is not None and own.currency != sale.currency and text is not None:
        problem = f"is in {own.currency}, and the tariff of [billing] sale in {sale.currency}: one house, one currency"
        raise text.error(problem)
