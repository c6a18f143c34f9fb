# SPDX-License-Identifier: GPL-3.0-or-later
"""Messages on cover pages."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Add the column."""
    op.add_column("submission", sa.Column("message", TEXT, server_default="", nullable=False))
