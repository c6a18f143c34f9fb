# SPDX-License-Identifier: GPL-3.0-or-later
"""Several documents in one draft, and pages left out of them."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Add the column."""
    op.add_column("draft", sa.Column("arranged", TEXT, server_default="", nullable=False))
