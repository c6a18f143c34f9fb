# SPDX-License-Identifier: GPL-3.0-or-later
"""About how long the call of a fax will be, for the limits."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    """Add the column, and put it into the indexes of what is queued."""
    op.add_column("job", sa.Column("milliseconds_estimate", sa.BigInteger(), server_default="0", nullable=False))
    live = sa.text("state IN ('entering', 'pending', 'ready', 'sleeping', 'held', 'active', 'final-pending')")
    for who in ("owner", "payer"):
        columns = [who, "send_at", "state", "pages", "confirmed", "net_estimate", "milliseconds_estimate"]
        op.drop_index(f"job_queued_of_{who}", "job")
        op.create_index(f"job_queued_of_{who}", "job", columns, sqlite_where=live, postgresql_where=live)
