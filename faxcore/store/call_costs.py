# SPDX-License-Identifier: GPL-3.0-or-later
"""The prices of calls as they stand in the ledger: those of the newest row of each call, as a correction replaces what
it corrects.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Column, Row, select

from faxcore.billing.tariffs import Side
from faxcore.contract.priced import NO_PRICE, CallPrice, Pricing
from faxcore.store import bill_tables
from faxcore.store.call_prices import parse_steps
from faxcore.store.database import Database, in_pieces

_SHOWN: Final = ("state", "currency", "net", "vat_percent", "vat", "tariff", "rule")


@dataclass(frozen=True)
class BothPrices:
    """The price that we charge for a call, and the one that the carrier takes."""

    sale: CallPrice = NO_PRICE
    purchase: CallPrice = NO_PRICE


NO_PRICES: Final = BothPrices()


class CallCosts:
    """Reads prices from the table `ledger`."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def find(self, calls: Sequence[str], with_steps: bool = False) -> dict[str, BothPrices]:
        """Find the prices of those of these calls that are in the ledger."""
        table = bill_tables.ledger.c
        columns = [column for side in Side for column in list_price_columns(side, with_steps)]
        found: dict[str, BothPrices] = {}
        for piece in in_pieces(calls):
            rows = select(table.call, *columns).where(table.call.in_(piece)).order_by(table.place)
            # The last row of a call counts.
            found |= {row.call: _read(row) for row in self._db.rows(rows)}
        return found


def _read(row: Row[Any]) -> BothPrices:
    return BothPrices(read_price(row, Side.SALE), read_price(row, Side.PURCHASE))


def list_price_columns(side: Side, with_steps: bool = False) -> list[Column[Any]]:
    """List the columns of the ledger for `read_price`."""
    names = (*_SHOWN, "steps") if with_steps else _SHOWN
    return [bill_tables.ledger.c[f"{side.value}_{name}"] for name in names]


def read_price(row: Row[Any], side: Side) -> CallPrice:
    """Read a price of a row of the ledger, with the steps if the row has them."""
    return read_values(row._mapping, side)


def read_values(columns: Mapping[Any, Any], side: Side) -> CallPrice:
    """Read a price of such columns, by their names."""
    values = {name: columns[f"{side.value}_{name}"] for name in _SHOWN}
    # A row from before there were prices has no state.
    state = Pricing(values["state"] or Pricing.NONE.value)
    steps = parse_steps(columns.get(f"{side.value}_steps", ""))
    percent = values["vat_percent"] or 0
    return CallPrice(**values | {"state": state, "vat_percent": percent, "steps": tuple(steps)})
