# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables of the bill: the ledger, what was added to limits, the months that are closed, and their invoices. Nothing
of them refers to other tables: a fax and its call may be removed one day, what it cost not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Table, UniqueConstraint, text

from faxcore.store.columns import METADATA, make_amount, make_flag, make_id, make_text, make_whole

HAS_SALT: Final = text("salt <> ''")
"""The condition that a row of the ledger still has persons and numbers, in the words of the index of such rows."""
PRICE_COLUMNS: Final[Mapping[str, Callable[[str], Column[Any]]]] = MappingProxyType(
    {
        "state": make_text,
        "tariff": make_text,
        "rule": make_text,
        "currency": make_text,
        # In millionths, as the percentage.
        "net": make_amount,
        "vat_percent": make_amount,
        # NULL also if it is computed on the line of the invoice.
        "vat": make_amount,
        "seconds": make_whole,
        "pages": make_whole,
        # As 2026-11: that for whose tiers the pages count.
        "month": make_text,
        # Sentences in JSON: the way to the price, or why there is none.
        "steps": make_text,
    }
)
"""The columns of a price in the ledger."""
SIDES: Final = ("purchase", "sale")
"""The prices of a row of the ledger, as the names of their columns begin."""


def make_empty(name: str) -> object:
    """Make what a column of a price has in a row without one."""
    return {make_text: "", make_whole: 0, make_amount: None}[PRICE_COLUMNS[name]]


IS_UNPRICED: Final = text("(purchase_state = 'unpriced' OR sale_state = 'unpriced')")
"""The condition that a call has no price where it should have one, in the words of the index of such calls."""
CORRECTS: Final = text("corrects <> 0")
"""The condition that a row of the ledger corrects another one, in the words of the index of such rows."""


STATED: Final = (
    *("ended", "place", "dialled", "answered", "person", "line", "own_number", "payer", "confirmed", "milliseconds"),
    *(f"sale_{name}" for name in ("state", "currency", "net", "vat_percent", "vat")),
)
"""The columns of the ledger of which statements are made, in the order of their index."""

COUNTED: Final = ("place", "confirmed", "answered", "milliseconds", "sale_net")
"""The columns of the ledger that limits count."""

ledger = Table(
    "ledger",
    METADATA,
    Column("place", BigInteger, primary_key=True, autoincrement=False),
    make_whole("form"),
    make_text("kind"),
    make_text("written"),
    # The place of the row that this one corrects; 0: none.
    make_whole("corrects"),
    make_text("author"),
    make_text("call"),
    make_text("follows"),
    make_text("direction"),
    make_text("line"),
    make_text("own_number"),
    make_text("dialled"),
    make_text("answered"),
    make_text("answer_known"),
    make_text("ended"),
    make_whole("milliseconds"),
    make_whole("pages"),
    make_whole("confirmed"),
    make_text("outcome"),
    make_text("person"),
    make_text("other_number"),
    make_text("salt"),
    make_text("person_digest"),
    make_text("other_number_digest"),
    make_text("seal"),
    # Milliseconds for which the telephone call had been connected before this document of it.
    make_whole("earlier"),
    # Milliseconds by which it may have been answered earlier than `answered` says.
    make_whole("answer_spread"),
    # Why a person has corrected a call; empty: the service has written the row.
    make_text("remark"),
    *(make(f"{side}_{name}") for side in SIDES for name, make in PRICE_COLUMNS.items()),
    *(make_text(f"{side}_steps_digest") for side in SIDES),
    # The code of whoever pays for the call; empty: nobody does.
    make_text("payer"),
    Index("ledger_by_call", "call"),
    # With everything that statements sum up, so that they need not read the rows, which are long by their steps.
    Index("ledger_for_statements", *STATED),
    Index("ledger_with_names", "ended", sqlite_where=HAS_SALT, postgresql_where=HAS_SALT),
    Index("ledger_by_purchase", "purchase_tariff", "purchase_month", "line"),
    Index("ledger_by_sale", "sale_tariff", "sale_month", "person"),
    Index("ledger_by_payer", "sale_tariff", "sale_month", "payer"),
    # What the limits count is in the index: of a whole year no row is looked up.
    Index("ledger_of_person", "person", "ended", "direction", *COUNTED),
    Index("ledger_of_payer", "payer", "ended", *COUNTED),
    Index("ledger_unpriced", "ended", sqlite_where=IS_UNPRICED, postgresql_where=IS_UNPRICED),
    Index("ledger_by_corrected", "corrects", sqlite_where=CORRECTS, postgresql_where=CORRECTS),
)

limit_lift = Table(
    "limit_lift",
    METADATA,
    make_id(),
    # The limit's name, and whom it is lifted for; both empty: a group together.
    make_text("name"),
    make_text("person"),
    make_text("payer"),
    # The first day of the period, as 2026-11-01.
    make_text("first"),
    # In the unit of what the limit counts.
    make_whole("added"),
    make_text("author"),
    make_text("reason"),
    make_text("created"),
    Index("limit_lift_by_name", "name", "first"),
)

limit_warning = Table(
    "limit_warning",
    METADATA,
    make_id(),
    # As in `limit_lift`.
    *(make_text(name) for name in ("name", "person", "payer", "first", "sentence", "created")),
    UniqueConstraint("name", "person", "payer", "first"),
)

closing = Table(
    "closing",
    METADATA,
    make_id("month"),
    # The newest row of the ledger that its invoices know of, and its seal.
    make_whole("place"),
    make_text("seal"),
    make_text("author"),
    # The day of the date of its invoices.
    make_text("issued"),
    # Whether calls without a price were left out.
    make_flag("left_unpriced"),
    # When it was done; empty: not all of its invoices have been made.
    make_text("ended"),
)

invoice_series = Table("invoice_series", METADATA, make_id("prefix"), make_whole("last"))

invoice = Table(
    "invoice",
    METADATA,
    # In the order in which they were made, of all series together.
    Column("place", BigInteger, primary_key=True, autoincrement=False),
    make_text("number", unique=True),
    make_text("month"),
    make_text("payer"),
    make_text("currency"),
    make_text("issued"),
    make_text("due"),
    make_text("name"),
    # As JSON: the lines of the customer's address, and [company] as it was.
    make_text("address"),
    make_text("company"),
    make_text("language"),
    make_text("vat_id"),
    make_whole("calls"),
    make_whole("net"),
    make_whole("vat"),
    # Of the customer, too.
    *(make_text(name) for name in ("country", "postcode", "city", "vat_free", "vat_free_reason")),
    UniqueConstraint("month", "payer", "currency"),
)

invoice_line = Table(
    "invoice_line",
    METADATA,
    Column("invoice", BigInteger, ForeignKey("invoice.place"), primary_key=True, autoincrement=False),
    Column("line", BigInteger, primary_key=True, autoincrement=False),
    make_text("kind"),
    make_text("month"),
    make_text("tariff"),
    make_text("rule"),
    make_whole("calls"),
    make_whole("pages"),
    make_whole("seconds"),
    make_whole("net"),
    make_whole("vat_percent"),
    make_whole("vat"),
)

invoice_vat = Table(
    "invoice_vat",
    METADATA,
    Column("invoice", BigInteger, ForeignKey("invoice.place"), primary_key=True, autoincrement=False),
    Column("percent", BigInteger, primary_key=True, autoincrement=False),
    make_whole("net"),
    make_whole("vat"),
    # That part of the VAT which its lines do not have.
    make_whole("rounding"),
)

invoice_call = Table(
    "invoice_call",
    METADATA,
    # A row of the ledger is billed once (1), and taken back once (-1), whatever happens.
    Column("place", BigInteger, primary_key=True, autoincrement=False),
    Column("sign", BigInteger, primary_key=True, autoincrement=False),
    Column("invoice", BigInteger, ForeignKey("invoice.place"), nullable=False),
    make_text("call"),
    Index("invoice_call_by_call", "call"),
    Index("invoice_call_by_invoice", "invoice"),
)
