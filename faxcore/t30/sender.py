# SPDX-License-Identifier: GPL-3.0-or-later
"""The transmitting terminal that has dialled: phases A to E of T.30, page by page.

`transmit` is a whole call. What it has achieved stands in a `Sending` however it ends: pages are confirmed only by
an answer that says so, and when the answer to the very last page has been lost, the outcome is UNCONFIRMED, neither
success nor failure.
"""

from __future__ import annotations

from collections.abc import Sequence

from faxcore.call import Outcome
from faxcore.t30.bits import Bits
from faxcore.t30.capabilities import Offer, PageInfo, Terminal, agree
from faxcore.t30.dialogue import T1, TRIES, ask, disconnect
from faxcore.t30.ecm_sender import send_corrected_page
from faxcore.t30.failure import CallFailed
from faxcore.t30.frames import FCF, Frame, pack_station_id, unpack_station_id
from faxcore.t30.line import Coded, CodePage, Dial, Note, Script, SendPage, SendTraining, do, expect, listen
from faxcore.t30.sending import BEGUN_AGAIN, NOT_HEARD, Sending, confirm

RESENDS = 2
"""Times that a page which the other end refused or has not heard is sent again."""


def transmit(terminal: Terminal, pages: Sequence[PageInfo], number: str, first_page: int = 1) -> Script[Sending]:
    """One call out: dial, send the pages from `first_page` (1 = first) to the last, hang up. Never raises
    CallFailed.
    """
    sending = Sending(confirmed=first_page - 1)
    try:
        answered = yield from do(Dial(number))
        sending.answered_at = answered
        yield from send_document(terminal, pages, sending, answered + T1)
    except CallFailed as failure:
        sending.outcome, sending.reason = failure.outcome, failure.reason
        connected = sending.answered_at is not None
        yield from disconnect(connected and failure.outcome not in (Outcome.LINE_LOST, Outcome.REMOTE_DCN), sending.x)
    else:
        yield from disconnect(True, sending.x)
    return sending


def send_document(terminal: Terminal, pages: Sequence[PageInfo], sending: Sending, deadline: float) -> Script[None]:
    """Phases B to D: pages of one geometry follow each other by MPS; where it changes, EOM leads back to phase B."""
    offer = yield from identify(sending, deadline)
    yield from _begin(terminal, offer, pages[sending.confirmed], sending)
    resends = 0
    while True:
        number = sending.confirmed + 1
        command = _command_after(number, pages)
        answer = yield from _send_page(number, command, sending)
        accepted = answer.fcf in (FCF.MCF, FCF.RTP, FCF.PIP)
        if accepted:
            sending.confirmed, resends = number, 0
            yield from do(Note(page=number, confirmed=True))
        elif resends == RESENDS or answer.fcf not in NOT_HEARD:
            raise _refusal(number, answer)
        else:
            resends += 1
        if accepted and command is FCF.EOP:
            return
        if accepted and command is FCF.EOM:
            now = yield from do(Note(state="negotiating"))
            offer = yield from identify(sending, now + T1)
            yield from _begin(terminal, offer, pages[number], sending)
        elif answer.fcf is FCF.RTP or answer.fcf in NOT_HEARD:
            # RTP has confirmed the page: where there is no lower rung, the next ones go out at this one.
            if answer.fcf is not FCF.RTP or len(sending.rungs) > 1:
                sending.step_down()
            yield from train(terminal, sending)


def _command_after(number: int, pages: Sequence[PageInfo]) -> FCF:
    """The post-message command behind page `number`: EOP, MPS, or EOM where the next page is of another geometry."""
    if number == len(pages):
        return FCF.EOP
    here, there = pages[number - 1], pages[number]
    same = (here.width, here.resolution) == (there.width, there.resolution)
    return FCF.MPS if same else FCF.EOM


def _begin(terminal: Terminal, offer: Offer, page: PageInfo, sending: Sending) -> Script[None]:
    """Phase B from a DIS on: agree on the format of the pages that follow, then train."""
    sending.agreement = agree(terminal, offer, page)
    sending.rungs = offer.modulations(terminal)
    yield from train(terminal, sending)


def identify(sending: Sending, deadline: float) -> Script[Offer]:
    """Phase B, calling: the DIS of the station that answered, within T1. Anything else is not for us, and ignored."""
    now = yield from do(Note(state="answered"))
    while now < deadline:
        heard = yield from listen(deadline - now)
        now = heard.now
        for frame in heard.frames:
            match frame:
                case Frame(FCF.CSI, fif):
                    sending.remote_id = unpack_station_id(fif)
                case Frame(FCF.DCN):
                    raise CallFailed(Outcome.REMOTE_DCN, "The other fax machine ended the call at once.")
                case Frame(FCF.DIS, fif) if (dis := Bits.received(fif)) is not None:
                    yield from do(Note(state="negotiating", remote_id=sending.remote_id))
                    return Offer(dis)
    raise CallFailed(Outcome.NO_FAX, "Somebody answered, but no fax machine did.")


def train(terminal: Terminal, sending: Sending) -> Script[None]:
    """Phase B, connector D: DCS and training check until CFR; each FTT costs one rung.

    A DIS in answer means that the DCS was not heard: the same again, three times in all.
    """
    unheard = 0
    while True:
        assert sending.agreement is not None
        rung = sending.rungs[0]
        sending.agreement = sending.agreement.at(rung)
        dcs = Frame(FCF.DCS, sending.agreement.dcs().octets)
        tsi = (Frame(FCF.TSI, pack_station_id(terminal.station_id)),) if terminal.station_id else ()
        yield from do(Note(state="training", rate=rung.rate))
        answer = yield from ask(sending.x, sending.frames(*tsi, dcs), SendTraining(rung))
        match answer.fcf:
            case FCF.CFR:
                return
            case FCF.FTT:
                sending.step_down()
            case FCF.DIS | FCF.DTC if unheard < TRIES - 1:
                unheard += 1
            case other:
                raise CallFailed(
                    Outcome.PROTOCOL, "The other fax machine answered {answer} to the training.", answer=other.name
                )


def _send_page(number: int, command: FCF, sending: Sending) -> Script[Frame]:
    """Phases C and D of one page; returns the answer to its post-message command."""
    assert sending.agreement is not None
    agreement = sending.agreement
    sending.page = number
    coded = yield from expect(CodePage(number, agreement.format, agreement.min_row_bits), Coded)
    yield from do(Note(state="page", page=number, rate=agreement.modulation.rate))
    if agreement.error_correction:
        counter = sending.transmissions % 256
        answer = yield from send_corrected_page(coded.data, command, counter, sending)
        if answer.fcf not in BEGUN_AGAIN:  # after which the other end still waits for this number
            sending.transmissions += 1
        return answer
    modulation = agreement.modulation
    yield from do(SendPage(modulation, coded.data, short=modulation.short_training))
    return (yield from confirm(Frame(command), sending))


def _refusal(number: int, answer: Frame) -> CallFailed:
    if answer.fcf in (FCF.RTN, FCF.PIN):
        return CallFailed(Outcome.REJECTED, "The other fax machine could not read page {page}.", page=number)
    return CallFailed(
        Outcome.PROTOCOL, "The other fax machine answered {answer} after page {page}.", answer=answer.name, page=number
    )
