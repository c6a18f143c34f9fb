# SPDX-License-Identifier: GPL-3.0-or-later
"""A fax has a payer, and so has each call in the ledger; what was written before has none."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Add the columns, and the index by which the pages of a payer's month are found."""
    for table in ("draft", "job", "call", "ledger"):
        op.add_column(table, sa.Column("payer", TEXT, server_default="", nullable=False))
    op.create_index("ledger_by_payer", "ledger", ["sale_tariff", "sale_month", "payer"])
