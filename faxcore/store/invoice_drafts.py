# SPDX-License-Identifier: GPL-3.0-or-later
"""The drafts of a month's invoices, read from the ledger in pieces, between which others have their turn.

A closing sees the ledger up to one row, its head; what is written later comes on the next invoice. A row of the ledger
is billed once at most, and taken back once at most. So these are on the invoices of a month:

1. the newest row of each call that began in this month;
2. the newest row of each call of a month that is closed already, if it was written since the closing before this one:
   less the row of that call that was billed, if there is one.

Nothing here writes, and the same head and month give the same drafts: a closing that broke off goes on where it was.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, Final

from sqlalchemy import Row, func, select, tuple_

from faxcore.billing.invoice_lines import LineKey, LineSum
from faxcore.contract.priced import Pricing
from faxcore.store import bill_tables
from faxcore.store.database import Database, in_pieces
from faxcore.store.ids_and_times import format_time
from faxcore.store.ledger_statements import LONGEST
from faxcore.store.ledger_sums import is_newest
from faxcore.store.months import find_month, name_month

PIECE: Final = 1_000
"""Rows that are read at once."""
_LEDGER: Final = bill_tables.ledger.c
_BILLED: Final = bill_tables.invoice_call
_BEGAN: Final = func.coalesce(func.nullif(_LEDGER.dialled, ""), func.nullif(_LEDGER.answered, ""), _LEDGER.ended)
_PRICE: Final = ("currency", "tariff", "rule", "vat_percent", "net", "vat", "pages", "seconds")
_COLUMNS: Final = (
    *(_LEDGER[name] for name in ("place", "call", "payer", "ended", "corrects", "sale_state")),
    *(_LEDGER[f"sale_{name}"] for name in _PRICE),
    _BEGAN.label("began"),
)


@dataclass(frozen=True)
class ClosingPlace:
    """The knowledge of a closing: the ledger up to its head, the head of the one before, and months closed by then."""

    month: str
    head: int
    before: int = 0
    closed: Collection[str] = ()


@dataclass
class InvoiceDraft:
    """An invoice to be made."""

    payer: str
    currency: str
    lines: dict[LineKey, LineSum] = field(default_factory=dict)
    rows: list[tuple[int, int, str]] = field(default_factory=list)
    """The rows of the ledger: place, 1 or -1, and the call."""

    def add(self, sign: int, row: Row[Any]) -> None:
        """Bill a row, or take it back."""
        key = LineKey(name_month(row.began), row.sale_tariff, row.sale_rule, int(row.sale_vat_percent or 0))
        line = self.lines.setdefault(key, LineSum())
        line.add(sign, row.sale_pages, row.sale_seconds, row.sale_net, row.sale_vat)
        self.rows.append((row.place, sign, row.call))


@dataclass
class MonthDrafts:
    """All invoices of a month, by payer and currency; and the calls that cannot be on one."""

    customers: Collection[str]
    """The payers who are billed."""
    others: Collection[str] = ()
    """Those who are known, and not billed."""
    drafts: dict[tuple[str, str], InvoiceDraft] = field(default_factory=dict)
    unpriced: list[str] = field(default_factory=list)
    strangers: set[str] = field(default_factory=set)
    """Payers whom the configuration does not know."""

    def in_order(self) -> list[InvoiceDraft]:
        """List the drafts in the order of their numbers."""
        return [self.drafts[key] for key in sorted(self.drafts)]

    def take_back(self, row: Row[Any]) -> None:
        """Take back a row that was billed."""
        if row.payer in self.customers:
            self.add(-1, row)
        else:
            self.strangers.add(row.payer)

    def add(self, sign: int, row: Row[Any]) -> None:
        """Bill a row, or take it back."""
        key = (row.payer, row.sale_currency)
        self.drafts.setdefault(key, InvoiceDraft(*key)).add(sign, row)


class InvoiceDrafts:
    """Reads the drafts of a month."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def read(self, place: ClosingPlace, customers: Collection[str], others: Collection[str]) -> MonthDrafts:
        """Read the drafts of a month; `customers` are billed, the `others` are known, and not billed."""
        found = MonthDrafts(customers, {"", *others})
        since, until = find_month(place.month)
        last = format_time(datetime.fromisoformat(until) + LONGEST)
        await self._read_all(found, place, partial(_by_end, since, last), {place.month})
        if place.closed:
            await self._read_all(found, place, partial(_by_place, place.before), place.closed)
        return found

    async def _read_all(
        self,
        found: MonthDrafts,
        place: ClosingPlace,
        find: Callable[[Any, Row[Any] | None], Any],
        months: Collection[str],
    ) -> None:
        """Read the rows that are found, each piece behind the last row of the one before: those of calls that began in
        these months.
        """
        rows = select(*_COLUMNS).where(_LEDGER.place <= place.head, is_newest(place.head))
        last: Row[Any] | None = None
        while True:
            # Nothing but the order of an index decides where a piece begins and ends: with any condition more, a
            # database sorts all rows of the month for each piece.
            piece = self._db.rows(find(rows, last).limit(PIECE))
            self._add(found, [row for row in piece if name_month(row.began) in months], place.month)
            await asyncio.sleep(0)
            if len(piece) < PIECE:
                return
            last = piece[-1]

    def _add(self, found: MonthDrafts, rows: Sequence[Row[Any]], month: str) -> None:
        billed = self._find_billed([row.call for row in rows if row.corrects], month)
        for row in rows:
            before = billed.get(row.call)
            is_priced = row.sale_state == Pricing.PRICED.value
            if before is not None and is_priced and _says_same(before, row):
                continue
            if before is not None:
                found.take_back(before)
            if row.payer in found.customers:
                if is_priced:
                    found.add(1, row)
                else:
                    found.unpriced.append(row.call)
            elif row.payer not in found.others:
                found.strangers.add(row.payer)

    def _find_billed(self, calls: Sequence[str], month: str) -> Mapping[str, Row[Any]]:
        """Find the rows of these calls that are billed by closings of other months, and not taken back."""
        found: dict[str, Row[Any]] = {}
        taken, invoice = _BILLED.alias(), bill_tables.invoice
        for piece in in_pieces(calls):
            rows = (
                select(*_COLUMNS)
                .join(_BILLED, _BILLED.c.place == _LEDGER.place)
                .join(invoice, invoice.c.place == _BILLED.c.invoice)
                .where(
                    _BILLED.c.call.in_(piece),
                    _BILLED.c.sign == 1,
                    invoice.c.month != month,
                    ~select(taken.c.place)
                    .join(bill_tables.invoice, bill_tables.invoice.c.place == taken.c.invoice)
                    .where(taken.c.place == _BILLED.c.place, taken.c.sign == -1, bill_tables.invoice.c.month != month)
                    .correlate(_BILLED)
                    .exists(),
                )
            )
            found |= {row.call: row for row in self._db.rows(rows)}
        return found


def _says_same(one: Row[Any], other: Row[Any]) -> bool:
    names = ("payer", *(f"sale_{name}" for name in _PRICE))
    return all(one._mapping[name] == other._mapping[name] for name in names)


def _by_end(since: str, until: str, rows: Any, last: Row[Any] | None) -> Any:
    """Choose rows between two times, as statements are read; one lower bound, as a database may take either of two."""
    behind = _LEDGER.ended >= since
    if last is not None:
        behind = tuple_(_LEDGER.ended, _LEDGER.place) > (last.ended, last.place)
    return rows.where(behind, _LEDGER.ended < until).order_by(_LEDGER.ended, _LEDGER.place)


def _by_place(before: int, rows: Any, last: Row[Any] | None) -> Any:
    """Choose rows of calls by their places, which is the order in which they were written."""
    return rows.where(_LEDGER.place > (last.place if last else before), _LEDGER.ended > "").order_by(_LEDGER.place)
