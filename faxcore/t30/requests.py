# SPDX-License-Identifier: GPL-3.0-or-later
"""The requests of a script, by who answers them: the carrier of the call, its pages, or its owner.

The carrier brings signals to the other end and back: a modem, a line over IP, or a test. The pages are our document and
what is received, coded and on disk. The owner is whoever wants the call: it hears how far that is, and says what may be
sent.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from faxcore.model.page import PageFormat
from faxcore.model.paper import Paper
from faxcore.t30.frames import Frame
from faxcore.t30.modulation import Modulation

# ---------------------------------------------------------------- of the carrier


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


CarrierRequest: TypeAlias = (
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
)

# ---------------------------------------------------------------- of the pages


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


PagesRequest: TypeAlias = CodePage | TakePages | KeepPage

# ---------------------------------------------------------------- of the owner


@dataclass(frozen=True)
class TakeDocument:
    """Take the pages from now on from this one of the documents that are offered, 1 = first. Reply: Done, or NotOffered
    if the caller may not have it any more.
    """

    number: int


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


OwnerRequest: TypeAlias = TakeDocument | Note

Request: TypeAlias = CarrierRequest | PagesRequest | OwnerRequest
