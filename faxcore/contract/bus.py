# SPDX-License-Identifier: GPL-3.0-or-later
"""The values of the bus contract: what crosses between the service and its clients, said once for both sides.

`faxcore.contract.interfaces` has the methods and signals. Values cross the bus as `a{sv}` dictionaries of the
dataclasses below, whose keys are the names of the fields (`faxcore.contract.codec`): an absent key means the default.

A document crosses the bus as a file descriptor of a bilevel TIFF in fax geometry; descriptors to write to are the
caller's own, opened for writing. Ids are UUIDv7 in text, times are ISO 8601 in UTC. A `Sentence` is a message with its
values, which the reader's program translates. The owner of everything is the person to whom the gate maps the uid that
the bus, or the kernel, reports; nobody sees or touches another's.

The same is to be had at `/run/facteur/socket` where systemd has started the service: D-Bus without a bus between, so
that nobody waits behind somebody who floods the bus. (dbus-send --bus=unix:path=/run/facteur/socket ...)

Errors are `ErrorCode`s, each with one sentence; on the bus they are org.facteur.Error.*.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Final, Protocol

from faxcore.model.call import Direction, Outcome
from faxcore.model.job import JobKind, State
from faxcore.model.line_direction import LineDirection
from faxcore.model.number import NumberKind
from faxcore.model.page import Resolution
from faxcore.model.priority import Priority
from faxcore.model.sentence import NOTHING, Sentence

BUS_NAME: Final = "org.facteur.Facteur"
OBJECT_PATH: Final = "/org/facteur/Facteur"


class HasDescriptor(Protocol):
    """An open file."""

    def fileno(self) -> int:
        """Its descriptor."""


Document = int | HasDescriptor
"""An open file or its descriptor; the caller keeps and closes it."""


class ErrorCode(Enum):
    """The reasons why the service refuses."""

    DENIED = "denied"
    """The caller may not do this."""
    UNKNOWN = "unknown"
    """There is no such draft, fax or reception, or it is somebody else's, which must look the same."""
    BAD_NUMBER = "bad-number"
    """The number is not one that is called."""
    BAD_DOCUMENT = "bad-document"
    """The document cannot be faxed."""
    BAD_ORDER = "bad-order"
    """A field is missing, unknown, or of the wrong type."""
    STATE = "state"
    """The fax is not in a state in which this can be done."""
    TOO_MANY = "too-many"
    """The caller has handed in as many faxes as a person may for now."""
    NO_SPACE = "no-space"
    """The disk of the service is full."""
    AWAY = "away"
    """The database of the service cannot be reached now: nothing was done."""
    BAD_CONFIGURATION = "bad-configuration"
    """The configuration cannot be used; the one in force stays so."""
    INTERNAL = "internal"
    """A fault of the service; details are in its log, never on the bus."""


class Verdict(Enum):
    """The answer of a person to an uncertain fax."""

    ARRIVED = "arrived"
    AGAIN = "again"


class ReceptionFile(Enum):
    """The files of a received fax."""

    TIFF = "tiff"
    PDF = "pdf"
    TRANSCRIPT = "transcript"


class CopyState(Enum):
    """The states of the files of a filed fax."""

    UNCHANGED = "unchanged"
    """Both are as they were filed."""
    CHANGED = "changed"
    """One is not what was filed, or something else is in its place."""
    MISSING = "missing"
    """One is not in its folder any more."""
    AWAY = "away"
    """The folder is away, or cannot be read."""
    UNKNOWN = "unknown"
    """No hash is known: it was filed by a release that kept none."""


class LineState(Enum):
    """The states of a line."""

    STARTING = "starting"
    ABSENT = "absent"
    IDLE = "idle"
    RINGING = "ringing"
    SENDING = "sending"
    RECEIVING = "receiving"


class Accepted(Enum):
    """The result of a print job."""

    DRAFT = "draft"
    JOB = "job"


class Folder(Enum):
    """The lists in which a person finds faxes."""

    INBOX = "inbox"
    TO_COMPLETE = "to-complete"
    """Printed, no recipient yet."""
    OUTBOX = "outbox"
    """Waiting, or being sent."""
    SENT = "sent"
    FAILED = "failed"
    """Failed or cancelled."""
    UNCERTAIN = "uncertain"
    BIN = "bin"


class CallGrouping(Enum):
    """The ways to put calls together whose sums are asked for."""

    PERSON = "person"
    """Whose fax it was; one that came for several counts for each of them."""
    NUMBER = "number"
    """Our number."""
    LINE = "line"
    DESTINATION = "destination"
    """The number called; only calls out."""
    COUNTRY = "country"
    """The calling code of the number called, as +33; only calls out."""
    MONTH = "month"
    """As 2026-11, in the zone of the service's machine."""
    CAUSE = "cause"
    """The outcome; only calls that failed."""


@dataclass(frozen=True)
class HeaderChoice:
    """A header that a sender may choose."""

    id: str
    name: Sentence
    heading: str = ""
    sender: tuple[str, ...] = ()
    """Lines of the sender's address."""
    cover: bool = False
    """True if it has a cover page."""


@dataclass(frozen=True)
class Order:
    """A wish to send: everything besides the pages."""

    number: str = ""
    last_name: str = ""
    first_name: str = ""
    role: str = ""
    company: str = ""
    subject: str = ""
    title: str = ""
    """The name of the document."""
    header: str = ""
    """The id of a header; empty: that of its sender's own number, else the first."""
    key: str = ""
    """A name for this hand-over, unique for its sender: repeated with the same one, it is the same fax. Empty: none."""
    send_at: str = ""
    """The time to send it at, in ISO 8601 with its difference from UTC; empty: at once."""
    give_up_at: str = ""
    """The time from which on it is not tried any more, written so too; empty: some hours behind its first call, as the
    configuration says.
    """
    priority: Priority | None = None
    """None: normal, and bulk for a broadcast."""
    sub_address: str = ""
    """For whom it is behind the fax machine that answers (T.30's SUB), or which of its documents is to be fetched
    (SEP): up to twenty digits, spaces, +, * and #. Digits may stand behind # in the number as well.
    """
    password: str = field(default="", repr=False)
    """The password for the fax machine that answers (T.30's SID, and PWD to fetch), in the same signs; empty: none.
    To one that takes no password nothing is sent.
    """


@dataclass(frozen=True)
class JobChange:
    """A wish to change a fax that has not ended. A field that is absent stays as it is."""

    number: str | None = None
    """Judged like the number of a new fax. To another number it is sent from the first page on, with all its calls."""
    header: str | None = None
    """The id of a header; empty: as in an order. Only as long as no page has arrived."""
    send_at: str | None = None
    """As in an order; empty: at once."""
    give_up_at: str | None = None
    """As in an order; empty: some hours behind its next call, as the configuration says."""
    priority: Priority | None = None
    password: str | None = field(default=None, repr=False)
    """As in an order; empty: none. It was for the number that the fax had: to another number it must be said anew."""


@dataclass(frozen=True)
class Claim(Order):
    """The printing system's words about a print job; with a number it is sent without a dialog."""

    user: str = ""
    """The name that the printing system gives. `key` is the name that it gives the print job."""


@dataclass(frozen=True)
class Handover:
    """The answer to a print job: a draft or a job, which is on disk."""

    kind: Accepted
    id: str


@dataclass(frozen=True)
class PrintNotice:
    """Something about a print job that the person who printed must know, and that no fax in the lists tells."""

    id: str
    title: str
    """The name of the document."""
    created: str
    sentence: Sentence
    refused: bool
    """True if the document is not faxed; False if it is, but perhaps otherwise than its sender expects."""


@dataclass(frozen=True)
class JudgedNumber:
    """A number and what would become of it; of one that is not called, only the rule and the reason."""

    called: bool
    shown: str = ""
    """As it is written in its country, or here."""
    country: str = ""
    """Two letters; empty for an internal number."""
    kind: NumberKind | None = None
    e164: str = ""
    """In international form, as +33199000002; empty for an internal number."""
    sub_address: str = ""
    rule: str = ""
    """The rule that lets it through or forbids it; for one of the configuration, "rule" and its name."""
    reason: Sentence = NOTHING
    """Why it is not called."""
    lines: tuple[str, ...] = ()
    """The lines on which it may be called for whoever asks."""
    hours: tuple[str, ...] = ()
    """Hours of the week within which it is called, as "Mon-Fri 18:00-08:00"; empty: all the week."""


@dataclass(frozen=True)
class Draft:
    """A printed document that has no recipient yet."""

    id: str
    title: str
    created: str
    pages: int
    resolution: Resolution
    earlier: Job | None = None
    """The fax that this very print job became before: it was printed again, and a person is asked."""


@dataclass(frozen=True)
class Preview:
    """A document as it will arrive: what is written on it."""

    pages: int
    station_id: str
    """The sender's number in the header line."""
    certain: bool
    """False where the fax may go out on a line with another number."""
    undrawn: str = ""
    """The characters of names that no font of the service's machine has: a question mark stands for them."""


@dataclass(frozen=True)
class LiveCall:
    """A job's call that is under way."""

    line: str
    remote_id: str = ""
    """The station id of the machine that has answered; empty as long as it has said none."""
    page: int = 0
    """The page that is being sent; 0 before the first."""
    rate: int = 0
    """Bits a second; 0 as long as none is agreed on."""
    error_correction: bool = False
    """True if pages are sent with it."""
    seconds_left: int = 0
    """Seconds that the call will take from now on, as far as its pages so far can tell; 0: that is not known."""


@dataclass(frozen=True)
class Job:
    """One document for one recipient."""

    id: str
    state: State
    title: str
    number: str
    recipient: str
    """The name to show."""
    subject: str
    header: str
    created: str
    changed: str
    pages: int
    confirmed: int = 0
    """Pages that the other end has confirmed."""
    dials: int = 0
    """Calls that have been made for it."""
    tries: int = 0
    """Those of them that have reached a fax machine."""
    reason: Sentence = NOTHING
    """The reason for its state."""
    progress: Sentence = NOTHING
    """The progress of its call."""
    live: LiveCall | None = None
    """Its call; None if it is in none."""
    next_try: str = ""
    """The time at which it is sent, or tried again, or from which on it may go out by the hours of the lines and rules;
    empty unless it waits for one.
    """
    give_up_at: str = ""
    """The time from which on it is not tried any more; empty when it has ended, or that time does not run yet."""
    priority: Priority = Priority.NORMAL
    broadcast: str = ""
    """The id of the broadcast that it is part of; empty: of none."""
    has_password: bool = False
    """True if it goes with a password, which nobody is shown."""
    kind: JobKind = JobKind.SEND
    """Of one that fetches, the pages are those that have come; they are a reception of its owner."""


@dataclass(frozen=True)
class StateCount:
    """The number of a broadcast's faxes in a state."""

    state: State
    faxes: int


@dataclass(frozen=True)
class Broadcast:
    """One document for many recipients, handed over once: a job for each."""

    id: str
    title: str
    subject: str
    created: str
    recipients: int
    states: tuple[StateCount, ...] = ()
    """Only the states in which there are any."""


@dataclass(frozen=True)
class Call:
    """One call that was made for a job."""

    started: str
    line: str
    outcome: Outcome | None = None
    """None as long as it lasts."""
    reason: Sentence = NOTHING
    sent: int = 0
    confirmed: int = 0
    rate: int = 0
    """Bits a second."""
    remote_id: str = ""
    seconds: float = 0.0
    """From the answer to hanging up."""
    number: str = ""
    """The number called, in international form where it has one: the job's may have been changed since."""
    follows: bool = False
    """True if it was not dialled for this job, which went out in the same telephone call behind another fax: then its
    seconds are those of its own part."""


@dataclass(frozen=True)
class JobDetails:
    """A job with its calls, oldest first."""

    job: Job
    calls: tuple[Call, ...] = ()


@dataclass(frozen=True)
class ReadMark:
    """Somebody has read a received fax."""

    person: str
    name: str
    """The person's full name; without one, the same as `person`."""
    at: str


@dataclass(frozen=True)
class Reception:
    """One received document."""

    id: str
    received: str
    line: str
    called: str
    """The number called; empty where the line does not tell."""
    caller: str
    remote_id: str
    """The station id of the sender's machine."""
    outcome: Outcome
    pages: int
    bad_rows: int = 0
    sub_address: str = ""
    called_name: str = ""
    """The name of the number called, as the configuration had it then; empty if it had none."""
    reason: Sentence = NOTHING
    tiff: str = ""
    """Path of the file in the folder of received faxes; empty if it is not filed in this format, as of the next."""
    pdf: str = ""
    read: bool = False
    """True if the caller has marked it as read."""
    waiting: Sentence = NOTHING
    """The reason why its files are not in its folder yet; nothing when they are. Meanwhile `tiff` and `pdf` are empty,
    and the service has its own copy for its owners.
    """
    fetched: bool = False
    """True if the caller's order has fetched it (polling): `caller` is the number where it was offered."""
    read_by: tuple[ReadMark, ...] = ()
    """Those of its owners who have read it, the first one first."""
    unassigned: bool = False
    """True if it is nobody's, and waits for somebody who sorts it (`assign_reception`)."""


@dataclass(frozen=True)
class ReceptionPage:
    """A page of received faxes, newest first."""

    receptions: tuple[Reception, ...] = ()
    after: str = ""
    """Where the next page begins; empty: this was the last one."""


@dataclass(frozen=True)
class Assignment:
    """Whose a received fax is to be."""

    reception: str
    to: tuple[str, ...] = ()
    """Names of people and groups: whoever is in a group at that moment."""


@dataclass(frozen=True)
class ReceptionChange:
    """A received fax that its owner knows already, as it is now: its files have come into their folder, or they are
    late for another reason.
    """

    reception: Reception


@dataclass(frozen=True)
class NewOffer:
    """A wish to offer a document to callers who fetch it (polling)."""

    title: str = ""
    """The name of the document."""
    number: str = ""
    """One of the caller's own numbers; empty: all of them."""
    selective: str = ""
    """Its name among several (T.30's SEP): up to twenty digits, spaces, +, * and #. Empty: it is for callers who name
    none.
    """
    password: str = field(default="", repr=False)
    """The password that a caller's machine must say (PWD), in the same signs; empty: none."""
    times: int = 0
    """The number of times that it may be fetched as a whole; 0: as often as callers want."""
    until: str = ""
    """The time until which it is offered, as in an order; empty: until it is withdrawn."""


@dataclass(frozen=True)
class Fetching:
    """A call in which somebody has fetched an offered document, or a part of it."""

    id: str
    offer: str
    """The id of the offer."""
    title: str
    """The name of the document."""
    started: str
    line: str
    caller: str
    remote_id: str
    """The station id of the caller's machine."""
    pages: int
    confirmed: int
    """Pages that the caller's machine has confirmed."""
    outcome: Outcome


@dataclass(frozen=True)
class Offer:
    """A document that callers may fetch."""

    id: str
    title: str
    created: str
    pages: int
    number: str = ""
    """The caller's number at which it is offered; empty: all of them."""
    selective: str = ""
    has_password: bool = False
    """True if a password is needed, which nobody is shown."""
    times: int = 0
    """As in the wish."""
    until: str = ""
    fetched: int = 0
    """The number of times that it has been fetched as a whole."""
    ended: str = ""
    """The time at which it was withdrawn; empty: it was not."""
    open: bool = True
    """True if it is still offered."""
    fetchings: tuple[Fetching, ...] = ()
    """Calls that have fetched it, the newest first, 200 at most; only where one offer is shown."""


@dataclass(frozen=True)
class FaxQuery:
    """A wish for a page of a list, newest first."""

    folder: Folder | None = None
    """None: every folder but the bin."""
    number: str = ""
    """Of the inbox, only what came for this number, in any spelling."""
    words: str = ""
    """Beginnings of words, all of which must be in it: names, numbers, subject, line. Accents do not matter."""
    broadcast: str = ""
    """Only the faxes of this broadcast, whatever else is asked for."""
    after: str = ""
    """The `after` of the page before; empty: the first page. Without `words`, the id of a fax: what comes behind it."""
    most: int = 200


@dataclass(frozen=True)
class FaxPage:
    """A page of a list; each kind newest first, by its ids, whose order as texts is that of their making."""

    drafts: tuple[Draft, ...] = ()
    jobs: tuple[Job, ...] = ()
    receptions: tuple[Reception, ...] = ()
    after: str = ""
    """Where the next page begins, each before the last in the order of text; empty: this was the last one."""


@dataclass(frozen=True)
class CopyQuery:
    """A wish to compare filed faxes with what is known of them, a page at a time."""

    ids: tuple[str, ...] = ()
    """Of these faxes; empty: of all that are filed."""
    after: str = ""
    """The `after` of the page before; empty: the first page."""


@dataclass(frozen=True)
class FiledCopy:
    """The files of a filed fax, and what has become of them."""

    id: str
    sent: bool
    """True for the archived copy of a fax that was sent."""
    state: CopyState
    tiff: str = ""
    pdf: str = ""
    files: tuple[str, ...] = ()
    """Those of them that are changed or missing."""
    reason: Sentence = NOTHING
    """The reason why the folder is away."""


@dataclass(frozen=True)
class CopyPage:
    """A page of filed faxes, oldest first."""

    copies: tuple[FiledCopy, ...] = ()
    after: str = ""
    """Where the next page begins; empty: this was the last one."""


@dataclass(frozen=True)
class CallQuery:
    """A wish for a page of the log of calls, oldest first."""

    since: str = ""
    """Only calls that began at this time or later, in ISO 8601 with its difference from UTC; empty: from the first."""
    until: str = ""
    """Only calls that began before this time; empty: to the last."""
    line: str = ""
    person: str = ""
    """Only the calls of this person's faxes; for the administrator, others have their own."""
    number: str = ""
    """Only calls from or to this number, ours or the other end's, in any spelling."""
    direction: Direction | None = None
    """None: out and in."""
    failed: bool = False
    """True: only calls that have ended and did not do all that they were for."""
    after: str = ""
    """The `after` of the page before; empty: the first page."""
    most: int = 500


@dataclass(frozen=True)
class CallRecord:
    """One call, out or in, as it stands in the log. Of several faxes in one telephone call each has its own, whose
    seconds are those of its part.
    """

    id: str
    direction: Direction
    started: str
    line: str
    own_number: str = ""
    """Our number: the one called, or as which the fax went out; empty where it is not known, or the line has none."""
    other_number: str = ""
    """The number called, in international form where it has one, or the caller's, as the line tells it; empty where it
    is withheld."""
    station_id: str = ""
    """The other end's."""
    persons: tuple[str, ...] = ()
    """Whose fax it was; only the caller themselves, but for the administrator. Nobody's: it brought no fax, or its fax
    has been removed."""
    fax: str = ""
    """The id of the job, or of the reception; empty where there is none, or not any more."""
    fetched: bool = False
    """True if a document was fetched, by us in a call out, by the caller in a call in."""
    pages: int = 0
    """Pages that were to go over in this call, as far as that is known."""
    confirmed: int = 0
    """Pages that went over in it, and were confirmed."""
    answered: str = ""
    """The time at which it was answered; empty: it was not, or that was not seen."""
    ended: str = ""
    """Empty as long as it lasts."""
    dial_seconds: float = 0.0
    """From dialling to the answer, or to giving up; of a call in nothing."""
    seconds: float = 0.0
    """From the answer to hanging up: the connected seconds, ringing not among them."""
    rate: int = 0
    """Bits a second of the last page."""
    modulation: str = ""
    coding: str = ""
    """Of the pages: MH, MR, MMR or JBIG; empty: it did not come to pages."""
    resolution: str = ""
    error_correction: bool = False
    outcome: Outcome | None = None
    """None as long as it lasts."""
    reason: Sentence = NOTHING
    follows: str = ""
    """The call before it in the same telephone call; empty: it was dialled, or answered, for itself."""


@dataclass(frozen=True)
class CallPage:
    """A page of the log of calls, oldest first."""

    calls: tuple[CallRecord, ...] = ()
    after: str = ""
    """Where the next page begins; empty: this was the last one."""


@dataclass(frozen=True)
class TotalsQuery:
    """A wish for a page of sums of calls."""

    by: CallGrouping = CallGrouping.MONTH
    since: str = ""
    """Only calls that began at this time or later, in ISO 8601 with its difference from UTC; empty: from the first."""
    until: str = ""
    """Only calls that began before this time; empty: to the last."""
    person: str = ""
    """Only the calls of this person's faxes; for the administrator, others have their own."""
    after: str = ""
    """The `after` of the page before; empty: the first page."""


@dataclass(frozen=True)
class CallTotals:
    """The sums of the calls that have something in common."""

    key: str
    """By which they were put together; empty: the calls of which it is not known."""
    calls: int = 0
    faxes: int = 0
    """Documents that went over, whole or, where they came in, in part."""
    pages: int = 0
    """Pages that were confirmed."""
    seconds: float = 0.0
    """Connected seconds."""
    failures: int = 0
    """Calls that have ended and did not do all that they were for."""


@dataclass(frozen=True)
class TotalsPage:
    """A page of sums, by their keys in the order of text."""

    totals: tuple[CallTotals, ...] = ()
    after: str = ""
    """Where the next page begins; empty: this was the last one."""


@dataclass(frozen=True)
class LearntDestination:
    """A number that was called, and what calls have taught of it: the next ones are made by that."""

    number: str
    """In international form where it has one."""
    begin_at: str = ""
    """The modulation and speed at which its calls begin, as V.29 9600; empty: the fastest."""
    error_correction: bool = True
    """False if its calls are made without."""
    training_failures: int = 0
    """Calls in a row that have ended in the training of V.17."""
    correction_failures: int = 0
    """Calls in a row that have ended in error correction, without a page."""
    paper: str = ""
    """The longest paper that it prints, a4 or b4; empty: any, or unknown."""
    together: bool = True
    """False if each fax has a call of its own there, as the other end does not take several in one."""
    until: str = ""
    """The time at which that is forgotten; empty if there is nothing to forget, or it is locked."""
    reached: str = ""
    """The time at which a fax machine last answered there; empty: never, or long ago."""
    locked: bool = False
    """True if calls do not change it any more."""


@dataclass(frozen=True)
class DestinationPage:
    """A page of the numbers of which something is known, in their order as texts."""

    destinations: tuple[LearntDestination, ...] = ()
    after: str = ""
    """Where the next page begins; empty: this was the last one."""


@dataclass(frozen=True)
class FolderCount:
    """The number of faxes in a folder."""

    folder: Folder
    faxes: int
    unread: int


@dataclass(frozen=True)
class Line:
    """A telephone line as it is now."""

    name: str
    state: LineState
    detail: Sentence = NOTHING
    numbers: tuple[str, ...] = ()
    modem: str = ""
    call: str = ""
    page: int = 0
    direction: LineDirection = LineDirection.BOTH
    groups: tuple[str, ...] = ()
    """Names of groups of lines that it is in."""
    priority: int = 0
    """Of the free lines the one with the highest dials."""
    hours: tuple[str, ...] = ()
    """Hours of the week within which it dials, as "Mon-Fri 08:00-18:00"; empty: all the week."""
    dials: bool = True
    """True if it may dial now."""
    dials_at: str = ""
    """The time from which it may dial again; empty: it may now, or never."""


@dataclass(frozen=True)
class KeptLines:
    """Lines that stay free for receiving: no fax goes out on them."""

    count: int
    """The number of lines that stay free."""
    group: str = ""
    """Of the lines in this group; empty: of all."""
    free: int = 0
    """How many are free now."""


@dataclass(frozen=True)
class RuleNow:
    """A rule of sending as it is in force, without the people and numbers that it is for."""

    name: str
    refuse: bool = False
    """True if what it fits is not sent."""
    lines: tuple[str, ...] = ()
    """Lines and groups of lines on which it has faxes go out; empty: any."""
    hours: tuple[str, ...] = ()
    """Hours in which they go out, as the configuration has them; empty: at any time."""
    open: bool = True
    """True if they may go out at this hour."""


@dataclass(frozen=True)
class HeldBack:
    """A reason why faxes do not go out now."""

    reason: Sentence
    faxes: int
    """Faxes of everybody that it holds back."""
    more: bool = False
    """True if there may be more: of a long queue only the first ready ones of each person are looked at."""


@dataclass(frozen=True)
class Status:
    """The service and its lines."""

    version: str
    codec: str
    lines: tuple[Line, ...] = ()
    queued: int = 0
    """Faxes of everybody that wait."""
    active: int = 0
    """Faxes of everybody that are being sent."""
    drafts: int = 0
    """Drafts of the caller."""
    received_folder: str = ""
    trouble: Sentence = NOTHING
    """The reason why received faxes cannot be put in their folder now."""
    kept_free: tuple[KeptLines, ...] = ()
    warnings: tuple[Sentence, ...] = ()
    """Things that the administrator should see to before a fax is missed: the disk is nearly full, a line is silent."""
    rules: tuple[RuleNow, ...] = ()
    """The rules of sending; the first that fits a fax counts."""
    limits: tuple[Sentence, ...] = ()
    """The bounds of the queue."""
    held_back: tuple[HeldBack, ...] = ()
    """The reasons why faxes that wait do not go out now, the one of most faxes first."""


@dataclass(frozen=True)
class OpenDelivery:
    """News that are to go out of the house, and have not gone."""

    id: str
    channel: str
    """ "mail", "printer" or "command"."""
    kind: str
    """The kind of news, as "reception" or "job-failed"."""
    subject: str
    """The id of the fax, or of what else they are about."""
    person: str
    """The person who is told; empty if it is nobody in particular."""
    address: str
    """The mail address, by the configuration as it is now, or the printer."""
    created: str
    attempts: int = 0
    next_try: str = ""
    """Empty: at once, or never again."""
    given_up: bool = False
    reason: Sentence = NOTHING
    """Why the last attempt came to nothing."""


@dataclass(frozen=True)
class OpenDeliveryPage:
    """A page of news that have not gone, newest first."""

    deliveries: tuple[OpenDelivery, ...] = ()
    after: str = ""
    """Where the next page begins; empty: this was the last one."""


@dataclass(frozen=True)
class MailTest:
    """The end of a test mail."""

    sent: bool
    """True if the mail server has taken it."""
    reason: Sentence = NOTHING
    warning: str = ""
    """A fault in the office's own templates, which were left out."""


@dataclass(frozen=True)
class Reloaded:
    """A configuration that was read again."""

    changed: tuple[str, ...] = ()
    """The sections that were changed, and are in force now."""
