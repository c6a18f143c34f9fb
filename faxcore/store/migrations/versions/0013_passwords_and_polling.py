# SPDX-License-Identifier: GPL-3.0-or-later
"""Faxes that go with a password, jobs that fetch a document, and documents that are offered."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the columns and the table; the faxes that are there go with none, and are sent or came by themselves."""
    op.add_column("job", sa.Column("password", TEXT, nullable=False, server_default=""))
    op.add_column("job", sa.Column("kind", TEXT, nullable=False, server_default="send"))
    op.add_column("call", sa.Column("offer", TEXT, nullable=False, server_default=""))
    op.create_index("call_by_offer", "call", ["offer", "id"])
    op.create_table(
        "offer",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("owner", TEXT, server_default="", nullable=False),
        sa.Column("document", TEXT, nullable=False),
        sa.Column("title", TEXT, server_default="", nullable=False),
        sa.Column("number", TEXT, server_default="", nullable=False),
        sa.Column("called_key", TEXT, server_default="", nullable=False),
        sa.Column("selective", TEXT, server_default="", nullable=False),
        sa.Column("password", TEXT, server_default="", nullable=False),
        sa.Column("pages", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("times", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("until", TEXT, nullable=True),
        sa.Column("created", TEXT, server_default="", nullable=False),
        sa.Column("ended", TEXT, nullable=True),
        sa.ForeignKeyConstraint(["document"], ["document.id"], name="offer_document_fkey"),
        sa.PrimaryKeyConstraint("id", name="offer_pkey"),
    )
    op.create_index("offer_by_owner", "offer", ["owner", "id"])
    op.create_index("offer_by_document", "offer", ["document"])
    op.add_column("reception", sa.Column("fetched_for", TEXT, nullable=False, server_default=""))
