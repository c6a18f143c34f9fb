# SPDX-License-Identifier: GPL-3.0-or-later
"""What a row of the ledger corrects is found by an index: sums of what calls cost leave corrected rows out."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Add the index."""
    few = sa.text("corrects <> 0")
    op.create_index("ledger_by_corrected", "ledger", ["corrects"], sqlite_where=few, postgresql_where=few)
