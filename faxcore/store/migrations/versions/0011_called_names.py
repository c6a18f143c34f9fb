# SPDX-License-Identifier: GPL-3.0-or-later
"""A number at which faxes come in may have a name."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the column; what has come was for numbers without a name."""
    op.add_column("reception", sa.Column("called_name", TEXT, nullable=False, server_default=""))
