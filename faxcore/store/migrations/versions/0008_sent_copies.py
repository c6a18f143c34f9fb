# SPDX-License-Identifier: GPL-3.0-or-later
"""Copies of what was sent, and the hashes of filed faxes."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, TEXT, nullable=False, server_default="")


def upgrade() -> None:
    """Make the table and the columns; of faxes that were filed before, no hash is known."""
    op.add_column("call", _text("shortened"))
    op.add_column("reception", _text("tiff_sha256"))
    op.add_column("reception", _text("pdf_sha256"))
    op.create_table(
        "sent_copy",
        sa.Column("job", TEXT, nullable=False),
        _text("state"),
        _text("folder"),
        _text("tiff"),
        _text("pdf"),
        _text("tiff_sha256"),
        _text("pdf_sha256"),
        sa.ForeignKeyConstraint(["job"], ["job.id"], name="sent_copy_job_fkey", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("job", name="sent_copy_pkey"),
    )
    op.create_index("sent_copy_by_state", "sent_copy", ["state", "job"])
