# SPDX-License-Identifier: GPL-3.0-or-later
"""Corrected rows of the ledger are found by an index, as sums leave corrected rows out; and so is everything that
statements sum up.
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"

STATED = (
    *("ended", "place", "dialled", "answered", "person", "line", "own_number", "payer", "confirmed", "milliseconds"),
    *("sale_state", "sale_currency", "sale_net", "sale_vat_percent", "sale_vat"),
)


def upgrade() -> None:
    """Add the indexes; one of them begins as that by end did."""
    few = sa.text("corrects <> 0")
    op.create_index("ledger_by_corrected", "ledger", ["corrects"], sqlite_where=few, postgresql_where=few)
    op.create_index("ledger_by_person", "ledger", ["person", "ended"])
    op.create_index("ledger_for_statements", "ledger", STATED)
    op.drop_index("ledger_by_end", "ledger")
