# SPDX-License-Identifier: GPL-3.0-or-later
"""The first tables for both databases, and the index for searching."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make every table."""
    _create_document()
    _create_draft()
    _create_submission()
    _create_job()
    _create_call()
    _create_confirmation()
    _create_reception()
    _create_reception_page()
    _create_reception_owner()
    _create_entry()
    _create_delivery()
    _create_destination()
    _create_mark()
    if op.get_bind().dialect.name == "sqlite":
        _index_words_by_fts5()
    else:
        _index_words_by_gin()
    op.execute("INSERT INTO mark (server, number) VALUES ('main', 0)")


def _index_words_by_fts5() -> None:
    """An FTS5 index beside `entry`, which the store keeps: in a trigger, a schema that is not trusted may not use it.

    Words are folded already, so every octet but a space counts.
    """
    op.execute(
        "CREATE VIRTUAL TABLE entry_words USING fts5"
        " (words, content='entry', content_rowid='number', tokenize='ascii', prefix='2 3')"
    )


def _index_words_by_gin() -> None:
    op.execute("ALTER TABLE entry ADD COLUMN vector tsvector GENERATED ALWAYS AS (to_tsvector('simple', words)) STORED")
    op.execute("CREATE INDEX entry_words ON entry USING gin (vector)")


def _create_document() -> None:
    op.create_table(
        "document",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("sha256", TEXT, server_default="", nullable=False),
        sa.Column("pages", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("resolution", TEXT, server_default="", nullable=False),
        sa.Column("octets", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("has_original", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("created", TEXT, server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name="document_pkey"),
    )
    op.create_index("document_by_sha256", "document", ["sha256"])


def _create_draft() -> None:
    op.create_table(
        "draft",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("owner", TEXT, server_default="", nullable=False),
        sa.Column("document", TEXT, nullable=False),
        sa.Column("title", TEXT, server_default="", nullable=False),
        sa.Column("print_job", sa.BigInteger(), nullable=True),
        sa.Column("created", TEXT, server_default="", nullable=False),
        sa.ForeignKeyConstraint(["document"], ["document.id"], name="draft_document_fkey"),
        sa.PrimaryKeyConstraint("id", name="draft_pkey"),
    )
    op.create_index("draft_by_document", "draft", ["document"])
    op.create_index("draft_by_owner", "draft", ["owner", "id"])


def _create_submission() -> None:
    op.create_table(
        "submission",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("owner", TEXT, server_default="", nullable=False),
        sa.Column("key", TEXT, nullable=True),
        sa.Column("document", TEXT, nullable=False),
        sa.Column("print_job", sa.BigInteger(), nullable=True),
        sa.Column("title", TEXT, server_default="", nullable=False),
        sa.Column("subject", TEXT, server_default="", nullable=False),
        sa.Column("header", TEXT, server_default="", nullable=False),
        sa.Column("created", TEXT, server_default="", nullable=False),
        sa.ForeignKeyConstraint(["document"], ["document.id"], name="submission_document_fkey"),
        sa.PrimaryKeyConstraint("id", name="submission_pkey"),
        sa.UniqueConstraint("owner", "key", name="submission_by_key"),
    )
    op.create_index("submission_by_document", "submission", ["document"])
    op.create_index("submission_by_print_job", "submission", ["owner", "print_job"])


def _create_job() -> None:
    op.create_table(
        "job",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("submission", TEXT, nullable=False),
        sa.Column("owner", TEXT, server_default="", nullable=False),
        sa.Column("state", TEXT, server_default="", nullable=False),
        sa.Column("priority", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("number", TEXT, server_default="", nullable=False),
        sa.Column("dial", TEXT, server_default="", nullable=False),
        sa.Column("destination", TEXT, server_default="", nullable=False),
        sa.Column("sub_address", TEXT, server_default="", nullable=False),
        sa.Column("last_name", TEXT, server_default="", nullable=False),
        sa.Column("first_name", TEXT, server_default="", nullable=False),
        sa.Column("role", TEXT, server_default="", nullable=False),
        sa.Column("company", TEXT, server_default="", nullable=False),
        sa.Column("created", TEXT, server_default="", nullable=False),
        sa.Column("changed", TEXT, server_default="", nullable=False),
        sa.Column("next_try", TEXT, nullable=True),
        sa.Column("reason", TEXT, server_default="", nullable=False),
        sa.Column("pages", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("confirmed", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("tries", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("cancelled", sa.Boolean(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["submission"], ["submission.id"], name="job_submission_fkey"),
        sa.PrimaryKeyConstraint("id", name="job_pkey"),
        sa.UniqueConstraint("submission", "destination", "sub_address", name="job_by_destination"),
    )
    op.create_index("job_by_next_try", "job", ["state", "next_try", "id"])
    op.create_index("job_by_turn", "job", ["state", "priority", "owner", "id"])


def _create_call() -> None:
    op.create_table(
        "call",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("direction", TEXT, server_default="", nullable=False),
        sa.Column("job", TEXT, nullable=True),
        sa.Column("line", TEXT, server_default="", nullable=False),
        sa.Column("owner", TEXT, server_default="", nullable=False),
        sa.Column("destination", TEXT, server_default="", nullable=False),
        sa.Column("dialled", TEXT, server_default="", nullable=False),
        sa.Column("caller", TEXT, server_default="", nullable=False),
        sa.Column("started", TEXT, server_default="", nullable=False),
        sa.Column("answered", TEXT, nullable=True),
        sa.Column("answer_known", TEXT, server_default="", nullable=False),
        sa.Column("ended", TEXT, nullable=True),
        sa.Column("first_page", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("pages", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("sent", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("confirmed", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("received", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("fetched", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("outcome", TEXT, server_default="", nullable=False),
        sa.Column("reason", TEXT, server_default="", nullable=False),
        sa.Column("rate", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("modulation", TEXT, server_default="", nullable=False),
        sa.Column("coding", TEXT, server_default="", nullable=False),
        sa.Column("resolution", TEXT, server_default="", nullable=False),
        sa.Column("error_correction", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("remote_id", TEXT, server_default="", nullable=False),
        sa.Column("sender_id", TEXT, server_default="", nullable=False),
        sa.Column("sub_address", TEXT, server_default="", nullable=False),
        sa.Column("bad_rows", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("dial_seconds", sa.Float(), server_default="0", nullable=False),
        sa.Column("seconds", sa.Float(), server_default="0", nullable=False),
        sa.Column("fallbacks", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("phase", TEXT, server_default="", nullable=False),
        sa.Column("transcript", sa.Boolean(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(["job"], ["job.id"], name="call_job_fkey"),
        sa.PrimaryKeyConstraint("id", name="call_pkey"),
    )
    op.create_index("call_by_end", "call", ["ended"])
    op.create_index("call_by_job", "call", ["job", "id"])


def _create_confirmation() -> None:
    op.create_table(
        "confirmation",
        sa.Column("job", TEXT, nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("call", TEXT, nullable=False),
        sa.Column("at", TEXT, server_default="", nullable=False),
        sa.ForeignKeyConstraint(["call"], ["call.id"], name="confirmation_call_fkey"),
        sa.ForeignKeyConstraint(["job"], ["job.id"], name="confirmation_job_fkey"),
        sa.PrimaryKeyConstraint("job", "page", name="confirmation_pkey"),
    )
    op.create_index("confirmation_by_call", "confirmation", ["call"])


def _create_reception() -> None:
    op.create_table(
        "reception",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("call", TEXT, nullable=False),
        sa.Column("state", TEXT, server_default="", nullable=False),
        sa.Column("line", TEXT, server_default="", nullable=False),
        sa.Column("called", TEXT, server_default="", nullable=False),
        sa.Column("called_key", TEXT, server_default="", nullable=False),
        sa.Column("caller", TEXT, server_default="", nullable=False),
        sa.Column("caller_name", TEXT, server_default="", nullable=False),
        sa.Column("sub_address", TEXT, nullable=True),
        sa.Column("remote_id", TEXT, server_default="", nullable=False),
        sa.Column("outcome", TEXT, server_default="", nullable=False),
        sa.Column("reason", TEXT, server_default="", nullable=False),
        sa.Column("received", TEXT, server_default="", nullable=False),
        sa.Column("pages", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("bad_rows", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("rule", TEXT, server_default="", nullable=False),
        sa.Column("trace", TEXT, server_default="", nullable=False),
        sa.Column("folder", TEXT, server_default="", nullable=False),
        sa.Column("tiff", TEXT, server_default="", nullable=False),
        sa.Column("pdf", TEXT, server_default="", nullable=False),
        sa.ForeignKeyConstraint(["call"], ["call.id"], name="reception_call_fkey"),
        sa.PrimaryKeyConstraint("id", name="reception_pkey"),
        sa.UniqueConstraint("call", name="reception_call_key"),
    )
    op.create_index("reception_by_state", "reception", ["state", "id"])


def _create_reception_page() -> None:
    op.create_table(
        "reception_page",
        sa.Column("reception", TEXT, nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("file", TEXT, server_default="", nullable=False),
        sa.Column("rows", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("bad_rows", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["reception"], ["reception.id"], name="reception_page_reception_fkey", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("reception", "page", name="reception_page_pkey"),
    )


def _create_reception_owner() -> None:
    op.create_table(
        "reception_owner",
        sa.Column("reception", TEXT, nullable=False),
        sa.Column("person", TEXT, nullable=False),
        sa.ForeignKeyConstraint(
            ["reception"], ["reception.id"], name="reception_owner_reception_fkey", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("reception", "person", name="reception_owner_pkey"),
    )


def _create_entry() -> None:
    op.create_table(
        "entry",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("person", TEXT, server_default="", nullable=False),
        sa.Column("subject", TEXT, server_default="", nullable=False),
        sa.Column("kind", TEXT, server_default="", nullable=False),
        sa.Column("folder", TEXT, server_default="", nullable=False),
        sa.Column("called", TEXT, server_default="", nullable=False),
        sa.Column("read", TEXT, nullable=True),
        sa.Column("binned", TEXT, nullable=True),
        sa.Column("words", TEXT, server_default="", nullable=False),
        sa.PrimaryKeyConstraint("number", name="entry_pkey"),
        sa.UniqueConstraint("subject", "person", name="entry_by_subject"),
    )
    op.create_index("entry_by_called", "entry", ["person", "folder", "called", "subject"])
    op.create_index("entry_by_read", "entry", ["person", "folder", "read"])
    op.create_index("entry_by_folder", "entry", ["person", "folder", "subject"])


def _create_delivery() -> None:
    op.create_table(
        "delivery",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("person", TEXT, server_default="", nullable=False),
        sa.Column("kind", TEXT, server_default="", nullable=False),
        sa.Column("subject", TEXT, server_default="", nullable=False),
        sa.Column("channel", TEXT, server_default="", nullable=False),
        sa.Column("address", TEXT, server_default="", nullable=False),
        sa.Column("attempts", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("next_try", TEXT, nullable=True),
        sa.Column("error", TEXT, server_default="", nullable=False),
        sa.Column("created", TEXT, server_default="", nullable=False),
        sa.Column("done", TEXT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="delivery_pkey"),
        sa.UniqueConstraint("subject", "kind", "person", "channel", name="delivery_by_subject"),
    )
    op.create_index("delivery_by_person", "delivery", ["person", "channel", "done", "id"])


def _create_destination() -> None:
    op.create_table(
        "destination",
        sa.Column("number", TEXT, nullable=False),
        sa.Column("begin_at", TEXT, server_default="", nullable=False),
        sa.Column("error_correction", sa.Boolean(), nullable=False),
        sa.Column("training_failures", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("correction_failures", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("until", TEXT, server_default="", nullable=False),
        sa.PrimaryKeyConstraint("number", name="destination_pkey"),
    )


def _create_mark() -> None:
    op.create_table(
        "mark",
        sa.Column("server", TEXT, nullable=False),
        sa.Column("number", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("server", name="mark_pkey"),
    )
