# SPDX-License-Identifier: GPL-3.0-or-later
"""Logos of headers that people make for their own faxes."""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Add the table, and the column that names one."""
    op.create_table(
        "own_logo",
        sa.Column("id", TEXT, primary_key=True),
        *(sa.Column(name, TEXT, server_default="", nullable=False) for name in ("owner", "picture", "created")),
    )
    op.create_index("own_logo_by_owner", "own_logo", ["owner", "created"])
    op.add_column("own_header", sa.Column("picture", TEXT, server_default="", nullable=False))
