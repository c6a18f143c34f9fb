# SPDX-License-Identifier: GPL-3.0-or-later
"""The state of a receiving call: the agreement, the pages that are on disk, and the response that may have to be
repeated.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from faxcore.model.call import Outcome
from faxcore.model.page import MAX_PAGES
from faxcore.model.sentence import NOTHING, Sentence
from faxcore.t30.call_failed import CallFailed
from faxcore.t30.capabilities import Agreement
from faxcore.t30.dialogue import hear_command, make_carrier
from faxcore.t30.frames import FCF, Frame
from faxcore.t30.limits import ROUNDS, T2
from faxcore.t30.line import BurstHeard, Kept, NoCarrier, Note, PageHeard, Reply, Script, SendFrames, do
from faxcore.t30.send_state import SendState


@dataclass
class ReceiveState:
    """The state of receiving, in an incoming call or by polling; of several documents in one call, of the one under
    way.
    """

    confirmed: int = 0
    """Pages on disk whose confirmation went out."""
    kept: int = 0
    """Pages on disk, including those that the sender was told are not good."""
    incomplete: int = 0
    """Pages that the sender gave up because the line was too bad: the parts that arrived are on disk."""
    bad_rows: int = 0
    remote_id: str = ""
    sub_address: str = ""
    """The sub-address that the sender gave for the document (SUB)."""
    sender_id: str = ""
    """The further name that the sender gave itself (SID), if it is not a password."""
    document: int = 0
    """Which of the documents that are offered the caller has asked for, 1 = first; 0: none."""
    polled: SendState | None = None
    """The state of sending the document that is offered here, once the caller has polled it."""
    agreement: Agreement | None = None
    """The last agreement of the call, for whoever is told of it: the procedures are given theirs."""
    response: SendFrames | None = None
    """Our last response, for CRP and repeated commands."""
    responded_at: float = 0.0
    """The time at which `response` had been sent, on the line's clock."""
    heard_at: float = 0.0
    """The time at which the first carrier heard in the last wait for a command was over, understood or not."""
    answered_command: str = ""
    """The post-message command that `response` answered, with its counters; empty if it answered none."""
    confirmed_block: bytes = b""
    """The counters, page and block, of the last PPS that was answered with MCF; empty since the last DCS."""
    phase: str = "A"
    """The phase of the call, A to D (T.30, 3)."""
    outcome: Outcome = Outcome.OK
    reason: Sentence = NOTHING
    answered_at: float | None = None
    rounds: int = 0
    """Commands heard since the last page or block that came whole."""
    complete: bool = False
    """True once EOP has been confirmed: nothing more is to come."""
    begun_at: float | None = None
    """The time at which the document under way began, on the line's clock: that of the answer, for the first."""
    earlier: list[ReceiveState] = field(default_factory=list)
    """The documents before the one under way in the same call, as they ended."""

    @property
    def next_page(self) -> int:
        """The number of the next page, 1 = first. CallFailed if that is more than a document may have."""
        finished = self.confirmed + self.incomplete
        if finished >= MAX_PAGES:
            raise CallFailed(Outcome.PROTOCOL, "The other fax machine sends more than {pages} pages.", pages=MAX_PAGES)
        return finished + 1


def next_command(
    receiving: ReceiveState, seconds: float = T2, page_over: float | None = None
) -> Script[tuple[Frame, ...]]:
    """Wait for the next command, as `hear_command`. CallFailed with PROTOCOL after many commands without a page."""
    receiving.rounds += 1
    if receiving.rounds > ROUNDS:
        raise CallFailed(Outcome.PROTOCOL, "The other fax machine keeps repeating itself.")
    command, receiving.heard_at = yield from hear_command(receiving.response, seconds, page_over)
    return command


def find_page_end(heard: Reply) -> float | None:
    """Find when a page or burst was over: its end was heard, or the carrier of its command is there. None if it may go
    on.
    """
    match heard:
        case PageHeard(rtc=True) | BurstHeard(rcp=True) | NoCarrier(other=True):
            return heard.now
        case _:
            return None


def respond(receiving: ReceiveState, response: Frame, command: str = "") -> Script[None]:
    """Send a response to this command, see `command_key`, and remember it."""
    if response.fcf is FCF.MCF and command.startswith("PPS"):
        receiving.confirmed_block = bytes.fromhex(command.split()[-1])
    yield from send_repeatable(receiving, make_carrier(response), command)


def send_repeatable(receiving: ReceiveState, ours: SendFrames, command: str = "") -> Script[None]:
    """Send a response, or our DIS or DTC, and remember it: it may have to be repeated."""
    receiving.response, receiving.answered_command = ours, command
    receiving.responded_at = yield from do(ours)


def forget_response(receiving: ReceiveState) -> None:
    """Forget our last response: it belongs to another command than the one in hand, and may not be repeated for it."""
    receiving.response, receiving.answered_command = None, ""


def respond_again(receiving: ReceiveState) -> Script[None]:
    """Send the last response again, if there was one: it has not been heard."""
    if receiving.response is not None:
        receiving.responded_at = yield from do(receiving.response)


def count_page(receiving: ReceiveState, kept: Kept) -> Script[None]:
    """Count the page in hand as confirmed: the next one has the next number."""
    receiving.bad_rows += kept.bad_rows
    receiving.confirmed += 1
    receiving.rounds = 0
    yield from do(Note(state="page", page=receiving.confirmed + receiving.incomplete + 1))


def count_incomplete(receiving: ReceiveState) -> Script[None]:
    """Count the page in hand as given up by the sender: it is never confirmed, and the next one has the next number."""
    assert receiving.next_page
    receiving.incomplete += 1
    yield from do(Note(state="page", page=receiving.confirmed + receiving.incomplete + 1))


def judge_document(receiving: ReceiveState) -> None:
    """Judge a document that is over: one of which a page was given up is not whole."""
    if receiving.incomplete and receiving.outcome is Outcome.OK:
        receiving.outcome = Outcome.OK_PARTIAL if receiving.confirmed else Outcome.CANNOT_TRAIN
        receiving.reason = Sentence("The other fax machine gave up a page because the line was too bad.")


def begin_next_document(receiving: ReceiveState) -> Script[None]:
    """Begin another document in the call: the one before is over, and stays as it is. The caller is the same."""
    judge_document(receiving)
    receiving.earlier.append(replace(receiving, earlier=[]))
    receiving.outcome, receiving.reason = Outcome.OK, NOTHING
    receiving.confirmed = receiving.kept = receiving.incomplete = receiving.bad_rows = 0
    receiving.sub_address = receiving.sender_id = ""
    receiving.agreement = None
    receiving.begun_at = yield from do(Note(next_document=True))


def is_repeat(receiving: ReceiveState, command: Frame) -> bool:
    """Return whether our last answer was lost: `command` is the post-message command that it answered, or RR, which
    asks for the answer after RNR.
    """
    return (
        command.fcf is FCF.RR or bool(receiving.answered_command) and receiving.answered_command == command_key(command)
    )


def command_key(command: Frame) -> str:
    """Return a key for a post-message command, its name and counters, so that a repeat can be told from a new one."""
    if command.fcf in (FCF.PPS, FCF.EOR):
        return f"{command.name} {command.fif[1:3].hex()}"
    return command.name
