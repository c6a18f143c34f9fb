# SPDX-License-Identifier: GPL-3.0-or-later
"""Sums of prices in the ledger, as the database adds them up: exact, as amounts are whole millionths."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import ColumnElement, Row, case, exists, func

from faxcore.billing.tariffs import Side
from faxcore.contract.priced import CostSum, Pricing
from faxcore.store import bill_tables

HAS_SALE: Final[ColumnElement[bool]] = bill_tables.ledger.c.sale_tariff > ""
"""The condition that a tariff of sales was in force when a call was written down."""


def is_newest(head: int | None = None) -> ColumnElement[bool]:
    """The condition that a row is the newest one of its call: no other row corrects it, up to the one at this place."""
    later = bill_tables.ledger.alias()
    conditions = [later.c.corrects == bill_tables.ledger.c.place, bill_tables.CORRECTS]
    return ~exists().where(*conditions if head is None else (*conditions, later.c.place <= head))


def sum_columns(side: Side) -> list[ColumnElement[Any]]:
    """Make the columns of sums for `read_sum`; rows are put together by currency and percentage, too."""
    columns = bill_tables.ledger.c
    net, vat, state = (columns[f"{side.value}_{name}"] for name in ("net", "vat", "state"))
    return [
        columns[f"{side.value}_currency"].label("currency"),
        columns[f"{side.value}_vat_percent"].label("vat_percent"),
        func.coalesce(func.sum(net), 0).label("net"),
        func.coalesce(func.sum(vat), 0).label("vat"),
        func.coalesce(func.sum(case((vat.is_(None), net))), 0).label("untaxed"),
        func.coalesce(func.sum(case((state == Pricing.UNPRICED.value, 1), else_=0)), 0).label("unpriced"),
    ]


def read_sum(row: Row[Any]) -> tuple[CostSum, ...]:
    """Read what the calls of a row of sums cost; nothing, if none of them has a price."""
    if not row.currency:
        return ()
    return (CostSum(row.currency, int(row.vat_percent or 0), int(row.net), int(row.vat), int(row.untaxed)),)
