# SPDX-License-Identifier: GPL-3.0-or-later
"""The abstract line: the requests of a script, the line's replies, and the functions that wait for them.

The line is half duplex: each request gets exactly one reply, and nothing happens between them. Nothing here knows an
AT command: a Class 1 modem, T.38, or a test can all be the line. Times are seconds; `now` of a reply is the line's
own monotonic clock.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar

from faxcore.model.call import Outcome
from faxcore.model.page import PageFormat
from faxcore.model.paper import Paper
from faxcore.model.sentence import Sentence
from faxcore.t30.call_failed import CallFailed
from faxcore.t30.frames import PRELIMINARY, Frame, is_final, parse_frame
from faxcore.t30.modulation import Modulation

# ---------------------------------------------------------------- requests


@dataclass(frozen=True)
class Dial:
    """Phase A, calling: dial, and hear an answer. Reply: Done or Lost (BUSY, NO_ANSWER ...)."""

    number: str


@dataclass(frozen=True)
class PickUp:
    """Phase A, called: go off hook and send CED. Reply: Done or Lost."""


@dataclass(frozen=True)
class HangUp:
    """Phase E: on hook. Reply: Done."""


@dataclass(frozen=True)
class SendFrames:
    """One V.21 carrier: preamble, these frames, the last of them marked final. Reply: Done."""

    frames: tuple[Frame, ...]


@dataclass(frozen=True)
class SendTraining:
    """Training check: 1.5 s of zeros at this modulation, long training. Reply: Done."""

    modulation: Modulation


@dataclass(frozen=True)
class SendPage:
    """One coded page without error correction, RTC and all. Reply: Done."""

    modulation: Modulation
    data: bytes
    short: bool


@dataclass(frozen=True)
class SendBurst:
    """Frames of one ECM block, by their numbers, then RCP (T.4, Annex A). Reply: Done."""

    modulation: Modulation
    frames: dict[int, bytes]
    short: bool


@dataclass(frozen=True)
class Listen:
    """V.21 frames up to and with a final one; starts within so many seconds. Reply: Heard, perhaps empty."""

    seconds: float


@dataclass(frozen=True)
class ReceiveTraining:
    """The training check at this modulation; carrier within so many seconds. Reply: TrainingHeard or NoCarrier."""

    modulation: Modulation
    seconds: float


@dataclass(frozen=True)
class ReceivePage:
    """One coded page without error correction. Reply: PageHeard or NoCarrier.

    The line keeps the decoded page until the next KeepPage.
    """

    modulation: Modulation
    format: PageFormat
    seconds: float
    short: bool


@dataclass(frozen=True)
class ReceiveBurst:
    """Frames of one ECM block, each `size` octets. Reply: BurstHeard or NoCarrier.

    The line may decode ahead, but what KeepPage says is the page. `block_at` is the octet of the page at which the
    block begins.
    """

    modulation: Modulation
    format: PageFormat
    size: int
    seconds: float
    short: bool
    block_at: int = 0


@dataclass(frozen=True)
class CodePage:
    """Code a page of our document, 1 = first, filled to so many bits a row (T.4, 2.2). Reply: Coded.

    Where the format has fewer rows a millimetre than the page, rows are joined.
    """

    page: int
    format: PageFormat
    min_row_bits: int = 0


@dataclass(frozen=True)
class TakePages:
    """Take the pages of our document from now on from those that were made for this paper. Reply: Done."""

    paper: Paper
    pages: int
    """Their number."""


@dataclass(frozen=True)
class TakeDocument:
    """Take the pages from now on from this one of the documents that are offered, 1 = first. Reply: Done, or NotOffered
    if the caller may not have it any more.
    """

    number: int


@dataclass(frozen=True)
class KeepPage:
    """Put a received page safely on disk, 1 = first; a page kept before under this number is replaced.

    `coded` is the page as ECM brought it, or None for the page that ReceivePage has decoded.
    An unconfirmed page is kept as what it is: the sender was told that it is not good. Reply, within two seconds: Kept,
    or Keeping; the same is then asked again.
    """

    page: int
    format: PageFormat
    coded: bytes | None
    confirmed: bool


@dataclass(frozen=True)
class Note:
    """Tell the owner of the call, and go on when that is on disk. Reply: Done.

    confirmed: this page of our document has been confirmed. shortened: the document has so many pages now (`page`),
    made for this shorter paper. final: all pages are out, the next frame asks for the last confirmation, and Done says
    whether another document follows. next_document: the other end begins another document, and the pages that are kept
    from now on are of that. Otherwise only what the windows show: state, page and its octets as coded, remote id, rate,
    error correction, and the sub-address (SUB) to which the coming pages are sent.
    """

    state: str = ""
    page: int = 0
    confirmed: bool = False
    final: bool = False
    next_document: bool = False
    shortened: Paper | None = None
    remote_id: str = ""
    rate: int = 0
    sub_address: str = ""
    error_correction: bool = False
    octets: int = 0


Request: TypeAlias = (
    Dial
    | PickUp
    | HangUp
    | SendFrames
    | SendTraining
    | SendPage
    | SendBurst
    | Listen
    | ReceiveTraining
    | ReceivePage
    | ReceiveBurst
    | CodePage
    | TakePages
    | TakeDocument
    | KeepPage
    | Note
)

# ---------------------------------------------------------------- replies


@dataclass(frozen=True)
class Done:
    """The request has been carried out."""

    now: float
    more: bool = False
    """In reply to a Note that is final: another document follows in this call."""


@dataclass(frozen=True)
class NotOffered:
    """This document is offered no longer, or as many calls as may have it are fetching it."""

    now: float


@dataclass(frozen=True)
class Lost:
    """The line is gone, or could not be had; nothing but HangUp makes sense any more."""

    now: float
    outcome: Outcome
    reason: Sentence


@dataclass(frozen=True)
class Cancelled:
    """A person wants this call to end. Said once; the line stays usable for the DCN."""

    now: float


@dataclass(frozen=True)
class Heard:
    """The frames of one carrier, in order; empty: silence. `garbled`: a carrier was there, and a check sequence was
    wrong or a frame was not understood. `octets`: all the frames whose check sequence was right, as they came, where
    the line can tell: those that were not understood too.
    """

    now: float
    frames: tuple[Frame, ...] = ()
    garbled: bool = False
    octets: tuple[bytes, ...] = ()


@dataclass(frozen=True)
class NoCarrier:
    """No such carrier. `other`: a V.21 carrier is there instead, so Listen (+FCERROR of T.31)."""

    now: float
    other: bool = False


@dataclass(frozen=True)
class TrainingHeard:
    """A training check: its length, its longest run of zeros and its ones, all in bits."""

    now: float
    bits: int
    zero_run: int
    ones: int


@dataclass(frozen=True)
class PageHeard:
    """A page without error correction has ended: by RTC, or by loss of the carrier."""

    now: float
    rows: int
    bad_rows: int
    worst_run: int
    rtc: bool


@dataclass(frozen=True)
class BurstHeard:
    """The frames of a burst whose check sequence was right, by number."""

    now: float
    frames: dict[int, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class Coded:
    """A coded page, with RTC or EOFB."""

    now: float
    data: bytes


@dataclass(frozen=True)
class Kept:
    """A page is on disk, or could not be put there. `broken`: its coding broke off before its end."""

    now: float
    stored: bool
    rows: int
    bad_rows: int
    broken: bool = False


@dataclass(frozen=True)
class Keeping:
    """The page is not on disk yet; it goes on, and may be asked for again."""

    now: float


Reply: TypeAlias = (
    Done
    | NotOffered
    | Lost
    | Cancelled
    | Heard
    | NoCarrier
    | TrainingHeard
    | PageHeard
    | BurstHeard
    | Coded
    | Kept
    | Keeping
)

T = TypeVar("T")
Script: TypeAlias = Generator[Request, Reply, T]
R = TypeVar("R", bound=Reply)


def perform(request: Request) -> Script[Reply]:
    """Ask the line; a lost line or a cancelled call becomes CallFailed."""
    reply = yield request
    match reply:
        case Lost(outcome=outcome, reason=reason):
            raise CallFailed(outcome, reason.text, **reason.values)
        case Cancelled():
            raise CallFailed(Outcome.LOCAL_ABORT, "The call was cancelled.")
    return reply


def expect(request: Request, kind: type[R]) -> Script[R]:
    """Make a request that has only one kind of reply."""
    reply = yield from perform(request)
    assert isinstance(reply, kind), f"{reply} in answer to {request}"
    return reply


def do(request: Request) -> Script[float]:
    """Ask the line to do something; returns the time at which it was done."""
    reply = yield from expect(request, Done)
    return reply.now


def take_document(number: int) -> Script[bool]:
    """Take the pages from now on from this one of the documents that are offered; False if it is not any more."""
    reply = yield from perform(TakeDocument(number))
    return not isinstance(reply, NotOffered)


def listen(seconds: float) -> Script[Heard]:
    """Listen for V.21 frames; returns them, or silence.

    If the last frame of a carrier was not understood, those before it say nothing: the carrier counts as garbled.
    """
    heard = yield from expect(Listen(seconds), Heard)
    unknown = heard.octets and is_final(heard.octets[-1]) and parse_frame(heard.octets[-1]) is None
    if unknown or (heard.frames and heard.frames[-1].fcf in PRELIMINARY):
        return Heard(heard.now, garbled=True)
    return heard
