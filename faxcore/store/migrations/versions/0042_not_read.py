# SPDX-License-Identifier: GPL-3.0-or-later
"""An index of the faxes that a person has not read, which finds them at once among very many."""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"

NOT_READ = sa.text("read IS NULL")


def upgrade() -> None:
    """Give it an index of its own."""
    op.create_index(
        "entry_not_read",
        "entry",
        ["person", "folder", "subject", "called"],
        sqlite_where=NOT_READ,
        postgresql_where=NOT_READ,
    )
