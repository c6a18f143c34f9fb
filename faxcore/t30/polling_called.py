# SPDX-License-Identifier: GPL-3.0-or-later
"""Polling, the called side: the terminal that was called sends (T.30, 5.2; phase B of the called terminal, "send").

The caller's DTC takes the place of a DIS: it says what the caller can receive.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from faxcore.model.call import Outcome
from faxcore.t30 import bits
from faxcore.t30.bits import Bits
from faxcore.t30.call_failed import CallFailed
from faxcore.t30.capabilities import Offer, OfferedDocument, PageInfo, Terminal
from faxcore.t30.frames import FCF, Frame, unpack_station_id
from faxcore.t30.limits import TRIES
from faxcore.t30.line import Script, take_document
from faxcore.t30.receive_state import ReceiveState, next_command, respond
from faxcore.t30.selective import Selection, find_document, find_wrong_fields, make_our_refusal
from faxcore.t30.send_state import SendState
from faxcore.t30.sender import send_pages


def send_to_caller(
    command: tuple[Frame, ...],
    terminal: Terminal,
    pages: Sequence[PageInfo],
    receiving: ReceiveState,
    offered: Sequence[OfferedDocument] = (),
) -> Script[None]:
    """Send the document after a DTC (phases B to D) to a caller that gives the right password: the one of the terminal,
    or the one of those that are offered which the caller asks for.
    """
    for frame in command:
        if frame.fcf is FCF.CIG:
            receiving.remote_id = unpack_station_id(frame.fif)
    if offered:
        command = yield from _choose(offered, command, receiving)
        pages = offered[receiving.document - 1].pages
        if not (yield from take_document(receiving.document)):
            receiving.document = 0
            raise CallFailed(
                Outcome.NO_DOCUMENT, "The caller asked for a document that another call is fetching, or has fetched."
            )
    elif pages:
        command = yield from admit(terminal.selection, command, receiving)
    else:
        raise CallFailed(Outcome.NO_DOCUMENT, "The caller asked for a document, but none is offered here.")
    caller = Offer.read(command[-1])
    if caller is None:
        raise CallFailed(Outcome.PROTOCOL, "The other fax machine sent a DTC that is too short.")
    sending = receiving.polled = SendState(is_polled=True, remote_id=receiving.remote_id)
    # The fields that a caller must send us are not fields that we send to it.
    yield from send_pages(replace(terminal, selection=Selection()), caller, pages, sending)


def _choose(
    offered: Sequence[OfferedDocument], command: tuple[Frame, ...], receiving: ReceiveState
) -> Script[tuple[Frame, ...]]:
    """Return the first DTC that asks for a document with the right password, and note which one. CallFailed as for one
    whose fields are wrong.
    """
    doors = [(each.document, each.password) for each in offered]
    tries = 1
    while True:
        receiving.document, wrong = find_document(doors, command)
        if not wrong:
            return command
        if tries == TRIES:
            raise make_our_refusal(wrong)
        command = yield from refuse_fields(wrong, command[-1], FCF.DTC, receiving)
        tries += 1


def admit(wanted: Selection, command: tuple[Frame, ...], receiving: ReceiveState) -> Script[tuple[Frame, ...]]:
    """Return the first DTC whose fields are right. CallFailed after three whose fields are wrong, or after one from a
    terminal that does not know FNV.
    """
    tries = 1
    while fields := find_wrong_fields(wanted, command):
        if tries == TRIES:
            raise make_our_refusal(fields)
        command = yield from refuse_fields(fields, command[-1], FCF.DTC, receiving)
        tries += 1
    return command


def refuse_fields(fields: int, asked: Frame, kind: FCF, receiving: ReceiveState) -> Script[tuple[Frame, ...]]:
    """Send FNV for the wrong fields of `asked`, and return the command of this `kind` (DCS or DTC) with which the other
    end tries again. CallFailed if it does not try again, or does not know FNV.
    """
    said = Bits.parse(asked.fif)
    if said is None or not said[bits.FNV]:
        raise make_our_refusal(fields)
    yield from respond(receiving, Frame(FCF.FNV, bytes((fields,))))
    try:
        while True:
            command = yield from next_command(receiving)
            if command[-1].fcf is kind:
                return command
    except CallFailed as failure:
        if failure.outcome not in (Outcome.REMOTE_DCN, Outcome.TIMEOUT):
            raise
        ended = make_our_refusal(fields)
        ended.hung_up = failure.hung_up
        raise ended from failure
