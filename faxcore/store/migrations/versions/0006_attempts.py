# SPDX-License-Identifier: GPL-3.0-or-later
"""Dials and tries apart, the time after which a fax is given up, and numbers at which a fax machine has answered."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the columns. What were tries until now were dials; their number goes on, and their time begins anew."""
    for name in ("dials", "in_vain", "unreached"):
        op.add_column("job", sa.Column(name, sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("job", sa.Column("give_up_at", TEXT))
    op.add_column("job", sa.Column("deadline", TEXT))
    op.create_index("job_by_deadline", "job", ["state", "deadline"])
    op.add_column("destination", sa.Column("reached", TEXT, server_default="", nullable=False))
    op.execute("UPDATE job SET dials = tries")
