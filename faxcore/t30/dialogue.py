# SPDX-License-Identifier: GPL-3.0-or-later
"""Commands and responses: the two boxes that every chart of T.30 calls, "response received?" and "command received?".

Everything that can come between a command and its response is here and nowhere else: silence and the three tries,
frames that were garbled, the echo of our own, CRP, DCN, and RNR with its T5. The procedures of sender and receiver see
answers only.

- `ask` is the commanding side: a command goes out three times in all, T4 apart (5.4.2). CRP makes it go out at once and
  counts as one of the three. DCN ends the call. RNR starts flow control: RR until something else comes, at most T5
  (A.5.4.2).
- `hear_command` is the other side: it waits T2 for a command, anew each time that something was heard; CRP has the last
  response repeated; DCN ends the call. A garbled command is asked for again with CRP (5.3.6.1.8), which T.30 leaves to
  the receiver, where the sender must be waiting for our answer: behind a page whose end was heard. Its command then
  comes again at once and not T4 later. Elsewhere CRP would be sent over something: behind a DCS over the training
  check, behind a page that the modem has lost over the rest of it.
"""

from __future__ import annotations

from faxcore.model.call import Outcome
from faxcore.t30.call_failed import CallFailed
from faxcore.t30.frames import FCF, Frame
from faxcore.t30.limits import CRP_SECONDS, LONGEST_CALL, PATIENCE, T2, T4, T5, TRIES
from faxcore.t30.line import HangUp, Heard, Request, Script, SendFrames, do, listen


def make_carrier(*parts: Frame) -> SendFrames:
    """Make one V.21 carrier with these frames."""
    return SendFrames(parts)


def ask(*command: Request) -> Script[Frame]:
    """Send a command until it is answered: the "response received?" box of the charts (5.2).

    `command` may be several requests, such as DCS and the training check. CallFailed with TIMEOUT if three tries
    have brought no answer, with REMOTE_DCN if the very first answer was DCN: then it is certain that the other end
    has refused.
    """
    answer, now = yield from _ask(command)
    if answer.fcf is FCF.RNR:
        answer = yield from _wait_until_ready(now + T5)
    return answer


def _ask(command: tuple[Request, ...]) -> Script[tuple[Frame, float]]:
    own = next(part.frames[-1].fcf for part in command if isinstance(part, SendFrames))
    for attempt in range(TRIES):
        for part in command:
            yield from do(part)
        heard = yield from hear_answer(own)
        match heard.frames:
            case [*_, Frame(FCF.DCN)] if attempt == 0:
                raise CallFailed(Outcome.REMOTE_DCN, "The other fax machine ended the call.")
            case [*_, Frame(FCF.DCN)]:
                raise CallFailed(Outcome.TIMEOUT, "The other fax machine did not answer, and then ended the call.")
            case [] | [*_, Frame(FCF.CRP)]:
                continue
            case [*_, answer]:
                return answer, heard.now
    if heard.frames or heard.garbled:
        raise CallFailed(Outcome.TIMEOUT, "The two fax machines could no longer understand each other.")
    raise CallFailed(Outcome.TIMEOUT, "The other fax machine stopped answering.")


def hear_answer(own: FCF) -> Script[Heard]:
    """Wait up to T4 for the answer to our command (`own`). Its echo is not an answer, and sending again at once
    would only make the next echo: after an echo the wait starts anew.
    """
    for _ in range(TRIES):
        heard = yield from listen(T4)
        if not heard.frames or heard.frames[-1].fcf is not own:
            return heard
    return Heard(heard.now)


def _wait_until_ready(deadline: float) -> Script[Frame]:
    """Ask with RR until the other end, which sent RNR, is ready: at most until T5 has passed since the first RNR."""
    answer, now = yield from _ask((make_carrier(Frame(FCF.RR)),))
    while answer.fcf is FCF.RNR:
        if now >= deadline:
            raise CallFailed(Outcome.TIMEOUT, "The other fax machine reported for a minute that it was not ready.")
        answer, now = yield from _ask((make_carrier(Frame(FCF.RR)),))
    return answer


def hear_command(
    response: SendFrames | None, seconds: float = T2, page_over: float | None = None
) -> Script[tuple[tuple[Frame, ...], float]]:
    """Wait for the frames of the next command, T2 or `seconds` long: the "command received?" box of the charts. Returns
    them, and when the first carrier that was heard was over, garbled or not.

    `page_over` is when a page or burst was certainly over, so that its command has to follow at once, or has begun.
    `response` is our last one, repeated for a CRP. The CRP is returned too, because a page may come next.
    CallFailed with TIMEOUT after that much silence, REMOTE_DCN at DCN.
    """
    first: float | None = None
    asked_again = 0
    for _ in range(PATIENCE):
        heard = yield from listen(seconds)
        first = heard.now if first is None else first
        match heard:
            case Heard(frames=[*_, Frame(FCF.DCN)]):
                raise CallFailed(Outcome.REMOTE_DCN, "The other fax machine ended the call.")
            case Heard(frames=[*_, Frame(FCF.CRP)]) if response is not None:
                yield from do(response)
                return heard.frames, first
            case Heard(frames=[*_, _]):
                return heard.frames, first
            # A frame that came whole and means nothing to us would only come again.
            case Heard(garbled=True, octets=()) if asked_again < TRIES - 1 and _waits_for_answer(page_over, heard.now):
                page_over = yield from do(make_carrier(Frame(FCF.CRP)))
                asked_again += 1
            case Heard(garbled=True):
                continue
            case _:
                break
    raise CallFailed(Outcome.TIMEOUT, "The other fax machine sent nothing more.")


def _waits_for_answer(page_over: float | None, now: float) -> bool:
    """Return whether the sender of a garbled command waits for our answer, and will for as long as CRP takes."""
    return page_over is not None and now - page_over <= CRP_SECONDS


def check_duration(answered_at: float | None, now: float) -> None:
    """Raise CallFailed if a call has lasted too long."""
    if answered_at is not None and now - answered_at > LONGEST_CALL:
        raise CallFailed(
            Outcome.TIMEOUT, "The call was ended after two hours. The pages confirmed until then have arrived."
        )


def disconnect(say_dcn: bool) -> Script[None]:
    """End the call (phase E): DCN if somebody is there to hear it, then on hook.

    The call is over whatever the line answers to this, so the answers are not looked at.
    """
    if say_dcn:
        yield make_carrier(Frame(FCF.DCN))
    yield HangUp()
