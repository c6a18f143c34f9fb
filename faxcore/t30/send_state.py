# SPDX-License-Identifier: GPL-3.0-or-later
"""The state of a sending call, and the request for the confirmation of a page."""

from __future__ import annotations

from dataclasses import dataclass, field

from faxcore.model.call import Outcome
from faxcore.model.paper import Paper
from faxcore.model.sentence import NOTHING, Sentence
from faxcore.t30.call_failed import CallFailed
from faxcore.t30.capabilities import Agreement
from faxcore.t30.dialogue import ask, make_carrier
from faxcore.t30.frames import FCF, Frame
from faxcore.t30.line import Done, Note, Script, expect
from faxcore.t30.send_terms import SendTerms


@dataclass
class SendState:
    """The state of sending one document, in an outgoing call or to a caller that polls us."""

    is_polled: bool = False
    """True in a terminal that was called, and is polled: DTC in place of DIS says what its caller can receive."""
    confirmed: int = 0
    """Pages of the document that are known to have arrived, counted from its first page."""
    done: int = 0
    """The last page of the document that is finished: it has arrived, or was given up."""
    incomplete: int = 0
    """Pages that were given up because the line was too bad. From the first of them on, no page counts as confirmed, so
    that the next call begins with it.
    """
    given_up: int = 0
    """The last page that was given up."""
    page: int = 0
    """The page that is being sent, 1 = first of the document."""
    sent: int = 0
    """The last page of the document that was sent in full, confirmed or not."""
    transmissions: int = 0
    """The page counter of error correction: pages sent in this call before this one, including repeated ones, but not
    those after which the other end began phase B again."""
    coded: dict[int, int] = field(default_factory=dict)
    """The octets of each page that was begun in this call, as it was coded last."""
    paper: Paper | None = None
    """The longest paper of the other end; None until it has said so."""
    pages: int = 0
    """Pages of the document; known once the other end has said how long it prints them."""
    shortened: Paper | None = None
    """The paper that the pages were made for, where they are not those that the call began with."""
    remote_id: str = ""
    agreement: Agreement | None = None
    """The last agreement of the call, for whoever is told of it: the procedures are given theirs."""
    fallbacks: int = 0
    """Rungs that the call has stepped down."""
    phase: str = "A"
    """The phase of the call, A to D (T.30, 3)."""
    outcome: Outcome = Outcome.OK
    reason: Sentence = NOTHING
    answered_at: float | None = None
    """The time at which the call was answered, or the document before this one in the same call was confirmed."""
    connected_at: float | None = None
    """The time at which an outgoing call was answered."""
    final: bool = False
    """True if the confirmation that is asked for is the document's last."""
    more: bool = False
    """True if another document follows in the same call: EOM is sent in place of EOP."""
    not_begun: bool = False
    """True if the other end did not go on to this document, which was to follow another in the same call."""


def step_down(terms: SendTerms, sending: SendState) -> SendTerms:
    """Return the terms a rung lower, and count that. CallFailed below the last."""
    lower = terms.below()
    sending.fallbacks += 1
    return lower


def announce_end(command: FCF | None, sending: SendState) -> Script[FCF | None]:
    """Say that the confirmation of a page is asked for next, or with None that of a block within it; returns the
    command to do it with. That is EOM behind the last page if the owner of the call has another document to follow.
    """
    sending.phase = "D"
    if command is not None:
        sending.sent = sending.page
    sending.final = command is FCF.EOP and not sending.incomplete
    reply = yield from expect(Note(state="confirming", page=sending.page, final=sending.final), Done)
    sending.more = sending.final and reply.more
    return FCF.EOM if sending.more else command


def confirm(command: Frame, sending: SendState) -> Script[Frame]:
    """Ask for the confirmation that has been announced.

    After the request for the last page's confirmation, silence, a lost line, a modem that fails and a cancelled call no
    longer tell whether it has arrived: the outcome is UNCONFIRMED. Only an answer tells.
    """
    try:
        answer = yield from ask(make_carrier(command))
    except CallFailed as failure:
        if sending.final and failure.outcome is not Outcome.REMOTE_DCN:
            raise CallFailed(
                Outcome.UNCONFIRMED,
                "All pages were sent, but the last confirmation did not come back: the fax may have arrived.",
            ) from failure
        raise
    if answer.fcf is FCF.ERR:  # which answers EOR and nothing else
        raise make_unexpected_answer(answer, sending.page)
    return answer


def make_unexpected_answer(answer: Frame, page: int) -> CallFailed:
    """Make the failure for an answer that no post-message command can have."""
    return CallFailed(
        Outcome.PROTOCOL, "The other fax machine answered {answer} after page {page}.", answer=answer.name, page=page
    )
