# SPDX-License-Identifier: GPL-3.0-or-later
"""The log of calls and the ledger say how exactly it is known when a call was answered."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Add the columns: seconds in the log, milliseconds in the ledger."""
    op.add_column("call", sa.Column("answer_spread", sa.Float(), server_default="0", nullable=False))
    op.add_column("ledger", sa.Column("answer_spread", sa.BigInteger(), server_default="0", nullable=False))
