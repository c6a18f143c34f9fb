# SPDX-License-Identifier: GPL-3.0-or-later
"""The ledger: a row for each call that ends from now on."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the table; calls that have ended are in the log, and in no bill. Names can be found to be removed."""
    op.create_table(
        "ledger",
        sa.Column("place", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("form", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("kind", TEXT, server_default="", nullable=False),
        sa.Column("written", TEXT, server_default="", nullable=False),
        sa.Column("corrects", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("author", TEXT, server_default="", nullable=False),
        sa.Column("call", TEXT, server_default="", nullable=False),
        sa.Column("follows", TEXT, server_default="", nullable=False),
        sa.Column("direction", TEXT, server_default="", nullable=False),
        sa.Column("line", TEXT, server_default="", nullable=False),
        sa.Column("own_number", TEXT, server_default="", nullable=False),
        sa.Column("dialled", TEXT, server_default="", nullable=False),
        sa.Column("answered", TEXT, server_default="", nullable=False),
        sa.Column("answer_known", TEXT, server_default="", nullable=False),
        sa.Column("ended", TEXT, server_default="", nullable=False),
        sa.Column("milliseconds", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("pages", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("confirmed", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("outcome", TEXT, server_default="", nullable=False),
        sa.Column("person", TEXT, server_default="", nullable=False),
        sa.Column("other_number", TEXT, server_default="", nullable=False),
        sa.Column("salt", TEXT, server_default="", nullable=False),
        sa.Column("person_digest", TEXT, server_default="", nullable=False),
        sa.Column("other_number_digest", TEXT, server_default="", nullable=False),
        sa.Column("seal", TEXT, server_default="", nullable=False),
        sa.PrimaryKeyConstraint("place", name="ledger_pkey"),
    )
    op.create_index("ledger_by_call", "ledger", ["call"])
    op.create_index("ledger_by_end", "ledger", ["ended"])
    salted = sa.text("salt <> ''")
    op.create_index("ledger_with_names", "ledger", ["ended"], sqlite_where=salted, postgresql_where=salted)
    named = sa.text("(owner <> '' OR caller <> '' OR (direction = 'out' AND destination <> ''))")
    op.create_index("call_with_names", "call", ["ended"], sqlite_where=named, postgresql_where=named)
