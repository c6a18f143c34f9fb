# SPDX-License-Identifier: GPL-3.0-or-later
"""The number of a submission's recipients."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make the column; until now every submission had one."""
    op.add_column("submission", sa.Column("recipients", sa.BigInteger(), server_default="1", nullable=False))
    op.create_index("submission_by_owner", "submission", ["owner", "id"])
