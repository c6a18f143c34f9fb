# SPDX-License-Identifier: GPL-3.0-or-later
"""Submissions know the draft that they were, so that it can be had back before they go out."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Add the column."""
    op.add_column("submission", sa.Column("was_draft", TEXT, server_default="", nullable=False))
