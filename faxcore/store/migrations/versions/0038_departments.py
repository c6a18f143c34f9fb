# SPDX-License-Identifier: GPL-3.0-or-later
"""Departments of recipients and contacts."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Add the columns."""
    for table in ("job", "contact"):
        op.add_column(table, sa.Column("department", TEXT, server_default="", nullable=False))
