# SPDX-License-Identifier: GPL-3.0-or-later
"""Drafts keep what has been typed for them."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Add the column."""
    op.add_column("draft", sa.Column("kept", TEXT, server_default="", nullable=False))
