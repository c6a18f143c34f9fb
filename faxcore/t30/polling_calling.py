# SPDX-License-Identifier: GPL-3.0-or-later
"""Polling, the calling side: the caller fetches a document (T.30, 5.2, "command to send"; phase B of the calling
terminal that wishes to receive).

`poll` is a whole call. The other terminal's DIS says that it has a document; our DTC asks for it, and from its DCS on
everything is as in an incoming call.
"""

from __future__ import annotations

from faxcore.model.call import Outcome
from faxcore.t30.call_failed import CallFailed
from faxcore.t30.capabilities import Terminal, our_dtc
from faxcore.t30.dialogue import hear_answer
from faxcore.t30.frames import FCF, Frame, pack_station_id
from faxcore.t30.identification import hear_offer
from faxcore.t30.limits import T1, TRIES
from faxcore.t30.line import Dial, Note, Script, SendFrames, do, play_as_caller
from faxcore.t30.receive_state import ReceiveState, send_repeatable
from faxcore.t30.receiver import conclude, receive_documents
from faxcore.t30.selective import Selection, explain_hang_up, make_their_refusal, select_with_polling


def poll(terminal: Terminal, number: str) -> Script[ReceiveState]:
    """Play a whole outgoing call that fetches a document: dial, ask, receive, hang up. Never raises CallFailed."""
    receiving = ReceiveState()
    yield from play_as_caller(conclude(receiving, _poll(terminal, number, receiving)))
    return receiving


def _poll(terminal: Terminal, number: str, receiving: ReceiveState) -> Script[None]:
    answered = yield from do(Dial(number))
    receiving.answered_at = receiving.begun_at = answered
    receiving.phase = "B"
    receiving.remote_id, offer = yield from hear_offer(answered + T1)
    if not offer.has_document:
        raise CallFailed(Outcome.NO_DOCUMENT, "The other fax machine has no document to fetch.")
    selecting = select_with_polling(terminal.selection, offer.bits)
    cig = (Frame(FCF.CIG, pack_station_id(terminal.station_id)),) if terminal.station_id else ()
    ours = our_dtc(terminal, selecting)
    command = SendFrames((*selecting, *cig, Frame(FCF.DTC, ours.octets)))
    yield from receive_documents(
        # The password of a document that we fetch is checked by the other end, not by us.
        Selection(),
        ours,
        lambda: ask_for_document(command, terminal.selection, receiving),
        receiving,
    )


def ask_for_document(ours: SendFrames, selection: Selection, receiving: ReceiveState) -> Script[tuple[Frame, ...]]:
    """Send DTC, three times in all, until a DCS comes. A DIS means that the DTC was not heard."""
    yield from do(Note(state="negotiating", remote_id=receiving.remote_id))
    for _ in range(TRIES):
        yield from send_repeatable(receiving, ours)
        heard = yield from hear_answer(FCF.DTC)
        match heard.frames:
            case [*_, Frame(FCF.DCS)]:
                return heard.frames
            case [*_, Frame(FCF.FNV) as fnv]:
                raise make_their_refusal(fnv)
            case [*_, Frame(FCF.DCN)]:
                ended = CallFailed(Outcome.REMOTE_DCN, "The other fax machine ended the call instead of sending.")
                raise explain_hang_up(selection, ended)
    raise CallFailed(Outcome.TIMEOUT, "The other fax machine did not send the document that it offers.")
