# SPDX-License-Identifier: GPL-3.0-or-later
"""Headers that people make for their own faxes."""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "own_header",
        sa.Column("id", TEXT, primary_key=True),
        *(sa.Column(name, TEXT, server_default="", nullable=False) for name in ("owner", "name", "heading", "sender")),
        sa.Column("cover", sa.Boolean(), server_default="0", nullable=False),
        *(sa.Column(name, TEXT, server_default="", nullable=False) for name in ("language", "logo", "message")),
    )
    op.create_index("own_header_by_owner", "own_header", ["owner", "id"])
