# SPDX-License-Identifier: GPL-3.0-or-later
"""Phase B of the transmitting terminal behind the other end's DIS: the agreement, DCS and the training check.

A DCS keeps to the last DIS that was heard (in a terminal that is polled, the last DTC), wherever in the call that
comes: the other end may be out of paper, or have given up a modulation, since it sent the one before.
"""

from __future__ import annotations

from collections.abc import Sequence

from faxcore.model.call import Outcome
from faxcore.t30.call_failed import CallFailed
from faxcore.t30.capabilities import Offer, PageInfo, Terminal, check_lengths
from faxcore.t30.dialogue import ask, make_carrier
from faxcore.t30.frames import FCF, Frame
from faxcore.t30.limits import TRIES
from faxcore.t30.line import Note, Script, SendTraining, do
from faxcore.t30.selective import explain_hang_up, make_their_refusal
from faxcore.t30.send_state import SendState, step_down
from faxcore.t30.send_terms import SendTerms, make_terms


def begin_document(
    terminal: Terminal, offer: Offer, pages: Sequence[PageInfo], sending: SendState
) -> Script[SendTerms]:
    """Agree on the format of the pages that follow, then train (phase B after a DIS)."""
    terms = _agree(terminal, offer, pages, sending)
    return (yield from train(terminal, terms, pages, sending))


def _agree(terminal: Terminal, offer: Offer, pages: Sequence[PageInfo], sending: SendState) -> SendTerms:
    """Agree on how the next page is sent. CallFailed if the other terminal cannot print what is still to come."""
    terms = make_terms(terminal, offer, pages[sending.done])
    check_lengths(offer, pages, sending.done + 1)
    return terms


def take_offer_again(
    terminal: Terminal, answer: Frame, terms: SendTerms, pages: Sequence[PageInfo], sending: SendState
) -> SendTerms:
    """Agree anew if this answer is a DIS, or the DTC of a poller, that differs from the last: without the rungs on
    which the call has failed already. Any other answer leaves the terms as they are.
    """
    # A caller has nothing to do with the DTC of a machine that wants to poll it, as in `hear_offer`.
    if answer.fcf is not FCF.DIS and not (sending.is_polled and answer.fcf is FCF.DTC):
        return terms
    offer = Offer.read(answer)
    if offer is None or offer == terms.offer:
        return terms
    return _agree(terminal, offer, pages, sending).under(terms)


def train(terminal: Terminal, terms: SendTerms, pages: Sequence[PageInfo], sending: SendState) -> Script[SendTerms]:
    """Send DCS and training check until CFR (phase B, connector D); each FTT costs one rung. Returns the terms then.

    A DIS, or the DTC of a poller, in answer means that the DCS was not heard: it goes out again, three times in all, as
    that DIS wants it.
    """
    unheard, sending.phase = 0, "B"
    while True:
        sending.agreement = agreement = terms.agreement
        rung = agreement.modulation
        yield from do(Note(state="training", rate=rung.rate, error_correction=agreement.error_correction))
        try:
            answer = yield from ask(make_carrier(*terms.make_command()), SendTraining(rung))
        except CallFailed as failure:
            raise explain_hang_up(terminal.selection, failure) from failure
        match answer.fcf:
            case FCF.CFR:
                return terms
            case FCF.FTT:
                terms = step_down(terms, sending)
            case FCF.FNV:
                raise make_their_refusal(answer)
            case FCF.DIS | FCF.DTC if unheard < TRIES - 1:
                unheard += 1
                terms = take_offer_again(terminal, answer, terms, pages, sending)
            case other:
                raise CallFailed(
                    Outcome.PROTOCOL, "The other fax machine answered {answer} to the training.", answer=other.name
                )


def train_again(
    terminal: Terminal, answer: Frame, terms: SendTerms, pages: Sequence[PageInfo], sending: SendState
) -> Script[SendTerms]:
    """Train again behind this answer to a page: a rung down, unless a new DIS has brought another rung already."""
    before, terms = terms.rungs[0], take_offer_again(terminal, answer, terms, pages, sending)
    # RTP has confirmed the page: where there is no lower rung, the next ones go out at this one.
    if terms.rungs[0] is before and not (answer.fcf is FCF.RTP and terms.is_lowest):
        terms = step_down(terms, sending)
    return (yield from train(terminal, terms, pages, sending))
