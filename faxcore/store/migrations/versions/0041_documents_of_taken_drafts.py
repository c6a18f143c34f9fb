# SPDX-License-Identifier: GPL-3.0-or-later
"""Submissions of some pages of a draft keep all of them, so that it can be had back."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
HAS_ONE = sa.text("(draft_document <> '')")


def upgrade() -> None:
    """Add the column, and the index of the few rows that have a value in it."""
    op.add_column("submission", sa.Column("draft_document", TEXT, server_default="", nullable=False))
    op.create_index(
        "submission_by_draft_document",
        "submission",
        ["draft_document"],
        sqlite_where=HAS_ONE,
        postgresql_where=HAS_ONE,
    )
