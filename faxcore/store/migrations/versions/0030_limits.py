# SPDX-License-Identifier: GPL-3.0-or-later
"""Limits of the bill: what people and payers have used of them is found by an index, and they may be lifted."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0023"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
COUNTED = ["place", "confirmed", "answered", "milliseconds", "sale_net"]


def upgrade() -> None:
    """Add the estimate, the indexes, and the table."""
    op.add_column("job", sa.Column("net_estimate", sa.BigInteger(), server_default="0", nullable=False))
    live = sa.text("state IN ('entering', 'pending', 'ready', 'sleeping', 'held', 'active', 'final-pending')")
    for who in ("owner", "payer"):
        columns = [who, "send_at", "state", "pages", "confirmed", "net_estimate"]
        op.create_index(f"job_queued_of_{who}", "job", columns, sqlite_where=live, postgresql_where=live)
    # It begins as the one that statements of a person had.
    op.create_index("ledger_of_person", "ledger", ["person", "ended", "direction", *COUNTED])
    op.drop_index("ledger_by_person", "ledger")
    op.create_index("ledger_of_payer", "ledger", ["payer", "ended", *COUNTED])
    names = ("name", "person", "payer", "first", "author", "reason", "created")
    texts = {name: sa.Column(name, TEXT, server_default="", nullable=False) for name in names}
    op.create_table(
        "limit_lift",
        sa.Column("id", TEXT, nullable=False),
        *(texts[name] for name in ("name", "person", "payer", "first")),
        sa.Column("added", sa.BigInteger(), server_default="0", nullable=False),
        *(texts[name] for name in ("author", "reason", "created")),
        sa.PrimaryKeyConstraint("id", name="limit_lift_pkey"),
    )
    op.create_index("limit_lift_by_name", "limit_lift", ["name", "first"])
