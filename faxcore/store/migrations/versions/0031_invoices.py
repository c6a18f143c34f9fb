# SPDX-License-Identifier: GPL-3.0-or-later
"""Months that are closed, and their invoices."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, TEXT, server_default="", nullable=False)


def _whole(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), server_default="0", nullable=False)


def _key(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), autoincrement=False, nullable=False)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "closing",
        sa.Column("month", TEXT, nullable=False),
        _whole("place"),
        *(_text(name) for name in ("seal", "author", "issued")),
        sa.Column("left_unpriced", sa.Boolean(), server_default="0", nullable=False),
        _text("ended"),
        sa.PrimaryKeyConstraint("month", name="closing_pkey"),
    )
    op.create_table(
        "invoice_series",
        sa.Column("prefix", TEXT, nullable=False),
        _whole("last"),
        sa.PrimaryKeyConstraint("prefix", name="invoice_series_pkey"),
    )
    names = ("number", "month", "payer", "currency", "issued", "due", "name", "address", "company", "language")
    op.create_table(
        "invoice",
        _key("place"),
        *(_text(name) for name in (*names, "vat_id")),
        *(_whole(name) for name in ("calls", "net", "vat")),
        sa.PrimaryKeyConstraint("place", name="invoice_pkey"),
        sa.UniqueConstraint("number", name="invoice_number_key"),
        sa.UniqueConstraint("month", "payer", "currency", name="invoice_month_key"),
    )
    op.create_table(
        "invoice_line",
        _key("invoice"),
        _key("line"),
        *(_text(name) for name in ("kind", "month", "tariff", "rule")),
        *(_whole(name) for name in ("calls", "pages", "seconds", "net", "vat_percent", "vat")),
        sa.ForeignKeyConstraint(["invoice"], ["invoice.place"], name="invoice_line_invoice_fkey"),
        sa.PrimaryKeyConstraint("invoice", "line", name="invoice_line_pkey"),
    )
    op.create_table(
        "invoice_call",
        _key("place"),
        _key("sign"),
        sa.Column("invoice", sa.BigInteger(), nullable=False),
        _text("call"),
        sa.ForeignKeyConstraint(["invoice"], ["invoice.place"], name="invoice_call_invoice_fkey"),
        sa.PrimaryKeyConstraint("place", "sign", name="invoice_call_pkey"),
    )
    op.create_index("invoice_call_by_call", "invoice_call", ["call"])
    op.create_index("invoice_call_by_invoice", "invoice_call", ["invoice"])
