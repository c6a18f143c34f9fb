# SPDX-License-Identifier: GPL-3.0-or-later
"""Notices about print jobs, for the people who printed them."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "print_notice",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("owner", TEXT, server_default="", nullable=False),
        sa.Column("key", TEXT, server_default="", nullable=False),
        sa.Column("title", TEXT, server_default="", nullable=False),
        sa.Column("sentence", TEXT, server_default="", nullable=False),
        sa.Column("refused", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("created", TEXT, server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name="print_notice_pkey"),
    )
    op.create_index("print_notice_by_owner", "print_notice", ["owner", "key", "id"])
    op.create_index("print_notice_by_created", "print_notice", ["created"])
