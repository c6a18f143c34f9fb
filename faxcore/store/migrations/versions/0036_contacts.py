# SPDX-License-Identifier: GPL-3.0-or-later
"""Address books."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the tables."""
    names = ("owner", "kind", "name", "number", "key", "last_name", "first_name", "role", "company", "note", "sorted")
    op.create_table(
        "contact",
        sa.Column("id", TEXT, nullable=False),
        *(_text(name) for name in (*names, "created", "changed", "author")),
        sa.PrimaryKeyConstraint("id", name="contact_pkey"),
    )
    op.create_index("contact_by_owner", "contact", ["owner", "sorted", "id"])
    op.create_index("contact_by_key", "contact", ["key", "owner"])
    op.create_table(
        "contact_word",
        _text("word"),
        _reference("contact_word", "contact"),
        sa.PrimaryKeyConstraint("word", "contact", name="contact_word_pkey"),
    )
    op.create_index("contact_word_by_contact", "contact_word", ["contact"])
    op.create_table(
        "contact_member",
        _reference("contact_member", "group_id"),
        _reference("contact_member", "member"),
        sa.Column("place", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("group_id", "member", name="contact_member_pkey"),
    )
    op.create_index("contact_member_by_member", "contact_member", ["member"])


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, TEXT, server_default="", nullable=False)


def _reference(table: str, name: str) -> sa.Column[str]:
    key = sa.ForeignKey("contact.id", ondelete="CASCADE", name=f"{table}_{name}_fkey")
    return sa.Column(name, TEXT, key, nullable=False)
