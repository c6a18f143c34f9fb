# SPDX-License-Identifier: GPL-3.0-or-later
"""Warnings that a limit is nearly used up."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the table."""
    names = ("name", "person", "payer", "first", "sentence", "created")
    op.create_table(
        "limit_warning",
        sa.Column("id", TEXT, nullable=False),
        *(sa.Column(name, TEXT, server_default="", nullable=False) for name in names),
        sa.PrimaryKeyConstraint("id", name="limit_warning_pkey"),
        sa.UniqueConstraint("name", "person", "payer", "first", name="limit_warning_name_key"),
    )
