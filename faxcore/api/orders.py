# SPDX-License-Identifier: GPL-3.0-or-later
"""Orders and claims as callers send them, made into checked, harmless values; nothing is guessed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import MAXYEAR, UTC, datetime
from typing import Final

from faxcore import people
from faxcore.api.api_error import ApiError
from faxcore.api.own_headers import find_own_header, make_own
from faxcore.api.typed_twice import refuse_slips
from faxcore.config import Config
from faxcore.contract.bus import ErrorCode
from faxcore.contract.order import LONGEST_COVER_MESSAGE, Order
from faxcore.contract.printed import Claim
from faxcore.dialling.numbers import Destination
from faxcore.dialling.refusal import NumberRefused
from faxcore.dialling.ruling import permit
from faxcore.dialling.sub_address import add_sub_address
from faxcore.document.undrawn import find_undrawn
from faxcore.model.header import Header
from faxcore.model.job import JobKind
from faxcore.model.priority import Priority
from faxcore.model.recipient import RECIPIENT_NAMES, Recipient
from faxcore.model.sentence import Sentence, to_text
from faxcore.model.text import clean_lines, clean_text
from faxcore.store.ids_and_times import format_time, read_clock
from faxcore.store.jobs import JobRow
from faxcore.t30.frames import clean_selection

MOST_DAYS_AHEAD: Final = 366
LONGEST_REASON: Final = 4000
"""Characters of a reason with its values, which may hold foreign text of any length."""


@dataclass(frozen=True)
class CheckedOrder:
    """A checked order: the recipient, the subject and the header."""

    header: Header
    recipient: Recipient
    subject: str
    title: str
    key: str = ""
    """The same for the same hand-over; empty: it cannot be repeated."""
    number: str = ""
    """The number as it came: `recipient` has it harmless to show, and perhaps shorter."""
    send_at: str | None = None
    """The time to send it at, as the store writes times; None: at once."""
    give_up_at: str | None = None
    """The time to give it up at; None: as the configuration says."""
    priority: Priority | None = None
    """None: as usual for what it is."""
    sub_address: str = ""
    password: str = field(default="", repr=False)
    kind: JobKind = JobKind.SEND
    message: str = ""
    """For the cover page, in lines."""
    payer: str = ""
    """The code of the payer that the sender has chosen; empty: none."""
    draft: str = ""
    """The draft that it is made of, as the store keeps it; empty: it is not to be had back."""
    draft_document: str = ""
    """The document of that draft."""
    kept_payer: str = ""
    """The code of the payer of the fax that is sent again; empty: none."""

    def destination(self, config: Config, person: str) -> Destination:
        """Give what is dialled. ApiError if the number is not called, or not for this person."""
        return find_destination(self.number, config, person, self.sub_address)


@dataclass(frozen=True)
class CheckedClaim:
    """A checked claim of the printing system about a print job."""

    owner: str
    key: str
    """The printing system's name for the print job; empty: it cannot be known again."""
    order: CheckedOrder

    @property
    def direct(self) -> bool:
        """True if it is sent without a dialog."""
        return bool(self.order.recipient.number)


def check_order(order: Order, config: Config, person: str, title: str = "") -> CheckedOrder:
    """Check an order of a person's; `title` stands in for one that is not given. ApiError for an unknown header."""
    header = find_header(order.header, config, person, order.number)
    if order.number and order.typed_again:
        refuse_slips(order.typed_again, [find_destination(order.number, config, person)], config, person)
    send_at, give_up_at = check_time(order.send_at), check_time(order.give_up_at)
    refuse_early_end(send_at, give_up_at)
    return CheckedOrder(
        header,
        Recipient.named_as(order.number, order).cleaned(),
        clean_text(order.subject),
        clean_text(order.title or title),
        f"order:{clean_text(order.key, 120)}" if order.key else "",
        order.number,
        send_at,
        give_up_at,
        order.priority,
        check_sub_address(order.sub_address),
        check_password(order.password),
        message=clean_lines(order.message, LONGEST_COVER_MESSAGE),
        payer=clean_text(order.payer, 60),
    )


def check_order_to_many(order: Order, config: Config, person: str, title: str = "") -> CheckedOrder:
    """Check an order for many recipients, as `check_order` does. ApiError if it names one itself."""
    if order.number:
        sentence = Sentence("The order of a broadcast names no number: its recipients are in the list.")
        raise ApiError(ErrorCode.BAD_ORDER, sentence)
    if order.sub_address or order.password:
        raise ApiError(
            ErrorCode.BAD_ORDER,
            Sentence("Sub-addresses and passwords of a broadcast stand in the list, beside each number."),
        )
    return check_order(order, config, person, title)


def check_sub_address(text: str) -> str:
    """Read a sub-address. ApiError if T.30 cannot carry it."""
    if clean_selection(text) != text.strip():
        named = {"sub_address": clean_text(text, 60)}
        sentence = Sentence(
            "“{sub_address}” is not a sub-address: it may have up to twenty digits, spaces, +, * and #.", named
        )
        raise ApiError(ErrorCode.BAD_ORDER, sentence)
    return text.strip()


def check_password(text: str) -> str:
    """Read a password. ApiError, which does not repeat it, if T.30 cannot carry it."""
    if clean_selection(text) != text.strip():
        raise ApiError(
            ErrorCode.BAD_ORDER, Sentence("A password of a fax machine has up to twenty digits, spaces, +, * and #.")
        )
    return text.strip()


def find_destination(number: str, config: Config, person: str, sub_address: str = "") -> Destination:
    """Find what is dialled for a number. ApiError if it is not called, or not for this person."""
    try:
        return add_sub_address(permit(number, config, config.find_sender(person)), sub_address)
    except NumberRefused as error:
        raise ApiError(ErrorCode.BAD_NUMBER, error.sentence) from error


def count_pages(document_pages: int, header: Header) -> int:
    """Count the pages of a fax before it is composed, which may find more: a cover page is one page."""
    return document_pages + (header.cover is not None)


def find_header(id: str, config: Config, person: str, number: str) -> Header:
    """Find the header with this id; for an empty one, that of this person's faxes to the number. ApiError if there is
    none.
    """
    header = config.header(id) if id else find_own_header(config, person, number)
    if header is None:
        named = {"name": clean_text(id, 60)}
        raise ApiError(ErrorCode.BAD_ORDER, Sentence("There is no header “{name}”.", named))
    return make_own(header, config, person, number)


def refuse_early_end(send_at: str | None, give_up_at: str | None) -> None:
    """Raise ApiError if a fax would be given up before it is sent."""
    if give_up_at is not None and give_up_at <= max(send_at or "", format_time(read_clock())):
        raise ApiError(
            ErrorCode.BAD_ORDER, Sentence("The time to give up must be later than now and than the time to send.")
        )


def check_time(text: str) -> str | None:
    """Read a time to send, or to give up at. ApiError if it is none, or too far away."""
    if not text:
        return None
    try:
        time = datetime.fromisoformat(text)
        if time.tzinfo is None:
            raise ValueError(text)
        if (time - read_clock()).days > MOST_DAYS_AHEAD:
            raise ApiError(ErrorCode.BAD_ORDER, Sentence("A fax cannot be sent more than a year from now."))
        return format_time(time.astimezone(UTC))
    except (ValueError, OverflowError):
        raise _no_time(text) from None


def _no_time(text: str) -> ApiError:
    named = {"text": clean_text(text, 60)}
    return ApiError(ErrorCode.BAD_ORDER, Sentence("“{text}” is not a time with its difference from UTC.", named))


def read_moment(text: str) -> str:
    """Read a time, past or to come, as rows have it; empty where none is given. ApiError if it is none."""
    if not text:
        return ""
    try:
        time = datetime.fromisoformat(text)
        # No id is older, and the last year has no day behind it.
        if time.tzinfo is None or not 1970 < time.year < MAXYEAR:
            raise ValueError(text)
        return format_time(time.astimezone(UTC))
    except (ValueError, OverflowError):
        raise _no_time(text) from None


def complete_order(order: Order, job: JobRow, config: Config) -> Order:
    """Give an order for sending a job's document again what it leaves open: the recipient, if it names no number; the
    header, if that is there still; and the subject.
    """
    header = order.header or (job.header_id if config.header(job.header_id) else "")
    completed = replace(
        order, header=header, subject=order.subject or job.subject, message=order.message or job.message
    )
    if order.number:
        return completed
    # Of a number in international form nothing depends on where this installation is now.
    number = job.destination if job.destination.startswith("+") else job.number.removesuffix(f" #{job.sub_address}")
    return replace(
        completed,
        number=number,
        sub_address=order.sub_address or job.sub_address,
        password=order.password or job.password,
        **{name: getattr(job, name) for name in RECIPIENT_NAMES},
    )


def refuse_fetching(job: JobRow) -> None:
    """Raise ApiError for a job that fetches a document: it has none of its own."""
    if job.kind is JobKind.FETCH:
        raise ApiError(
            ErrorCode.STATE, Sentence("This is no fax that is sent: it fetches a document, and has none of its own.")
        )


def check_claim(claim: Claim, config: Config) -> CheckedClaim:
    """Check a claim. ApiError if this machine knows no such user."""
    owner = people.find(claim.user)
    if owner is None:
        named = {"name": clean_text(claim.user, 60)}
        raise ApiError(ErrorCode.BAD_ORDER, Sentence("This machine has no user “{name}”.", named))
    # Not the order's: a person may have the same print job sent again.
    return CheckedClaim(owner, clean_text(claim.key, 120), check_order(replace(claim, key=""), config, owner))


def check_reason(reason: Sentence) -> None:
    """Check the reason of a refusal. ApiError if there is none, or if it is too long."""
    if not reason or len(to_text(reason)) > LONGEST_REASON:
        raise ApiError(ErrorCode.BAD_ORDER, Sentence("The reason of a refusal is missing, or too long."))


def find_undrawn_of(order: CheckedOrder) -> str:
    """Find the characters of an order that stand as a question mark on the pages, each once."""
    header = order.header
    if header.cover is None:
        return find_undrawn(order.recipient, None)
    sender = (header.heading, header.person, *header.sender_lines)
    return find_undrawn(order.recipient, (order.subject, *order.message.splitlines(), *sender))
