# SPDX-License-Identifier: GPL-3.0-or-later
"""The messages between faxcore and a line worker, one JSON object a line over a socket pair.

The worker is started as `python -m faxcore.line.worker --device TTY [--log-level L]` with its end
of the socket pair as standard input. It owns the tty and the call directory that it is told; it never sees the
database. Each message is a frozen dataclass; its class name is the member "type" of the JSON object.

A call out:  Dial -> Progress* PagesShortened? PageConfirmed* FinalPending -> Noted -> Ended
A call in:   Ringing -> Answer | Decline;  Progress* PageKept* Ended
One out that fetches a document:  Fetch -> Progress* PageKept* Ended
FinalPending is answered by Noted once the service has that on disk, and only then does the worker send EOP: a
fax whose last confirmation is lost after this point may have arrived. The others need no answer.

A caller may send several documents, each behind the other (`PageKept.document`). The report on each is in the folder as
soon as it is over; Ended comes once, behind the last.

If Noted says that more is to follow, the worker sends EOM in its place. Once that is confirmed, this document's part of
the call is over: Ended says that the line is open, and is answered by PlaceCall with the next document, whose part of
the call has an id, a folder and an end of its own, or by NothingFollows; then the worker hangs up and says Ready.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from faxcore.contract.codec import decode, encode
from faxcore.model.call import CallReport
from faxcore.model.page import Resolution
from faxcore.model.paper import Paper
from faxcore.model.sentence import NOTHING, Sentence


class Step(Enum):
    """The steps of a call."""

    DIALLING = "dialling"
    ANSWERED = "answered"
    NEGOTIATING = "negotiating"
    TRAINING = "training"
    PAGE = "page"
    CONFIRMING = "confirming"
    ENDED = "ended"


# ---------------------------------------------------------------- from the service to the worker


@dataclass(frozen=True)
class ShorterPages:
    """A document whose pages were made for this paper; those before the call's first page are the same."""

    paper: Paper
    document: str


@dataclass(frozen=True)
class PlaceCall:
    """Send a document: a bilevel TIFF in fax geometry, pages first_page.. (1 = first) to the last. Dial for it, or send
    it in the call that is open.
    """

    call: str
    folder: str
    document: str
    number: str = field(repr=False)
    """Dial string: digits, * # and the pause comma only."""
    station_id: str = ""
    first_page: int = 1
    error_correction: bool = True
    jbig: bool = False
    """True if JBIG may be used with it."""
    max_rate: int = 14400
    """Bits a second at most."""
    begin_at: str = ""
    """The rung of the ladder at which to begin, as "V.29 9600"; empty: the fastest."""
    sub_address: str = ""
    """For whom it is behind the other end (SUB); empty: for nobody in particular."""
    shorter: tuple[ShorterPages, ...] = ()
    """The same pages for an other end that prints no longer ones, longest paper first."""
    shown: str = ""
    """What the transcript shows in place of the dial string; empty: the dial string."""
    follows: str = ""
    """The call that is open, in which this document is the next; empty: it has to be dialled for."""
    password: str = field(default="", repr=False)
    """The password that the other end wants to hear (SID); empty: none."""
    hidden: tuple[str, ...] = field(default=(), repr=False)
    """Parts of the dial string that nobody may see, wherever they turn up."""
    without: tuple[str, ...] = ()
    """Modulations and codings that are left out of the call, of `model.call.CAN_BE_LEFT_OUT`."""


@dataclass(frozen=True)
class FetchDocument:
    """Fetch the document that another machine offers (polling), and keep its pages in this folder."""

    call: str
    folder: str
    number: str = field(repr=False)
    """As in an order to send."""
    station_id: str = ""
    error_correction: bool = True
    jbig: bool = False
    max_rate: int = 14400
    selective: str = ""
    """Which of its documents (SEP); empty: the one that it offers."""
    password: str = field(default="", repr=False)
    """The password that the other end wants to hear (PWD); empty: none."""
    shown: str = ""
    """As in an order to send."""
    hidden: tuple[str, ...] = field(default=(), repr=False)
    """As in an order to send."""
    without: tuple[str, ...] = ()
    """As in an order to send."""


@dataclass(frozen=True)
class OfferedFile:
    """A document that the caller may fetch: a bilevel TIFF in fax geometry."""

    id: str
    file: str
    document: str = ""
    """Its name among several (SEP); empty: it is what callers get who name none."""
    password: str = field(default="", repr=False)
    """The password that a caller must say (PWD); empty: none."""


@dataclass(frozen=True)
class AnswerCall:
    """Go off hook for the call that rings, and keep its pages in this folder."""

    call: str
    folder: str
    station_id: str = ""
    error_correction: bool = True
    jbig: bool = False
    max_rate: int = 14400
    takes_sub_address: bool = False
    """True if something is done with a sub-address."""
    offers: tuple[OfferedFile, ...] = ()
    """Documents of which the caller may fetch one instead."""
    without: tuple[str, ...] = ()
    """As in an order to send."""


@dataclass(frozen=True)
class Decline:
    """Let it ring."""

    reason: Sentence = NOTHING


@dataclass(frozen=True)
class Cancel:
    """End this call as soon as the protocol allows (DCN, hang up)."""

    call: str


@dataclass(frozen=True)
class Noted:
    """The service has FinalPending of this call on disk."""

    call: str
    more: bool = False
    """True if another document follows: EOM instead of EOP."""


@dataclass(frozen=True)
class OfferGiven:
    """The answer to OfferWanted."""

    call: str
    given: bool
    """True if the caller gets it, and nobody else meanwhile who would have it once too often."""


@dataclass(frozen=True)
class NothingFollows:
    """There is no other document for the call that is open behind this one: hang up."""

    call: str


@dataclass(frozen=True)
class Quit:
    """Hang up and end the process."""


# ---------------------------------------------------------------- from the worker to the service


@dataclass(frozen=True)
class Ready:
    """The modem answers and is waiting for calls."""

    modem: str
    no_wall: str = ""
    """The reason why the worker has no whole wall around it; empty if it has, or if none is wanted."""


@dataclass(frozen=True)
class Absent:
    """The modem cannot be used; the worker goes on trying and says Ready when it can."""

    reason: Sentence


@dataclass(frozen=True)
class Ringing:
    """Somebody calls. Said once a call, when caller id has been heard or two rings have passed; and again after two
    more rings if it was declined: it may be another call by then.
    """

    caller: str = ""
    caller_name: str = ""
    called: str = ""
    ring: str = ""
    """The distinctive ring, where the modem tells it."""
    withheld: bool = False
    """The caller hides his number."""


@dataclass(frozen=True)
class RingingEnded:
    """The caller gave up before the line was answered."""


@dataclass(frozen=True)
class Progress:
    """The progress of a call: for the windows only, nothing depends on it."""

    call: str
    step: Step
    page: int = 0
    remote_id: str = ""
    rate: int = 0
    error_correction: bool = False
    octets: int = 0
    """Of a page that is being sent, as it is coded."""


@dataclass(frozen=True)
class PageConfirmed:
    """The other end has confirmed this page of the document (1 = first)."""

    call: str
    page: int


@dataclass(frozen=True)
class PagesShortened:
    """The other end prints shorter pages than the document has: those for this paper are sent, so many in all."""

    call: str
    paper: Paper
    pages: int


@dataclass(frozen=True)
class FinalPending:
    """All pages are out; the next frame asks for the last confirmation. Answer with Noted when it is on disk."""

    call: str


@dataclass(frozen=True)
class PageKept:
    """A received page is synced to disk in the call directory; its confirmation goes out next."""

    call: str
    page: int
    file: str
    rows: int
    bad_rows: int
    width: int
    resolution: Resolution
    sub_address: str = ""
    """For whom it is, as its sender said (SUB)."""
    document: int = 1
    """The document of the call that it is a page of, 1 = first. Each has its pages counted from 1."""


@dataclass(frozen=True)
class OfferWanted:
    """The caller asks for this offered document. Answer with OfferGiven; the caller waits meanwhile."""

    call: str
    offer: str


@dataclass(frozen=True)
class Ended:
    """The call is over and the line is on hook. Its transcript is the file `transcript` in the call directory."""

    call: str
    report: CallReport
    """Of several documents that came in, on the last."""
    open: bool = False
    """True if the line is not on hook: every page was confirmed, and the other end waits for another document."""
    earlier: tuple[CallReport, ...] = ()
    """On the documents that came in before it, each on its own."""


Message = (
    PlaceCall
    | FetchDocument
    | AnswerCall
    | Decline
    | Cancel
    | Noted
    | OfferGiven
    | NothingFollows
    | Quit
    | Ready
    | Absent
    | Ringing
    | RingingEnded
    | Progress
    | PageConfirmed
    | PagesShortened
    | FinalPending
    | PageKept
    | OfferWanted
    | Ended
)
CallNews = Progress | PageConfirmed | PagesShortened | FinalPending | PageKept | OfferWanted
"""What a worker says of a call while it goes on."""

_TYPES: dict[str, Any] = {kind.__name__: kind for kind in Message.__args__}


def pack(message: Message) -> bytes:
    """One line of JSON, with its newline."""
    return json.dumps({"type": type(message).__name__, **encode(message)}).encode() + b"\n"


def unpack(line: bytes) -> Message:
    """The message in one line of JSON. ValueError if it is not one."""
    try:
        body = json.loads(line)
        kind = _TYPES[body.pop("type")]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"not a message of a line worker: {line[:200]!r}") from error
    message: Message = decode(body, kind)
    return message
