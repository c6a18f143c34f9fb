# SPDX-License-Identifier: GPL-3.0-or-later
"""The abstract line: a script yields requests and is sent replies, and these functions wait for them.

The line is half duplex: each request gets exactly one reply, and nothing happens between them. Nothing here knows an
AT command: a Class 1 modem, T.38, or a test can all be the line. Times are seconds. `requests` says who answers what.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import TypeAlias, TypeVar

from faxcore.model.call import Outcome
from faxcore.t30.call_failed import CallFailed
from faxcore.t30.frames import PRELIMINARY, is_final, parse_frame
from faxcore.t30.replies import (
    BurstHeard,
    Cancelled,
    CarrierReply,
    Coded,
    Done,
    Heard,
    Keeping,
    Kept,
    Lost,
    NoCarrier,
    NotOffered,
    OwnerReply,
    PageHeard,
    PagesReply,
    Reply,
    TrainingHeard,
)
from faxcore.t30.requests import (
    CarrierRequest,
    CodePage,
    Dial,
    HangUp,
    KeepPage,
    Listen,
    Note,
    OwnerRequest,
    PagesRequest,
    PickUp,
    ReceiveBurst,
    ReceivePage,
    ReceiveTraining,
    Request,
    SendBurst,
    SendFrames,
    SendPage,
    SendTraining,
    TakeDocument,
    TakePages,
)

__all__ = [
    "BurstHeard",
    "Cancelled",
    "CarrierReply",
    "CarrierRequest",
    "CodePage",
    "Coded",
    "Dial",
    "Done",
    "HangUp",
    "Heard",
    "KeepPage",
    "Keeping",
    "Kept",
    "Listen",
    "Lost",
    "NoCarrier",
    "NotOffered",
    "Note",
    "OwnerReply",
    "OwnerRequest",
    "PageHeard",
    "PagesReply",
    "PagesRequest",
    "PickUp",
    "ReceiveBurst",
    "ReceivePage",
    "ReceiveTraining",
    "Reply",
    "Request",
    "Script",
    "SendBurst",
    "SendFrames",
    "SendPage",
    "SendTraining",
    "TakeDocument",
    "TakePages",
    "TrainingHeard",
    "do",
    "expect",
    "listen",
    "perform",
    "play_as_caller",
    "take_document",
]

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


def play_as_caller(script: Script[T]) -> Script[T]:
    """Play the script of a station that receives a DIS, a caller: every frame that it sends has the bit X."""
    try:
        request = next(script)
        while True:
            if isinstance(request, SendFrames):
                request = SendFrames(tuple(frame.with_x() for frame in request.frames))
            request = script.send((yield request))
    except StopIteration as end:
        result: T = end.value
        return result


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
        return Heard(heard.now, garbled=True, octets=heard.octets)
    return heard
