# SPDX-License-Identifier: GPL-3.0-or-later
"""Phase B of the transmitting terminal behind the other end's DIS: the agreement, DCS and the training check.

A DCS keeps to the last DIS that was heard (in a terminal that is polled, the last DTC), wherever in the call that
comes: the other end may be out of paper, or have given up a modulation, since it sent the one before.
"""

from __future__ import annotations

from collections.abc import Sequence

from faxcore.model.call import Outcome
from faxcore.t30.call_failed import CallFailed
from faxcore.t30.capabilities import Offer, PageInfo, Terminal, agree, check_lengths
from faxcore.t30.dialogue import ask, make_carrier
from faxcore.t30.frames import FCF, Frame, pack_station_id
from faxcore.t30.limits import TRIES
from faxcore.t30.line import Note, Script, SendTraining, do
from faxcore.t30.modulation import keep_below
from faxcore.t30.selective import explain_hang_up, make_their_refusal, select_with_document
from faxcore.t30.send_state import SendState


def begin_document(terminal: Terminal, offer: Offer, pages: Sequence[PageInfo], sending: SendState) -> Script[None]:
    """Agree on the format of the pages that follow, then train (phase B after a DIS)."""
    _agree(terminal, offer, pages, sending)
    sending.rungs = offer.modulations(terminal)
    yield from train(terminal, pages, sending)


def _agree(terminal: Terminal, offer: Offer, pages: Sequence[PageInfo], sending: SendState) -> None:
    """Agree on how the next page is sent. CallFailed if the other terminal cannot print what is still to come."""
    sending.agreement = agree(terminal, offer, pages[sending.done])
    check_lengths(offer, pages, sending.done + 1)
    sending.offer = offer
    sending.selecting = select_with_document(terminal.selection, offer.bits)


def take_offer_again(terminal: Terminal, answer: Frame, pages: Sequence[PageInfo], sending: SendState) -> bool:
    """Agree anew if this answer is a DIS, or the DTC of a poller, that differs from the last; returns whether the next
    rung is another one because of it. The rungs on which the call has failed already are left out.
    """
    # A caller has nothing to do with the DTC of a machine that wants to poll it, as in `hear_offer`.
    if answer.fcf is not FCF.DIS and not (sending.is_polled and answer.fcf is FCF.DTC):
        return False
    offer = Offer.read(answer)
    if offer is None or offer == sending.offer:
        return False
    _agree(terminal, offer, pages, sending)
    before = sending.rungs[0]
    sending.rungs = keep_below(before, offer.modulations(terminal))
    return sending.rungs[0] is not before


def train(terminal: Terminal, pages: Sequence[PageInfo], sending: SendState) -> Script[None]:
    """Send DCS and training check until CFR (phase B, connector D); each FTT costs one rung.

    A DIS, or the DTC of a poller, in answer means that the DCS was not heard: it goes out again, three times in all, as
    that DIS wants it.
    """
    unheard, sending.phase = 0, "B"
    while True:
        assert sending.agreement is not None
        rung = sending.rungs[0]
        sending.agreement = sending.agreement.with_modulation(rung)
        dcs = Frame(FCF.DCS, sending.agreement.dcs().octets)
        tsi = (Frame(FCF.TSI, pack_station_id(terminal.station_id)),) if terminal.station_id else ()
        corrected = sending.agreement.error_correction
        yield from do(Note(state="training", rate=rung.rate, error_correction=corrected))
        try:
            answer = yield from ask(make_carrier(*sending.selecting, *tsi, dcs), SendTraining(rung))
        except CallFailed as failure:
            raise explain_hang_up(terminal.selection, failure) from failure
        match answer.fcf:
            case FCF.CFR:
                return
            case FCF.FTT:
                sending.step_down()
            case FCF.FNV:
                raise make_their_refusal(answer)
            case FCF.DIS | FCF.DTC if unheard < TRIES - 1:
                unheard += 1
                take_offer_again(terminal, answer, pages, sending)
            case other:
                raise CallFailed(
                    Outcome.PROTOCOL, "The other fax machine answered {answer} to the training.", answer=other.name
                )
