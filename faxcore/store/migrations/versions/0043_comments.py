# SPDX-License-Identifier: GPL-3.0-or-later
"""Comments on faxes, sent and received."""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Add the columns."""
    for table in ("job", "reception"):
        op.add_column(table, sa.Column("comment", TEXT, server_default="", nullable=False))
