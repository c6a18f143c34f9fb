# SPDX-License-Identifier: GPL-3.0-or-later
"""The tariffs of a configuration: which one prices a call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from faxcore.billing.tariff import Tariff
from faxcore.billing.tariff_file import parse_tariff
from faxcore.config import Config, TariffText


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

    def find(self, side: Side, line: str) -> Tariff | None:
        """Find the tariff of calls on a line; None if there is none."""
        return self.sale if side is Side.SALE else self.by_line.get(line, self.purchase)


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
    return Tariffs(parse(config.billing.sale), parse(config.billing.purchase), lines)
