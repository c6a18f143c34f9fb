# SPDX-License-Identifier: GPL-3.0-or-later
"""The log of calls: our number as which a fax went out, and a way to each person's calls."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the column and the indexes; as which number the calls so far went out is not known."""
    op.add_column("call", sa.Column("own_number", TEXT, nullable=False, server_default=""))
    op.create_index("call_by_owner", "call", ["owner", "id"])
    op.create_index("reception_owner_by_person", "reception_owner", ["person", "reception"])
