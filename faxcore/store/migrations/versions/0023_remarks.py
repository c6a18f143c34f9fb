# SPDX-License-Identifier: GPL-3.0-or-later
"""A person who corrects the ledger says why."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Add the column."""
    op.add_column("ledger", sa.Column("remark", TEXT, server_default="", nullable=False))
