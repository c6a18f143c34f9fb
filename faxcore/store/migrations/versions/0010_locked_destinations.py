# SPDX-License-Identifier: GPL-3.0-or-later
"""What is known of a destination can be locked."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Make the column; nothing is locked."""
    op.add_column("destination", sa.Column("locked", sa.Boolean(), server_default="0", nullable=False))
