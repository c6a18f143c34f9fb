# SPDX-License-Identifier: GPL-3.0-or-later
"""Faxes that go with a password, and jobs that fetch a document."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the columns; the faxes that are there go with none, and are sent or came by themselves."""
    op.add_column("job", sa.Column("password", TEXT, nullable=False, server_default=""))
    op.add_column("job", sa.Column("kind", TEXT, nullable=False, server_default="send"))
    op.add_column("reception", sa.Column("fetched_for", TEXT, nullable=False, server_default=""))
