# SPDX-License-Identifier: GPL-3.0-or-later
"""Being polled: the terminal that was called becomes the sender (T.30, 5.2; phase B of the called terminal, "send").

The caller's DTC takes the place of a DIS: it says what the caller can receive. Our bit X stays clear.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from faxcore.model.call import Outcome
from faxcore.t30 import bits
from faxcore.t30.bits import Bits
from faxcore.t30.call_failed import CallFailed
from faxcore.t30.capabilities import Offer, PageInfo, Terminal
from faxcore.t30.dialogue import TRIES
from faxcore.t30.frames import FCF, Frame, unpack_station_id
from faxcore.t30.line import Script
from faxcore.t30.receive_state import ReceiveState, next_command, respond
from faxcore.t30.selective import Selection, refused, wrong_fields
from faxcore.t30.send_state import SendState
from faxcore.t30.sender import send_pages


def send_to_caller(
    command: tuple[Frame, ...], terminal: Terminal, pages: Sequence[PageInfo], receiving: ReceiveState
) -> Script[None]:
    """Phases B to D from a DTC on: the document goes to whoever says the right password."""
    if not pages:
        raise CallFailed(Outcome.NO_DOCUMENT, "The caller asked for a document, and none is offered here.")
    command = yield from admit(terminal.selection, command, receiving)
    offer = Bits.received(command[-1].fif)
    if offer is None:
        raise CallFailed(Outcome.PROTOCOL, "The other fax machine sent a DTC that is too short.")
    for frame in command:
        if frame.fcf is FCF.CIG:
            receiving.remote_id = unpack_station_id(frame.fif)
    sending = receiving.polled = SendState(x=False, remote_id=receiving.remote_id)
    # What we want to hear from a caller is not what we say to one.
    # Whoever asks for a document can receive one, even where its DTC does not say so.
    caller = Offer(offer.also(bits.RECEIVE))
    yield from send_pages(replace(terminal, selection=Selection()), caller, pages, sending)


def admit(wanted: Selection, command: tuple[Frame, ...], receiving: ReceiveState) -> Script[tuple[Frame, ...]]:
    """The DTC that says what it has to say. CallFailed after three that do not, or after one from a terminal that does
    not know FNV.
    """
    tries = 1
    while fields := wrong_fields(wanted, command):
        if tries == TRIES:
            raise refused(fields)
        command = yield from refuse(fields, command[-1], FCF.DTC, receiving)
        tries += 1
    return command


def refuse(fields: int, asked: Frame, kind: FCF, receiving: ReceiveState) -> Script[tuple[Frame, ...]]:
    """FNV, and the DCS or DTC, whichever `kind` says, with which the other end tries again. CallFailed if it does not,
    or does not know FNV.
    """
    said = Bits.received(asked.fif)
    if said is None or not said[bits.FNV]:
        raise refused(fields)
    yield from respond(receiving, Frame(FCF.FNV, bytes((fields,))))
    try:
        while True:
            command = yield from next_command(receiving)
            if command[-1].fcf is kind:
                return command
    except CallFailed as failure:
        if failure.outcome not in (Outcome.REMOTE_DCN, Outcome.TIMEOUT):
            raise
        ended = refused(fields)
        ended.hung_up = failure.hung_up
        raise ended from failure
