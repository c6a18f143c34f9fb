# SPDX-License-Identifier: GPL-3.0-or-later
"""Faxes that are changed while they wait, or in the middle of a call."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the columns; of the faxes that are there, each has its submission's header, and none is to be changed."""
    op.add_column("job", sa.Column("header", TEXT, nullable=False, server_default=""))
    op.add_column("job", sa.Column("wish", TEXT, nullable=False, server_default=""))
