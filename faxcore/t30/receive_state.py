# SPDX-License-Identifier: GPL-3.0-or-later
"""A call in as far as it has come: what is agreed, which pages are safe, and the response that may have to be
repeated.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from faxcore.model.call import Outcome
from faxcore.model.page import MAX_PAGES
from faxcore.model.sentence import NOTHING, Sentence
from faxcore.t30.bits import Bits
from faxcore.t30.call_failed import CallFailed
from faxcore.t30.capabilities import Agreement
from faxcore.t30.dialogue import T2, frames, hear_command
from faxcore.t30.frames import FCF, Frame
from faxcore.t30.line import Kept, Note, Script, SendFrames, do
from faxcore.t30.send_state import SendState

BLOCK_BITS = 256 * 262 * 8
"""Bits of the longest block of error correction, and of most pages without."""
ROUNDS = 80
"""Commands without any progress after which a call is given up: a bound, not a value of T.30."""


@dataclass
class ReceiveState:
    """What has been achieved so far in receiving, in a call in or by polling."""

    x: bool = False
    """The bit X of our frames: clear in a terminal that was called; set in one that polls, which has received a DIS."""
    confirmed: int = 0
    """Pages on disk whose confirmation went out."""
    kept: int = 0
    """Pages on disk, those too that the sender was told are not good."""
    incomplete: int = 0
    """Pages that the sender gave up because the line was too bad: on disk is what came of them."""
    bad_rows: int = 0
    remote_id: str = ""
    sub_address: str = ""
    """For whom the document is, as its sender said (SUB)."""
    sender_id: str = ""
    """What its sender called itself besides (SID), where that is no password."""
    polled: SendState | None = None
    """What became of the document that is offered here, once the caller has polled it."""
    offer: Bits = Bits(b"")
    """Our DIS or DTC, to which a DCS and a CTC have to keep."""
    agreement: Agreement | None = None
    trained: bool = False
    """Whether the image carrier has trained since the last DCS or CTC: V.17 then trains the short way."""
    response: SendFrames | None = None
    """Our last response, for CRP and repeated commands."""
    responded_at: float = 0.0
    """When `response` had gone out, on the line's clock."""
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
    """EOP has been confirmed: nothing more is to come."""

    @property
    def short_training(self) -> bool:
        """Whether the next image carrier trains the short way."""
        assert self.agreement is not None
        return self.trained and self.agreement.modulation.short_training

    @property
    def image_seconds(self) -> float:
        """Seconds that a command may take to come when the image carrier could not be followed to its end.

        A carrier that does not train, or that the modem has lost in a drop-out, goes on at the sender, and T2 would end
        the call in the middle of it: only the command behind it tells when it is over.
        """
        assert self.agreement is not None
        return T2 + BLOCK_BITS / self.agreement.modulation.rate

    @property
    def next_page(self) -> int:
        """The number of the page that comes next, 1 = first. CallFailed past the most that a document may have."""
        behind = self.confirmed + self.incomplete
        if behind >= MAX_PAGES:
            raise CallFailed(Outcome.PROTOCOL, "The other fax machine sends more than {pages} pages.", pages=MAX_PAGES)
        return behind + 1


def next_command(receiving: ReceiveState, seconds: float = T2) -> Script[tuple[Frame, ...]]:
    """The next command. CallFailed with PROTOCOL where commands come on and on and no page comes of them."""
    receiving.rounds += 1
    if receiving.rounds > ROUNDS:
        raise CallFailed(Outcome.PROTOCOL, "The other fax machine repeats itself without end.")
    return (yield from hear_command(receiving.response, seconds))


def respond(receiving: ReceiveState, response: Frame, command: str = "") -> Script[None]:
    """Send a response and remember it: it may have to be repeated."""
    receiving.response = frames(replace(response, x=receiving.x))
    receiving.answered_command = command
    if response.fcf is FCF.MCF and command.startswith("PPS"):
        receiving.confirmed_block = bytes.fromhex(command.split()[-1])
    receiving.responded_at = yield from do(receiving.response)


def respond_again(receiving: ReceiveState) -> Script[None]:
    """The last response once more, where there was one: it has not been heard."""
    if receiving.response is not None:
        receiving.responded_at = yield from do(receiving.response)


def count_page(receiving: ReceiveState, kept: Kept) -> Script[None]:
    """The page in hand is confirmed: what comes next is the next page."""
    receiving.bad_rows += kept.bad_rows
    receiving.confirmed += 1
    receiving.rounds = 0
    yield from do(Note(state="page", page=receiving.confirmed + receiving.incomplete + 1))


def count_incomplete(receiving: ReceiveState) -> Script[None]:
    """The sender has given the page in hand up: it is never confirmed, and what comes next is the next page."""
    assert receiving.next_page
    receiving.incomplete += 1
    yield from do(Note(state="page", page=receiving.confirmed + receiving.incomplete + 1))


def repeated(receiving: ReceiveState, command: Frame) -> bool:
    """Whether our last answer was lost: this is the post-message command that it answered, or RR, which asks for it
    after RNR.
    """
    return command.fcf is FCF.RR or bool(receiving.answered_command) and receiving.answered_command == identity(command)


def identity(command: Frame) -> str:
    """A post-message command with its counters, so that a repeat can be told from a new one."""
    if command.fcf in (FCF.PPS, FCF.EOR):
        return f"{command.name} {command.fif[1:3].hex()}"
    return command.name
