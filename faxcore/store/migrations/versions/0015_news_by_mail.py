# SPDX-License-Identifier: GPL-3.0-or-later
"""News by mail: told to an address, tried again and again."""

from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Let the same news go to several addresses, and be found by when it is due."""
    with op.batch_alter_table("delivery") as batch:
        batch.drop_constraint("delivery_by_subject", type_="unique")
        batch.create_unique_constraint("delivery_by_subject", ["subject", "kind", "person", "channel", "address"])
    op.create_index("delivery_by_channel", "delivery", ["channel", "done", "next_try"])
