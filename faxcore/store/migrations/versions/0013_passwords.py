# SPDX-License-Identifier: GPL-3.0-or-later
"""Faxes that go with a password."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the column; the faxes that are there go with none."""
    op.add_column("job", sa.Column("password", TEXT, nullable=False, server_default=""))
