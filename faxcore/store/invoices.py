# SPDX-License-Identifier: GPL-3.0-or-later
"""Months that are closed, and their invoices, which never change.

Rules:
1. A closing begins with its row, which says up to which row of the ledger it sees: what it bills is settled then.
2. An invoice is made in one transaction with its number, its lines and the rows of the ledger that it bills. So numbers
   have no gaps, and whatever is killed, a closing that is begun again goes on with the invoices that are missing.
3. The database itself refuses to bill a row of the ledger twice.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, func, insert, select, update

from faxcore.checkpoint import checkpoint
from faxcore.contract.codec import decode, encode
from faxcore.contract.invoiced import Invoice, InvoiceLine, InvoiceLineKind, InvoiceSum, InvoiceVat, VatFree
from faxcore.store import bill_tables
from faxcore.store.database import Database
from faxcore.store.deliveries import INVOICE, Channel, Deliveries
from faxcore.store.invoice_drafts import ClosingPlace, InvoiceDraft

_SUM = ("number", "month", "issued", "payer", "name", "currency", "calls", "net", "vat")


@dataclass(frozen=True)
class NewInvoice:
    """An invoice that has no number yet."""

    draft: InvoiceDraft
    name: str
    due: date
    address: tuple[str, ...]
    language: str
    vat_id: str
    company: Any
    """[company] as it is now, as plain values."""
    lines: tuple[InvoiceLine, ...]
    vats: tuple[InvoiceVat, ...]
    country: str = ""
    postcode: str = ""
    city: str = ""
    vat_free: VatFree = VatFree.NO
    vat_free_reason: str = ""
    mail: str = ""
    """The place where it goes at once; empty: nowhere."""


@dataclass(frozen=True)
class Closing:
    """The closing of a month."""

    month: str
    place: int
    seal: str
    issued: date
    left_unpriced: bool
    done: bool


class Invoices:
    """The tables `closing`, `invoice` and those below it."""

    def __init__(self, database: Database, deliveries: Deliveries) -> None:
        self._db = database
        self._deliveries = deliveries

    # ------------------------------------------------------------ closings

    def find_closing(self, month: str) -> Closing | None:
        """Find the closing of a month; None if it was not begun."""
        row = self._db.row(select(bill_tables.closing).where(bill_tables.closing.c.month == month))
        return None if row is None else _read_closing(row)

    def find_open(self) -> Closing | None:
        """Find the closing that has broken off; None if there is none."""
        row = self._db.row(select(bill_tables.closing).where(bill_tables.closing.c.ended == ""))
        return None if row is None else _read_closing(row)

    def place_of(self, month: str, head: int) -> ClosingPlace:
        """Tell what a closing of this month knows that sees the ledger up to this row."""
        table = bill_tables.closing
        rows = self._db.rows(select(table.c.month, table.c.place).where(table.c.month != month))
        return ClosingPlace(month, head, max((row.place for row in rows), default=0), {row.month for row in rows})

    def begin(self, closing: Closing, author: str) -> None:
        """Begin a closing: from now on, what it bills is settled."""
        self._db.add(
            bill_tables.closing,
            month=closing.month,
            place=closing.place,
            seal=closing.seal,
            author=author,
            issued=closing.issued.isoformat(),
            left_unpriced=closing.left_unpriced,
        )
        checkpoint("closing begun, no invoice made")

    def finish(self, month: str) -> None:
        """End a closing, all of whose invoices have been made."""
        self._db.run(
            update(bill_tables.closing).where(bill_tables.closing.c.month == month).values(ended=self._db.now())
        )

    # ------------------------------------------------------------ invoices

    def has(self, month: str, draft: InvoiceDraft) -> bool:
        """Return whether this invoice of a month has been made."""
        table = bill_tables.invoice
        same = (table.c.month == month, table.c.payer == draft.payer, table.c.currency == draft.currency)
        return self._db.count(table, *same) > 0

    def add(self, closing: Closing, new: NewInvoice, prefix: str) -> None:
        """Make an invoice, with the next number of its series; what is to be mailed goes when it is there."""
        draft = new.draft
        with self._db.transaction():
            number = f"{prefix}{self._count(prefix):04}"
            place = 1 + int(self._db.value(select(func.coalesce(func.max(bill_tables.invoice.c.place), 0))))
            self._db.add(
                bill_tables.invoice,
                place=place,
                number=number,
                month=closing.month,
                payer=draft.payer,
                currency=draft.currency,
                issued=closing.issued.isoformat(),
                due=new.due.isoformat(),
                name=new.name,
                address=json.dumps(new.address, ensure_ascii=False),
                company=json.dumps(new.company, ensure_ascii=False),
                language=new.language,
                vat_id=new.vat_id,
                calls=sum(line.calls for line in new.lines),
                net=sum(line.net for line in new.lines),
                vat=sum(each.vat for each in new.vats),
                country=new.country,
                postcode=new.postcode,
                city=new.city,
                vat_free=new.vat_free.value,
                vat_free_reason=new.vat_free_reason,
            )
            lines = [{"invoice": place, "line": index, **encode(each)} for index, each in enumerate(new.lines, 1)]
            self._db.add_all(bill_tables.invoice_line, lines)
            self._db.add_all(bill_tables.invoice_vat, [{"invoice": place, **encode(each)} for each in new.vats])
            rows = [{"place": row, "sign": sign, "invoice": place, "call": call} for row, sign, call in draft.rows]
            self._db.add_all(bill_tables.invoice_call, rows)
            if new.mail:
                self._deliveries.add_for_address(INVOICE, number, Channel.MAIL, new.mail)
            checkpoint("invoice numbered, not committed")
        checkpoint("invoice made, closing not ended")

    def _count(self, prefix: str) -> int:
        """Count a number of a series; in the caller's transaction, so that none is lost."""
        table = bill_tables.invoice_series
        row = self._db.row(select(table.c.last).where(table.c.prefix == prefix))
        number = 1 if row is None else int(row.last) + 1
        if row is None:
            self._db.run(insert(table).values(prefix=prefix, last=number))
        else:
            self._db.run(update(table).where(table.c.prefix == prefix).values(last=number))
        return number

    def of_month(self, month: str) -> list[InvoiceSum]:
        """List the invoices of a month."""
        rows = select(bill_tables.invoice).where(bill_tables.invoice.c.month == month)
        return [_read_sum(row) for row in self._db.rows(rows.order_by(bill_tables.invoice.c.place))]

    def page(self, behind: int, most: int) -> list[tuple[int, InvoiceSum]]:
        """List invoices behind a place, so many at most, each with its place."""
        rows = select(bill_tables.invoice).where(bill_tables.invoice.c.place > behind)
        found = self._db.rows(rows.order_by(bill_tables.invoice.c.place).limit(most))
        return [(int(row.place), _read_sum(row)) for row in found]

    def find(self, number: str) -> tuple[Invoice, Any] | None:
        """Find an invoice, and [company] as it was, as plain values; None if there is none with this number."""
        table, line, closing = bill_tables.invoice, bill_tables.invoice_line, bill_tables.closing
        found = select(table, closing.c.place.label("head"), closing.c.seal)
        found = found.join(closing, closing.c.month == table.c.month).where(table.c.number == number)
        row = self._db.row(found)
        if row is None:
            return None
        lines = self._db.rows(select(line).where(line.c.invoice == row.place).order_by(line.c.line))
        invoice = Invoice(
            _read_sum(row),
            due=row.due,
            address=tuple(json.loads(row.address)),
            language=row.language,
            vat_id=row.vat_id,
            lines=tuple(_read_line(each) for each in lines),
            place=int(row.head),
            seal=row.seal,
            vats=tuple(self._list_vats(row.place)),
            country=row.country,
            postcode=row.postcode,
            city=row.city,
            vat_free=VatFree(row.vat_free),
            vat_free_reason=row.vat_free_reason,
        )
        return invoice, json.loads(row.company)

    def _list_vats(self, place: int) -> Iterator[InvoiceVat]:
        table = bill_tables.invoice_vat
        for row in self._db.rows(select(table).where(table.c.invoice == place).order_by(table.c.percent)):
            yield InvoiceVat(int(row.percent), int(row.net), int(row.vat), int(row.rounding))

    def list_calls(self, number: str) -> Sequence[Row[Any]]:
        """List the rows of the ledger on an invoice, in the order in which the calls began."""
        table, billed, ledger = bill_tables.invoice, bill_tables.invoice_call, bill_tables.ledger
        began = func.coalesce(func.nullif(ledger.c.dialled, ""), func.nullif(ledger.c.answered, ""), ledger.c.ended)
        names = ("direction", "other_number", "sale_pages", "sale_seconds", "sale_net", "sale_vat_percent")
        columns = [ledger.c[name] for name in names]
        rows = select(began.label("began"), billed.c.sign, *columns)
        rows = rows.join(table, table.c.place == billed.c.invoice).join(ledger, ledger.c.place == billed.c.place)
        return self._db.rows(rows.where(table.c.number == number).order_by(began, ledger.c.place))


def _read_closing(row: Row[Any]) -> Closing:
    issued = date.fromisoformat(row.issued)
    return Closing(row.month, int(row.place), row.seal, issued, bool(row.left_unpriced), row.ended != "")


def _read_sum(row: Row[Any]) -> InvoiceSum:
    return decode({name: row._mapping[name] for name in _SUM}, InvoiceSum)


def _read_line(row: Row[Any]) -> InvoiceLine:
    names = ("month", "tariff", "rule", "calls", "pages", "seconds", "net", "vat_percent", "vat")
    return InvoiceLine(InvoiceLineKind(row.kind), **{name: row._mapping[name] for name in names})
