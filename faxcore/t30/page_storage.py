# SPDX-License-Identifier: GPL-3.0-or-later
"""Save a received page, and keep its sender waiting meanwhile: a page is confirmed only when it is on disk.

A disk that is slow, or full for a moment, need not cost the page. With error correction there is flow control (T.30,
A.5.4.2): RNR says "not ready", the sender asks again with RR, and is answered when the page is on disk, at most T5
after the first RNR. Without error correction there is only silence: the sender repeats its command T4 later, three
times in all, and the first command that finds the page on disk is answered.
"""

from __future__ import annotations

from faxcore.model.call import Outcome
from faxcore.t30.call_failed import CallFailed
from faxcore.t30.capabilities import Agreement
from faxcore.t30.frames import FCF, Frame
from faxcore.t30.limits import T5
from faxcore.t30.line import KeepPage, Kept, Script, perform
from faxcore.t30.receive_state import ReceiveState, forget_response, next_command, respond


def keep_page(
    agreement: Agreement, coded: bytes | None, confirmed: bool, command: Frame, receiving: ReceiveState
) -> Script[Kept]:
    """Put the page in hand on disk before its `command` (post-message, PPS or EOR) is answered. CallFailed with STORAGE
    if it is not there when the sender stops asking, or when T5 is over.
    """
    number = receiving.next_page
    request = KeepPage(number, agreement.format, coded, confirmed)
    reply = yield from perform(request)
    deadline = reply.now + T5
    while not (isinstance(reply, Kept) and reply.stored):
        if reply.now >= deadline:
            raise _make_not_kept(number)
        yield from _say_not_ready(agreement, command, number, receiving)
        reply = yield from perform(request)
    receiving.kept = number
    return reply


def keep_partial_page(agreement: Agreement, coded: bytes | None, receiving: ReceiveState) -> Script[None]:
    """Save a partial page when the call fails. It is never confirmed. `coded` as in KeepPage."""
    number = receiving.next_page
    # The call has failed already, so the answer of the disk cannot change its outcome.
    reply = yield KeepPage(number, agreement.format, coded, confirmed=False)
    if isinstance(reply, Kept) and reply.stored and reply.rows:
        receiving.kept = number


def _say_not_ready(agreement: Agreement, command: Frame, number: int, receiving: ReceiveState) -> Script[None]:
    """Say that the page is not on disk yet, if that can be said (RNR), and wait until the sender asks again."""
    again = [FCF.RR, command.fcf]
    if agreement.error_correction:
        yield from respond(receiving, Frame(FCF.RNR))
    else:
        forget_response(receiving)
        again.append(FCF.CRP)
    try:
        while (yield from next_command(receiving))[-1].fcf not in again:
            continue
    except CallFailed as failure:
        if failure.outcome in (Outcome.TIMEOUT, Outcome.REMOTE_DCN):
            raise _make_not_kept(number, failure.hung_up) from failure
        raise


def _make_not_kept(number: int, hung_up: bool = False) -> CallFailed:
    failure = CallFailed(Outcome.STORAGE, "Page {page} could not be saved, so it was not confirmed.", page=number)
    failure.hung_up = hung_up
    return failure
