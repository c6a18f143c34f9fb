# SPDX-License-Identifier: GPL-3.0-or-later
"""The ledger says what each call costs; rows that were written before have no price, and keep their form."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Add the columns, and the indexes by which pages of a month and calls without a price are found."""
    op.add_column("ledger", sa.Column("earlier", sa.BigInteger(), server_default="0", nullable=False))
    for side in ("purchase", "sale"):
        for name in ("state", "tariff", "rule", "currency", "month", "steps", "steps_digest"):
            op.add_column("ledger", sa.Column(f"{side}_{name}", TEXT, server_default="", nullable=False))
        for name in ("net", "vat_percent", "vat"):
            op.add_column("ledger", sa.Column(f"{side}_{name}", sa.BigInteger(), nullable=True))
        for name in ("seconds", "pages"):
            op.add_column("ledger", sa.Column(f"{side}_{name}", sa.BigInteger(), server_default="0", nullable=False))
    op.create_index("ledger_by_purchase", "ledger", ["purchase_tariff", "purchase_month", "line"])
    op.create_index("ledger_by_sale", "ledger", ["sale_tariff", "sale_month", "person"])
    few = sa.text("purchase_state = 'unpriced' OR sale_state = 'unpriced'")
    op.create_index("ledger_unpriced", "ledger", ["ended"], sqlite_where=few, postgresql_where=few)
