# SPDX-License-Identifier: GPL-3.0-or-later
"""A telephone call, in or out: how it can end, and what is known of it when it has ended."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

from faxcore.model.sentence import NOTHING, Sentence

RATES: Final = (14400, 12000, 9600, 7200, 4800, 2400)
"""Bits a second to which a call may be bounded."""

CAN_BE_LEFT_OUT: Final = ("V.17", "V.29", "MMR", "MR")
"""Modulations and codings that a call may do without. JBIG and error correction have settings of their own."""


class Direction(Enum):
    """The directions of a call."""

    OUT = "out"
    IN = "in"


class AnswerKnown(Enum):
    """The sources of the time at which a call was answered."""

    NOT = ""
    """Nobody answered."""
    LINE = "line"
    SIGNALS = "signals"
    """By the other fax machine's signals, which follow on it: then, or up to `answer_spread` earlier."""
    PAGE = "page"
    """By the confirmation of its first page: then, or up to `answer_spread` earlier."""
    PERHAPS = "perhaps"
    """It is not known whether anybody answered; the carrier may charge the call."""
    PERSON = "person"
    """By a person who has corrected the ledger."""


class Outcome(Enum):
    """The ends of a call. One code for each end, and none that claims more than is known."""

    OK = "ok"
    """Every page was sent and confirmed, or received and confirmed."""
    OK_PARTIAL = "ok-partial"
    """The call broke off: the pages counted as confirmed are safe, the others are not."""
    UNCONFIRMED = "unconfirmed"
    """All pages went out, but the answer to the last one was lost: it may or may not have arrived."""
    BUSY = "busy"
    NO_ANSWER = "no-answer"
    NO_DIALTONE = "no-dialtone"
    NO_FAX = "no-fax"
    """Somebody or something answered, but no fax terminal (T1 ran out)."""
    INCOMPATIBLE = "incompatible"
    CANNOT_TRAIN = "cannot-train"
    REJECTED = "rejected"
    PASSWORD = "password"
    NO_DOCUMENT = "no-document"
    RX_INCAPABLE = "rx-incapable"
    REMOTE_DCN = "remote-dcn"
    TIMEOUT = "timeout"
    LINE_LOST = "line-lost"
    PROTOCOL = "protocol"
    LOCAL_ABORT = "local-abort"
    MODEM = "modem"
    """The modem is absent, does not answer, or answers rubbish: nothing was dialled."""
    STORAGE = "storage"
    """A page that arrived could not be put on disk, so it was not confirmed."""


def is_possibly_charged(direction: Direction, known: AnswerKnown) -> bool:
    """Return whether the carrier may charge a call of which nobody knows whether it was answered."""
    return direction is Direction.OUT and known is AnswerKnown.PERHAPS


RETRY: frozenset[Outcome] = frozenset(
    {
        Outcome.OK_PARTIAL,
        Outcome.BUSY,
        Outcome.NO_ANSWER,
        Outcome.NO_DIALTONE,
        Outcome.NO_FAX,
        Outcome.CANNOT_TRAIN,
        Outcome.REJECTED,
        Outcome.REMOTE_DCN,
        Outcome.TIMEOUT,
        Outcome.LINE_LOST,
        Outcome.PROTOCOL,
        Outcome.MODEM,
    }
)
"""Ends after which another try may succeed. Never UNCONFIRMED: the fax may have arrived, so a person decides."""

UNREACHED: frozenset[Outcome] = frozenset({Outcome.BUSY, Outcome.NO_ANSWER, Outcome.NO_DIALTONE, Outcome.NO_FAX})
"""Ends of calls that have reached no fax machine."""

WITH_PHASE: frozenset[Outcome] = frozenset({Outcome.REMOTE_DCN, Outcome.TIMEOUT})
"""Ends of which the phase of the call in which they came (T.30, 3: A to E) says what they mean."""


@dataclass(frozen=True)
class CallReport:
    """The report of a line worker, or of `faxctl line`, on a call that has ended.

    Times are seconds on the worker's own monotonic clock, as durations; wall times are the service's to add.
    """

    outcome: Outcome
    reason: Sentence = NOTHING
    """The reason for the outcome, for a person. Nothing when the outcome is OK."""
    pages: int = 0
    """Pages of the document that were to be sent, or that was offered; 0 in a received call without one."""
    sent: int = 0
    """Pages that went out in this call."""
    confirmed: int = 0
    """Pages that the receiving end has confirmed (MCF), counted from the first page of the document."""
    octets: int = 0
    """Octets of the pages that went out in this call, as they were coded; what was repeated counts once."""
    received: int = 0
    """Pages received and kept on disk."""
    files: tuple[str, ...] = ()
    """Names of the page files in the call directory, in order of the pages (received calls)."""
    bad_rows: int = 0
    remote_id: str = ""
    sub_address: str = ""
    """For whom a received fax is, as its sender said (SUB)."""
    sender_id: str = ""
    """The name that the sender of a received fax gave itself besides (SID); empty where that was a password."""
    offer: str = ""
    """The id of the offer from which the caller has fetched; empty: of none."""
    fetched: int = 0
    """Pages of the offered document that a caller has polled and confirmed."""
    rate: int = 0
    """Bits a second of the last page."""
    modulation: str = ""
    coding: str = ""
    resolution: str = ""
    error_correction: bool = False
    dial_seconds: float = 0.0
    """From dialling to the answer; 0.0 for a call that came in."""
    seconds: float = 0.0
    """From the answer to hanging up; of each of several documents in one call, those of its own part."""
    answer_spread: float = 0.0
    """Seconds by which the answer may have been earlier than `seconds` says; 0.0: the line has seen it."""
    perhaps_answered: bool = False
    """True of a call out that reached no fax machine, or whose end nobody saw, if somebody may have answered all the
    same, so that the carrier may charge it."""
    behind: float = 0.0
    """Seconds of what came behind it in the same call; the service's to add."""
    fallbacks: int = 0
    """Rungs of the ladder that a call out has gone down."""
    paper: str = ""
    """The longest paper that the other end of a call out has said it prints, one of `Paper`; empty: it did not come to
    that."""
    shortened: str = ""
    """The paper, one of `Paper`, that the pages of a call out were made for, if the other end prints less than had been
    planned; else empty."""
    phase: str = ""
    """The phase of T.30, A to D, in which the call ended, of the outcomes in WITH_PHASE; else empty."""
    more: bool = False
    """True if the last page was said to be followed by another document in the same call (EOM)."""
    not_begun: bool = False
    """True of a document that was to follow another in the same call, if the other end did not go on to it: nothing of
    it was sent."""
