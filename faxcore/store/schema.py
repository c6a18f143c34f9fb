# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables, for SQLite and PostgreSQL. `migrations` leads every earlier form of them to this one.

Ids are UUIDv7 in text, so their order is that of their making; times are ISO 8601 in UTC to the millisecond, in text,
so that text order is time order and both databases give the same. Nothing depends on row numbers but the search index.

    document    <- draft                     printed, no recipient yet
    document    <- submission <- job <- confirmation
    print_job   what each print job became: by this, one that is handed over again is known
    print_notice  what the person who printed must be told of a print job, and no fax tells
    job         <- call (out),  reception -> call (in, or out where it fetches)
    reception   <- reception_page, reception_owner
    document    <- offer <- call (in)        what callers may fetch
    sent_copy   what of a job is to be archived as it was sent, or has been
    entry       one row for each fax in each person's lists: folder, read mark, words to search for
    delivery    news for a person by one channel, until it has been told
    destination what calls have taught of a number
    ledger      one row for each call that has ended, for the bill: added to, never changed
    limit_lift  how much more of a limit there is for the rest of a period, who has given it, and why
    limit_warning  the warnings that were given of a limit, once for its period
    closing     one row for each month whose calls were billed
    invoice     <- invoice_line, invoice_vat; invoice_call: which rows of the ledger it bills, or takes back
    invoice_series  the last number of each series of invoices
    contact     an entry of an address book (`contact_tables`)
    own_header  a header that somebody has made for their own faxes
    own_logo    a picture for such headers
    mark        the number of the last transaction, by which one whose COMMIT failed is known to stand or not
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    Table,
    TextClause,
    UniqueConstraint,
    text,
)

from faxcore.model.job import IN_CALL, State
from faxcore.store import bill_tables, columns, contact_tables
from faxcore.store.columns import TEXT, make_flag, make_id, make_reference, make_text, make_whole

REVISION: Final = "0045"
"""The newest script of `migrations`: what a database of this release says of itself."""

METADATA: Final = columns.METADATA
"""Every table, those of ELSEWHERE among them."""
ELSEWHERE: Final = (bill_tables, contact_tables)
"""The modules with the tables of the bill and of the address books."""

LIVE: Final = (
    State.ENTERING,
    State.PENDING,
    State.READY,
    State.SLEEPING,
    State.HELD,
    *IN_CALL,
)
"""The states of jobs that limits count as queued: they will go out, or may."""
QUEUED: Final = ("send_at", "state", "pages", "confirmed", "net_estimate", "milliseconds_estimate")
"""The columns of such a job that limits count."""


def of_states(states: Iterable[State]) -> TextClause:
    """Make the condition that a job is in one of these states, in the words of the index of such jobs: a database sees
    that the index has them all.
    """
    return text(f"state IN ({', '.join(repr(state.value) for state in states)})")


def _few(name: str, states: Iterable[State], *columns: str) -> Index:
    """An index of the jobs in these states only."""
    few = of_states(states)
    return Index(name, *columns, sqlite_where=few, postgresql_where=few)


HAS_NAMES: Final = text("(owner <> '' OR caller <> '' OR (direction = 'out' AND destination <> ''))")
"""The condition that a call still says whose it was or who was at the other end, in the words of its index."""
IS_WEIGHED: Final = text("(octets > 0 AND outcome = 'ok' AND follows = '')")
"""The condition that a call has sent all its pages, and how much that was, in the words of the indexes of such."""


NOT_READ: Final = text("read IS NULL")
"""The condition that a person has not read a fax, in the words of the index of such entries."""


mark = Table("mark", METADATA, make_id("server"), make_whole("number"))

document = Table(
    "document",
    METADATA,
    make_id(),
    make_text("sha256"),
    make_whole("pages"),
    make_text("resolution"),
    make_whole("octets"),
    make_flag("has_original"),
    make_text("created"),
    Index("document_by_sha256", "sha256"),
)

draft = Table(
    "draft",
    METADATA,
    make_id(),
    make_text("owner"),
    make_reference("document", "document"),
    make_text("title"),
    make_text("created"),
    # The job that its very print job became before; empty: it was not printed before.
    make_text("repeats"),
    # The code of the payer that its sender has chosen; empty: none.
    make_text("payer"),
    # What has been typed for it so far, as JSON; empty: nothing.
    make_text("kept"),
    # Its documents in their order, with what is left out of them, as JSON; empty: one, with all of its pages.
    make_text("arranged"),
    Index("draft_by_owner", "owner", "id"),
    Index("draft_by_document", "document"),
)

HAS_DRAFT_DOCUMENT: Final = text("(draft_document <> '')")

submission = Table(
    "submission",
    METADATA,
    make_id(),
    make_text("owner"),
    Column("key", TEXT),
    make_reference("document", "document"),
    make_text("title"),
    make_text("subject"),
    # What the cover page says below the subject.
    make_text("message"),
    # The draft that it was, as JSON, so that it can be had back; empty: it was none, or is not to be had back.
    make_text("was_draft"),
    # The document of that draft, where only some of its pages go out; empty: it is the submission's own, or forgotten.
    make_text("draft_document"),
    make_text("header"),
    make_text("created"),
    # More than one: a broadcast.
    make_whole("recipients", 1),
    UniqueConstraint("owner", "key", name="submission_by_key"),
    Index("submission_by_document", "document"),
    Index(
        "submission_by_draft_document",
        "draft_document",
        sqlite_where=HAS_DRAFT_DOCUMENT,
        postgresql_where=HAS_DRAFT_DOCUMENT,
    ),
    Index("submission_by_owner", "owner", "id"),
)

print_job = Table(
    "print_job",
    METADATA,
    Column("owner", TEXT, primary_key=True),
    # cupsd's name for it.
    Column("key", TEXT, primary_key=True),
    make_text("sha256"),
    make_text("destination"),
    make_text("kind"),
    make_text("subject"),
    make_flag("heard"),
    make_text("created"),
    Index("print_job_by_subject", "subject"),
    Index("print_job_by_created", "created"),
)

print_notice = Table(
    "print_notice",
    METADATA,
    make_id(),
    make_text("owner"),
    # cupsd's name for the print job.
    make_text("key"),
    make_text("title"),
    make_text("sentence"),
    # False if it is faxed, but perhaps otherwise than expected.
    make_flag("refused"),
    make_text("created"),
    Index("print_notice_by_owner", "owner", "key", "id"),
    Index("print_notice_by_created", "created"),
)

job = Table(
    "job",
    METADATA,
    make_id(),
    make_reference("submission", "submission"),
    make_text("owner"),
    make_text("state"),
    make_whole("priority"),
    make_text("number"),
    make_text("dial"),
    make_text("destination"),
    make_text("sub_address"),
    make_text("last_name"),
    make_text("first_name"),
    make_text("role"),
    make_text("company"),
    make_text("department"),
    make_text("created"),
    make_text("changed"),
    Column("next_try", TEXT),
    make_text("reason"),
    make_whole("pages"),
    make_whole("confirmed"),
    make_whole("tries"),
    make_flag("cancelled"),
    # The paper that its pages were made for, in JSON; empty: any.
    make_text("paper"),
    # Held back as soon as its call is over.
    make_flag("held"),
    # When its sender wants it to go out; NULL: at once.
    Column("send_at", TEXT),
    make_whole("dials"),
    make_whole("in_vain"),
    make_whole("unreached"),
    # When its sender wants it to be given up, and when it is; NULL: some hours behind its first call.
    Column("give_up_at", TEXT),
    Column("deadline", TEXT),
    # Another header than its submission's, in JSON; empty: that one.
    make_text("header"),
    # Changes that a person wants, and that are made when its call is over, in JSON; empty: none.
    make_text("wish"),
    # What the other end wants to hear; empty: nothing.
    make_text("password"),
    # Of one that fetches, the document of its submission has no pages, and its sub-address says which one to fetch.
    Column("kind", TEXT, nullable=False, server_default="send"),
    # The code of its payer; empty: nobody pays.
    make_text("payer"),
    # About how much it costs before VAT, in millionths, where a limit counts money; 0: not known.
    make_whole("net_estimate"),
    # About how long its call will be; 0: not known.
    make_whole("milliseconds_estimate"),
    # What its owner has noted of it, in lines.
    make_text("comment"),
    UniqueConstraint("submission", "destination", "sub_address", name="job_by_destination"),
    Index("job_by_turn", "state", "priority", "owner", "id"),
    Index("job_by_next_try", "state", "next_try", "id"),
    Index("job_by_deadline", "state", "deadline"),
    Index("job_by_owner", "owner", "state", "submission"),
    Index("job_by_number", "state", "destination", "priority", "id"),
    # Where nearly all jobs are in one state, SQLite does not trust an index by state alone to find the few others.
    # What the limits count of the queue is in the index.
    _few("job_queued_of_owner", LIVE, "owner", *QUEUED),
    _few("job_queued_of_payer", LIVE, "payer", *QUEUED),
    _few("job_in_call", IN_CALL, "owner", "destination"),
    _few("job_by_send_at", (State.PENDING,), "send_at", "id"),
)

call = Table(
    "call",
    METADATA,
    make_id(),
    make_text("direction"),
    make_reference("job", "job", absent=True),
    make_text("line"),
    make_text("owner"),
    make_text("destination"),
    make_text("dialled"),
    make_text("caller"),
    make_text("started"),
    Column("answered", TEXT),
    make_text("answer_known"),
    Column("ended", TEXT),
    make_whole("first_page"),
    make_whole("pages"),
    make_whole("sent"),
    make_whole("confirmed"),
    # Octets of the pages that went out, as they were coded.
    make_whole("octets"),
    make_whole("received"),
    make_whole("fetched"),
    make_text("outcome"),
    make_text("reason"),
    make_whole("rate"),
    make_text("modulation"),
    make_text("coding"),
    make_text("resolution"),
    make_flag("error_correction"),
    make_text("remote_id"),
    make_text("sender_id"),
    make_text("sub_address"),
    make_whole("bad_rows"),
    Column("dial_seconds", Float, nullable=False, server_default="0"),
    Column("seconds", Float, nullable=False, server_default="0"),
    # Seconds by which it may have been answered earlier than `answered` says.
    Column("answer_spread", Float, nullable=False, server_default="0"),
    make_whole("fallbacks"),
    make_text("phase"),
    # The offer from which its caller has fetched; empty: none.
    make_text("offer"),
    # The paper for which its pages were made anew in it, as the other end prints no more; empty: as they were planned.
    make_text("shortened"),
    # The call before it in the same telephone call; empty: it was dialled for.
    make_text("follows"),
    # Our number as which a fax went out, as its key; empty: the line has none of its sender's, or it came in.
    make_text("own_number"),
    # The code of the payer when it began; empty: nobody pays.
    make_text("payer"),
    # True as long as its transcript may be there.
    Column("transcript", Boolean, nullable=False, server_default="1"),
    Index("call_by_job", "job", "id"),
    Index("call_by_end", "ended"),
    Index("call_with_names", "ended", sqlite_where=HAS_NAMES, postgresql_where=HAS_NAMES),
    Index("call_by_offer", "offer", "id"),
    Index("call_weighed", "id", sqlite_where=IS_WEIGHED, postgresql_where=IS_WEIGHED),
    Index("call_weighed_there", "destination", "id", sqlite_where=IS_WEIGHED, postgresql_where=IS_WEIGHED),
    Index("call_by_owner", "owner", "id"),
)

offer = Table(
    "offer",
    METADATA,
    make_id(),
    make_text("owner"),
    make_reference("document", "document"),
    make_text("title"),
    # The owner's number at which it is offered, as it was written, and its key; empty: all of them.
    make_text("number"),
    make_text("called_key"),
    make_text("selective"),
    make_text("password"),
    make_whole("pages"),
    # How often it may be fetched as a whole; 0: as often as callers want.
    make_whole("times"),
    Column("until", TEXT),
    make_text("created"),
    # When it was withdrawn.
    Column("ended", TEXT),
    Index("offer_by_owner", "owner", "id"),
    Index("offer_by_document", "document"),
)

confirmation = Table(
    "confirmation",
    METADATA,
    make_reference("job", "job", primary_key=True),
    Column("page", Integer, primary_key=True),
    make_reference("call", "call"),
    make_text("at"),
    Index("confirmation_by_call", "call"),
)

sent_copy = Table(
    "sent_copy",
    METADATA,
    make_reference("job", "job", primary_key=True, cascade=True),
    make_text("state"),
    make_text("folder"),
    make_text("tiff"),
    make_text("pdf"),
    make_text("tiff_sha256"),
    make_text("pdf_sha256"),
    Index("sent_copy_by_state", "state", "job"),
)

reception = Table(
    "reception",
    METADATA,
    make_id(),
    make_reference("call", "call"),
    make_text("state"),
    make_text("line"),
    make_text("called"),
    make_text("called_key"),
    # What the configuration called that number when it was called.
    make_text("called_name"),
    make_text("caller"),
    make_text("caller_name"),
    Column("sub_address", TEXT),
    make_text("remote_id"),
    make_text("outcome"),
    make_text("reason"),
    make_text("received"),
    make_whole("pages"),
    make_whole("bad_rows"),
    make_text("rule"),
    make_text("trace"),
    make_text("folder"),
    make_text("tiff"),
    make_text("pdf"),
    # Of both files; empty for one that was filed before this was kept.
    make_text("tiff_sha256"),
    make_text("pdf_sha256"),
    # The person whose order has fetched it; empty: it came by itself.
    make_text("fetched_for"),
    # What its owners have noted of it, in lines.
    make_text("comment"),
    UniqueConstraint("call"),
    Index("reception_by_state", "state", "id"),
)

reception_page = Table(
    "reception_page",
    METADATA,
    make_reference("reception", "reception", primary_key=True, cascade=True),
    Column("page", Integer, primary_key=True),
    make_text("file"),
    make_whole("rows"),
    make_whole("bad_rows"),
)

reception_owner = Table(
    "reception_owner",
    METADATA,
    make_reference("reception", "reception", primary_key=True, cascade=True),
    Column("person", TEXT, primary_key=True),
    Index("reception_owner_by_person", "person", "reception"),
)

entry = Table(
    "entry",
    METADATA,
    # SQLite numbers rows of an INTEGER key by itself, PostgreSQL those of a BIGINT identity.
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    make_text("person"),
    make_text("subject"),
    make_text("kind"),
    make_text("folder"),
    make_text("called"),
    Column("read", TEXT),
    Column("binned", TEXT),
    make_text("words"),
    UniqueConstraint("subject", "person", name="entry_by_subject"),
    Index("entry_by_folder", "person", "folder", "subject"),
    Index("entry_by_read", "person", "folder", "read"),
    Index("entry_by_called", "person", "folder", "called", "subject"),
    # With the number called, by which those of the inbox are counted.
    Index(
        "entry_not_read",
        "person",
        "folder",
        "subject",
        "called",
        sqlite_where=NOT_READ,
        postgresql_where=NOT_READ,
    ),
)

delivery = Table(
    "delivery",
    METADATA,
    make_id(),
    make_text("person"),
    make_text("kind"),
    make_text("subject"),
    make_text("channel"),
    make_text("address"),
    make_whole("attempts"),
    Column("next_try", TEXT),
    make_text("error"),
    make_text("created"),
    Column("done", TEXT),
    UniqueConstraint("subject", "kind", "person", "channel", "address", name="delivery_by_subject"),
    Index("delivery_by_person", "person", "channel", "done", "id"),
    Index("delivery_by_channel", "channel", "done", "next_try"),
)

destination = Table(
    "destination",
    METADATA,
    Column("number", TEXT, primary_key=True),
    make_text("begin_at"),
    Column("error_correction", Boolean, nullable=False),
    make_whole("training_failures"),
    make_whole("correction_failures"),
    make_text("paper"),
    # True if several faxes may go there in one call.
    Column("together", Boolean, nullable=False, server_default="1"),
    make_text("until"),
    # When a fax machine last answered there; empty: never, or long ago.
    make_text("reached"),
    # True if it stays as it is, whatever calls teach and however old it is.
    make_flag("locked"),
)

own_header = Table(
    "own_header",
    METADATA,
    make_id(),
    make_text("owner"),
    make_text("name"),
    make_text("heading"),
    # The lines of the address, with line ends between them.
    make_text("sender"),
    make_flag("cover"),
    make_text("language"),
    # The id of the header of the configuration whose logo it has.
    make_text("logo"),
    make_text("message"),
    # The id of the logo that its owner has handed in.
    make_text("picture"),
    Index("own_header_by_owner", "owner", "id"),
)

own_logo = Table(
    "own_logo",
    METADATA,
    # The SHA-256 of its owner and of the picture.
    make_id(),
    make_text("owner"),
    # A PNG in black and white, in base64.
    make_text("picture"),
    make_text("created"),
    Index("own_logo_by_owner", "owner", "created"),
)
