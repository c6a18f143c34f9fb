# SPDX-License-Identifier: GPL-3.0-or-later
"""Faxes that are held, and faxes that are to be sent later."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the columns; of the faxes that are there, none is held and all go out at once."""
    op.add_column("job", sa.Column("held", sa.Boolean(), server_default="0", nullable=False))
    op.add_column("job", sa.Column("send_at", TEXT))
