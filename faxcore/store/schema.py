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
    closing     one row for each month whose calls were billed
    invoice     <- invoice_line; invoice_call: which rows of the ledger are on which invoice, or were taken back by it
    invoice_series  the last number of each series of invoices
    mark        the number of the last transaction, by which one whose COMMIT failed is known to stand or not
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    TextClause,
    UniqueConstraint,
    text,
)

from faxcore.model.job import IN_CALL, State

REVISION: Final = "0031"
"""The newest script of `migrations`: what a database of this release says of itself."""

TEXT: Final = Text().with_variant(Text(collation="C"), "postgresql")
"""Text in the order of its octets, whatever language the server was set up in."""

LIVE: Final = (
    State.ENTERING,
    State.PENDING,
    State.READY,
    State.SLEEPING,
    State.HELD,
    *IN_CALL,
)
"""The states of jobs that limits count as queued: they will go out, or may."""
QUEUED: Final = ("send_at", "state", "pages", "confirmed", "net_estimate")
"""The columns of such a job that limits count."""

METADATA: Final = MetaData(
    naming_convention={
        "uq": "%(table_name)s_%(column_0_name)s_key",
        "fk": "%(table_name)s_%(column_0_name)s_fkey",
        "pk": "%(table_name)s_pkey",
    }
)


def _text(name: str, **more: object) -> Column[str]:
    """A text that is never absent; empty if nothing is known."""
    return Column(name, TEXT, nullable=False, server_default="", **more)  # type: ignore[arg-type]


def _whole(name: str, otherwise: int = 0) -> Column[int]:
    return Column(name, BigInteger, nullable=False, server_default=str(otherwise))


def _flag(name: str) -> Column[bool]:
    return Column(name, Boolean, nullable=False, server_default="0")


def _amount(name: str) -> Column[int]:
    """An amount in millionths; NULL: there is none, which is not 0."""
    return Column(name, BigInteger, nullable=True)


def _id(name: str = "id") -> Column[str]:
    return Column(name, TEXT, primary_key=True)


def _of(name: str, table: str, absent: bool = False, **more: object) -> Column[str]:
    key = ForeignKey(f"{table}.id", ondelete="CASCADE" if more.pop("cascade", False) else None)
    return Column(name, TEXT, key, nullable=absent, **more)  # type: ignore[arg-type]


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
HAS_SALT: Final = text("salt <> ''")
"""The same of a row of the ledger."""

mark = Table("mark", METADATA, _id("server"), _whole("number"))

document = Table(
    "document",
    METADATA,
    _id(),
    _text("sha256"),
    _whole("pages"),
    _text("resolution"),
    _whole("octets"),
    _flag("has_original"),
    _text("created"),
    Index("document_by_sha256", "sha256"),
)

draft = Table(
    "draft",
    METADATA,
    _id(),
    _text("owner"),
    _of("document", "document"),
    _text("title"),
    _text("created"),
    # The job that its very print job became before; empty: it was not printed before.
    _text("repeats"),
    # The code of the payer that its sender has chosen; empty: none.
    _text("payer"),
    Index("draft_by_owner", "owner", "id"),
    Index("draft_by_document", "document"),
)

submission = Table(
    "submission",
    METADATA,
    _id(),
    _text("owner"),
    Column("key", TEXT),
    _of("document", "document"),
    _text("title"),
    _text("subject"),
    _text("header"),
    _text("created"),
    # More than one: a broadcast.
    _whole("recipients", 1),
    UniqueConstraint("owner", "key", name="submission_by_key"),
    Index("submission_by_document", "document"),
    Index("submission_by_owner", "owner", "id"),
)

print_job = Table(
    "print_job",
    METADATA,
    Column("owner", TEXT, primary_key=True),
    # cupsd's name for it.
    Column("key", TEXT, primary_key=True),
    _text("sha256"),
    _text("destination"),
    _text("kind"),
    _text("subject"),
    _flag("heard"),
    _text("created"),
    Index("print_job_by_subject", "subject"),
    Index("print_job_by_created", "created"),
)

print_notice = Table(
    "print_notice",
    METADATA,
    _id(),
    _text("owner"),
    # cupsd's name for the print job.
    _text("key"),
    _text("title"),
    _text("sentence"),
    # False if it is faxed, but perhaps otherwise than expected.
    _flag("refused"),
    _text("created"),
    Index("print_notice_by_owner", "owner", "key", "id"),
    Index("print_notice_by_created", "created"),
)

job = Table(
    "job",
    METADATA,
    _id(),
    _of("submission", "submission"),
    _text("owner"),
    _text("state"),
    _whole("priority"),
    _text("number"),
    _text("dial"),
    _text("destination"),
    _text("sub_address"),
    _text("last_name"),
    _text("first_name"),
    _text("role"),
    _text("company"),
    _text("created"),
    _text("changed"),
    Column("next_try", TEXT),
    _text("reason"),
    _whole("pages"),
    _whole("confirmed"),
    _whole("tries"),
    _flag("cancelled"),
    # The paper that its pages were made for, in JSON; empty: any.
    _text("paper"),
    # Held back as soon as its call is over.
    _flag("held"),
    # When its sender wants it to go out; NULL: at once.
    Column("send_at", TEXT),
    _whole("dials"),
    _whole("in_vain"),
    _whole("unreached"),
    # When its sender wants it to be given up, and when it is; NULL: some hours behind its first call.
    Column("give_up_at", TEXT),
    Column("deadline", TEXT),
    # Another header than its submission's, in JSON; empty: that one.
    _text("header"),
    # Changes that a person wants, and that are made when its call is over, in JSON; empty: none.
    _text("wish"),
    # What the other end wants to hear; empty: nothing.
    _text("password"),
    # Of one that fetches, the document of its submission has no pages, and its sub-address says which one to fetch.
    Column("kind", TEXT, nullable=False, server_default="send"),
    # The code of its payer; empty: nobody pays.
    _text("payer"),
    # About how much it costs before VAT, in millionths, where a limit counts money; 0: not known.
    _whole("net_estimate"),
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
    _id(),
    _text("direction"),
    _of("job", "job", absent=True),
    _text("line"),
    _text("owner"),
    _text("destination"),
    _text("dialled"),
    _text("caller"),
    _text("started"),
    Column("answered", TEXT),
    _text("answer_known"),
    Column("ended", TEXT),
    _whole("first_page"),
    _whole("pages"),
    _whole("sent"),
    _whole("confirmed"),
    # Octets of the pages that went out, as they were coded.
    _whole("octets"),
    _whole("received"),
    _whole("fetched"),
    _text("outcome"),
    _text("reason"),
    _whole("rate"),
    _text("modulation"),
    _text("coding"),
    _text("resolution"),
    _flag("error_correction"),
    _text("remote_id"),
    _text("sender_id"),
    _text("sub_address"),
    _whole("bad_rows"),
    Column("dial_seconds", Float, nullable=False, server_default="0"),
    Column("seconds", Float, nullable=False, server_default="0"),
    # Seconds by which it may have been answered earlier than `answered` says.
    Column("answer_spread", Float, nullable=False, server_default="0"),
    _whole("fallbacks"),
    _text("phase"),
    # The offer from which its caller has fetched; empty: none.
    _text("offer"),
    # The paper for which its pages were made anew in it, as the other end prints no more; empty: as they were planned.
    _text("shortened"),
    # The call before it in the same telephone call; empty: it was dialled for.
    _text("follows"),
    # Our number as which a fax went out, as its key; empty: the line has none of its sender's, or it came in.
    _text("own_number"),
    # The code of the payer when it began; empty: nobody pays.
    _text("payer"),
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
    _id(),
    _text("owner"),
    _of("document", "document"),
    _text("title"),
    # The owner's number at which it is offered, as it was written, and its key; empty: all of them.
    _text("number"),
    _text("called_key"),
    _text("selective"),
    _text("password"),
    _whole("pages"),
    # How often it may be fetched as a whole; 0: as often as callers want.
    _whole("times"),
    Column("until", TEXT),
    _text("created"),
    # When it was withdrawn.
    Column("ended", TEXT),
    Index("offer_by_owner", "owner", "id"),
    Index("offer_by_document", "document"),
)

confirmation = Table(
    "confirmation",
    METADATA,
    _of("job", "job", primary_key=True),
    Column("page", Integer, primary_key=True),
    _of("call", "call"),
    _text("at"),
    Index("confirmation_by_call", "call"),
)

sent_copy = Table(
    "sent_copy",
    METADATA,
    _of("job", "job", primary_key=True, cascade=True),
    _text("state"),
    _text("folder"),
    _text("tiff"),
    _text("pdf"),
    _text("tiff_sha256"),
    _text("pdf_sha256"),
    Index("sent_copy_by_state", "state", "job"),
)

reception = Table(
    "reception",
    METADATA,
    _id(),
    _of("call", "call"),
    _text("state"),
    _text("line"),
    _text("called"),
    _text("called_key"),
    # What the configuration called that number when it was called.
    _text("called_name"),
    _text("caller"),
    _text("caller_name"),
    Column("sub_address", TEXT),
    _text("remote_id"),
    _text("outcome"),
    _text("reason"),
    _text("received"),
    _whole("pages"),
    _whole("bad_rows"),
    _text("rule"),
    _text("trace"),
    _text("folder"),
    _text("tiff"),
    _text("pdf"),
    # Of both files; empty for one that was filed before this was kept.
    _text("tiff_sha256"),
    _text("pdf_sha256"),
    # The person whose order has fetched it; empty: it came by itself.
    _text("fetched_for"),
    UniqueConstraint("call"),
    Index("reception_by_state", "state", "id"),
)

reception_page = Table(
    "reception_page",
    METADATA,
    _of("reception", "reception", primary_key=True, cascade=True),
    Column("page", Integer, primary_key=True),
    _text("file"),
    _whole("rows"),
    _whole("bad_rows"),
)

reception_owner = Table(
    "reception_owner",
    METADATA,
    _of("reception", "reception", primary_key=True, cascade=True),
    Column("person", TEXT, primary_key=True),
    Index("reception_owner_by_person", "person", "reception"),
)

entry = Table(
    "entry",
    METADATA,
    # SQLite numbers rows of an INTEGER key by itself, PostgreSQL those of a BIGINT identity.
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    _text("person"),
    _text("subject"),
    _text("kind"),
    _text("folder"),
    _text("called"),
    Column("read", TEXT),
    Column("binned", TEXT),
    _text("words"),
    UniqueConstraint("subject", "person", name="entry_by_subject"),
    Index("entry_by_folder", "person", "folder", "subject"),
    Index("entry_by_read", "person", "folder", "read"),
    Index("entry_by_called", "person", "folder", "called", "subject"),
)

delivery = Table(
    "delivery",
    METADATA,
    _id(),
    _text("person"),
    _text("kind"),
    _text("subject"),
    _text("channel"),
    _text("address"),
    _whole("attempts"),
    Column("next_try", TEXT),
    _text("error"),
    _text("created"),
    Column("done", TEXT),
    UniqueConstraint("subject", "kind", "person", "channel", "address", name="delivery_by_subject"),
    Index("delivery_by_person", "person", "channel", "done", "id"),
    Index("delivery_by_channel", "channel", "done", "next_try"),
)

destination = Table(
    "destination",
    METADATA,
    Column("number", TEXT, primary_key=True),
    _text("begin_at"),
    Column("error_correction", Boolean, nullable=False),
    _whole("training_failures"),
    _whole("correction_failures"),
    _text("paper"),
    # True if several faxes may go there in one call.
    Column("together", Boolean, nullable=False, server_default="1"),
    _text("until"),
    # When a fax machine last answered there; empty: never, or long ago.
    _text("reached"),
    # True if it stays as it is, whatever calls teach and however old it is.
    _flag("locked"),
)

# Nothing refers to it, and it refers to nothing: the call may be removed one day, what it cost not.
PRICE_COLUMNS: Final[Mapping[str, Callable[[str], Column[Any]]]] = MappingProxyType(
    {
        "state": _text,
        "tariff": _text,
        "rule": _text,
        "currency": _text,
        # In millionths, as the percentage.
        "net": _amount,
        "vat_percent": _amount,
        # NULL also if it is computed on the line of the invoice.
        "vat": _amount,
        "seconds": _whole,
        "pages": _whole,
        # As 2026-11: that for whose tiers the pages count.
        "month": _text,
        # Sentences in JSON: the way to the price, or why there is none.
        "steps": _text,
    }
)
"""The columns of a price in the ledger."""
SIDES: Final = ("purchase", "sale")
"""The prices of a row of the ledger, as the names of their columns begin."""


def make_empty(name: str) -> object:
    """Make what a column of a price has in a row without one."""
    return {_text: "", _whole: 0, _amount: None}[PRICE_COLUMNS[name]]


IS_UNPRICED: Final = text("(purchase_state = 'unpriced' OR sale_state = 'unpriced')")
"""The condition that a call has no price where it should have one, in the words of the index of such calls."""
CORRECTS: Final = text("corrects <> 0")
"""The condition that a row of the ledger corrects another one, in the words of the index of such rows."""


STATED: Final = (
    *("ended", "place", "dialled", "answered", "person", "line", "own_number", "payer", "confirmed", "milliseconds"),
    *(f"sale_{name}" for name in ("state", "currency", "net", "vat_percent", "vat")),
)
"""The columns of the ledger of which statements are made, in the order of their index."""

COUNTED: Final = ("place", "confirmed", "answered", "milliseconds", "sale_net")
"""The columns of the ledger that limits count."""

ledger = Table(
    "ledger",
    METADATA,
    Column("place", BigInteger, primary_key=True, autoincrement=False),
    _whole("form"),
    _text("kind"),
    _text("written"),
    # The place of the row that this one corrects; 0: none.
    _whole("corrects"),
    _text("author"),
    _text("call"),
    _text("follows"),
    _text("direction"),
    _text("line"),
    _text("own_number"),
    _text("dialled"),
    _text("answered"),
    _text("answer_known"),
    _text("ended"),
    _whole("milliseconds"),
    _whole("pages"),
    _whole("confirmed"),
    _text("outcome"),
    _text("person"),
    _text("other_number"),
    _text("salt"),
    _text("person_digest"),
    _text("other_number_digest"),
    _text("seal"),
    # Milliseconds for which the telephone call had been connected before this document of it.
    _whole("earlier"),
    # Milliseconds by which it may have been answered earlier than `answered` says.
    _whole("answer_spread"),
    # Why a person has corrected a call; empty: the service has written the row.
    _text("remark"),
    *(make(f"{side}_{name}") for side in SIDES for name, make in PRICE_COLUMNS.items()),
    *(_text(f"{side}_steps_digest") for side in SIDES),
    # The code of whoever pays for the call; empty: nobody does.
    _text("payer"),
    Index("ledger_by_call", "call"),
    # With everything that statements sum up, so that they need not read the rows, which are long by their steps.
    Index("ledger_for_statements", *STATED),
    Index("ledger_with_names", "ended", sqlite_where=HAS_SALT, postgresql_where=HAS_SALT),
    Index("ledger_by_purchase", "purchase_tariff", "purchase_month", "line"),
    Index("ledger_by_sale", "sale_tariff", "sale_month", "person"),
    Index("ledger_by_payer", "sale_tariff", "sale_month", "payer"),
    # What the limits count is in the index: of a whole year no row is looked up.
    Index("ledger_of_person", "person", "ended", "direction", *COUNTED),
    Index("ledger_of_payer", "payer", "ended", *COUNTED),
    Index("ledger_unpriced", "ended", sqlite_where=IS_UNPRICED, postgresql_where=IS_UNPRICED),
    Index("ledger_by_corrected", "corrects", sqlite_where=CORRECTS, postgresql_where=CORRECTS),
)

limit_lift = Table(
    "limit_lift",
    METADATA,
    _id(),
    # The limit's name, and whom it is lifted for; both empty: a group together.
    _text("name"),
    _text("person"),
    _text("payer"),
    # The first day of the period, as 2026-11-01.
    _text("first"),
    # In the unit of what the limit counts.
    _whole("added"),
    _text("author"),
    _text("reason"),
    _text("created"),
    Index("limit_lift_by_name", "name", "first"),
)

closing = Table(
    "closing",
    METADATA,
    _id("month"),
    # The newest row of the ledger that its invoices know of, and its seal.
    _whole("place"),
    _text("seal"),
    _text("author"),
    # The day of the date of its invoices.
    _text("issued"),
    # Whether calls without a price were left out.
    _flag("left_unpriced"),
    # When it was done; empty: not all of its invoices have been made.
    _text("ended"),
)

invoice_series = Table("invoice_series", METADATA, _id("prefix"), _whole("last"))

invoice = Table(
    "invoice",
    METADATA,
    # In the order in which they were made, of all series together.
    Column("place", BigInteger, primary_key=True, autoincrement=False),
    _text("number", unique=True),
    _text("month"),
    _text("payer"),
    _text("currency"),
    _text("issued"),
    _text("due"),
    _text("name"),
    # As JSON: the lines of the customer's address, and [company] as it was.
    _text("address"),
    _text("company"),
    _text("language"),
    _text("vat_id"),
    _whole("calls"),
    _whole("net"),
    _whole("vat"),
    UniqueConstraint("month", "payer", "currency"),
)

invoice_line = Table(
    "invoice_line",
    METADATA,
    Column("invoice", BigInteger, ForeignKey("invoice.place"), primary_key=True, autoincrement=False),
    Column("line", BigInteger, primary_key=True, autoincrement=False),
    _text("kind"),
    _text("month"),
    _text("tariff"),
    _text("rule"),
    _whole("calls"),
    _whole("pages"),
    _whole("seconds"),
    _whole("net"),
    _whole("vat_percent"),
    _whole("vat"),
)

invoice_call = Table(
    "invoice_call",
    METADATA,
    # A row of the ledger is billed once (1), and taken back once (-1), whatever happens.
    Column("place", BigInteger, primary_key=True, autoincrement=False),
    Column("sign", BigInteger, primary_key=True, autoincrement=False),
    Column("invoice", BigInteger, ForeignKey("invoice.place"), nullable=False),
    _text("call"),
    Index("invoice_call_by_call", "call"),
    Index("invoice_call_by_invoice", "invoice"),
)
