# SPDX-License-Identifier: GPL-3.0-or-later
"""Several faxes go out in one call."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the columns: every call so far was dialled for its fax, and any destination may take several."""
    op.add_column("call", sa.Column("follows", TEXT, nullable=False, server_default=""))
    op.add_column("destination", sa.Column("together", sa.Boolean(), server_default="1", nullable=False))
    op.create_index("job_by_number", "job", ["state", "destination", "priority", "id"])
