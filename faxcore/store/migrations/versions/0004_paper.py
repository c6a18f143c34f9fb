# SPDX-License-Identifier: GPL-3.0-or-later
"""The paper of a destination, and the paper that the pages of a fax were made for."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the columns; nothing is known of the faxes and destinations that are there."""
    op.add_column("destination", sa.Column("paper", TEXT, server_default="", nullable=False))
    op.add_column("job", sa.Column("paper", TEXT, server_default="", nullable=False))
