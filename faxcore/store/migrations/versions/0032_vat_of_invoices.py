# SPDX-License-Identifier: GPL-3.0-or-later
"""VAT of invoices by percentage, and what their electronic form says of the customer."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
NEW = ("country", "postcode", "city", "vat_free", "vat_free_reason")


def _key(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), autoincrement=False, nullable=False)


def upgrade() -> None:
    """Add the columns and the table; the VAT of invoices that are there is what their lines say."""
    for name in NEW:
        op.add_column("invoice", sa.Column(name, TEXT, server_default="", nullable=False))
    op.create_table(
        "invoice_vat",
        _key("invoice"),
        _key("percent"),
        *(sa.Column(name, sa.BigInteger(), server_default="0", nullable=False) for name in ("net", "vat", "rounding")),
        sa.ForeignKeyConstraint(["invoice"], ["invoice.place"], name="invoice_vat_invoice_fkey"),
        sa.PrimaryKeyConstraint("invoice", "percent", name="invoice_vat_pkey"),
    )
    op.execute(
        "INSERT INTO invoice_vat (invoice, percent, net, vat)"
        " SELECT invoice, vat_percent, SUM(net), SUM(vat) FROM invoice_line GROUP BY invoice, vat_percent"
    )
