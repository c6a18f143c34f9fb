# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls say how many octets their pages had on the line: by that the next ones are estimated."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Add the column, and the indexes by which the newest such calls are found, to a number and to all."""
    op.add_column("call", sa.Column("octets", sa.BigInteger(), server_default="0", nullable=False))
    weighed = sa.text("(octets > 0 AND outcome = 'ok' AND follows = '')")
    op.create_index("call_weighed", "call", ["id"], sqlite_where=weighed, postgresql_where=weighed)
    op.create_index("call_weighed_there", "call", ["destination", "id"], sqlite_where=weighed, postgresql_where=weighed)
