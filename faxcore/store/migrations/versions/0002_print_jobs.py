# SPDX-License-Identifier: GPL-3.0-or-later
"""Print jobs in a table of their own, by cupsd's name; drafts that are printed again; what of a person waits."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the table, and drop cupsd's numbers, which begin again some day."""
    op.create_table(
        "print_job",
        sa.Column("owner", TEXT, nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("sha256", TEXT, server_default="", nullable=False),
        sa.Column("destination", TEXT, server_default="", nullable=False),
        sa.Column("kind", TEXT, server_default="", nullable=False),
        sa.Column("subject", TEXT, server_default="", nullable=False),
        sa.Column("heard", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("created", TEXT, server_default="", nullable=False),
        sa.PrimaryKeyConstraint("owner", "key", name="print_job_pkey"),
    )
    # Those that were sent without a dialog are known. Whether cupsd heard of them is not: should one come again, a
    # person is asked.
    op.execute(
        "INSERT INTO print_job (owner, key, sha256, destination, kind, subject, heard, created)"
        " SELECT submission.owner, substr(submission.key, 7), document.sha256, job.destination, 'job', job.id, true,"
        " submission.created FROM submission JOIN document ON document.id = submission.document"
        " JOIN job ON job.submission = submission.id WHERE submission.key LIKE 'order:urn:uuid:%'"
    )
    op.create_index("print_job_by_subject", "print_job", ["subject"])
    op.create_index("print_job_by_created", "print_job", ["created"])
    op.add_column("draft", sa.Column("repeats", TEXT, server_default="", nullable=False))
    op.create_index("job_by_owner", "job", ["owner", "state", "submission"])
    op.drop_index("submission_by_print_job", "submission")
    op.drop_column("draft", "print_job")
    op.drop_column("submission", "print_job")
