# SPDX-License-Identifier: GPL-3.0-or-later
"""A page on its way to the disk, and what its sender hears meanwhile: it is confirmed only when it is there.

A disk that is slow, or full for the moment, need not cost the page. With error correction there is flow control (T.30,
A.5.4.2): RNR says "not ready", the sender asks again with RR, and the answer comes when there is one, at most T5 after
the first RNR. Without it there is only silence: the sender repeats its command T4 later, three times in all, and the
answer goes to the one that finds the page on disk.
"""

from __future__ import annotations

from faxcore.model.call import Outcome
from faxcore.t30.call_failed import CallFailed
from faxcore.t30.dialogue import T5
from faxcore.t30.frames import FCF, Frame
from faxcore.t30.line import KeepPage, Kept, Script, perform
from faxcore.t30.receive_state import ReceiveState, next_command, respond


def keep_page(receiving: ReceiveState, coded: bytes | None, confirmed: bool, command: Frame) -> Script[Kept]:
    """Put the page in hand on disk before its `command` (post-message, PPS or EOR) is answered. CallFailed with STORAGE
    where it is not there when the sender's patience, or T5, is over.
    """
    assert receiving.agreement is not None
    number = receiving.next_page
    request = KeepPage(number, receiving.agreement.format, coded, confirmed)
    reply = yield from perform(request)
    deadline = reply.now + T5
    while not (isinstance(reply, Kept) and reply.stored):
        if reply.now >= deadline:
            raise _not_kept(number)
        yield from _not_ready(receiving, command, number)
        reply = yield from perform(request)
    receiving.kept = number
    return reply


def keep_cut_off(receiving: ReceiveState, coded: bytes | None) -> Script[None]:
    """What has come of a page of which nothing more will come, because the call fails: kept as what it is, and promised
    to nobody. `coded` as in KeepPage.
    """
    assert receiving.agreement is not None
    number = receiving.next_page
    # Whatever the disk answers, the call has failed already.
    reply = yield KeepPage(number, receiving.agreement.format, coded, confirmed=False)
    if isinstance(reply, Kept) and reply.stored and reply.rows:
        receiving.kept = number


def _not_ready(receiving: ReceiveState, command: Frame, number: int) -> Script[None]:
    """The page is not on disk yet: say so where that can be said, and hear the sender ask again."""
    assert receiving.agreement is not None
    again = [FCF.RR, command.fcf]
    if receiving.agreement.error_correction:
        yield from respond(receiving, Frame(FCF.RNR))
    else:
        # What was said last belongs to something else: no CRP must bring it back.
        receiving.response, receiving.answered_command = None, ""
        again.append(FCF.CRP)
    try:
        while (yield from next_command(receiving))[-1].fcf not in again:
            continue
    except CallFailed as failure:
        if failure.outcome in (Outcome.TIMEOUT, Outcome.REMOTE_DCN):
            raise _not_kept(number, failure.hung_up) from failure
        raise


def _not_kept(number: int, hung_up: bool = False) -> CallFailed:
    failure = CallFailed(Outcome.STORAGE, "Page {page} could not be put on disk, so it was not confirmed.", page=number)
    failure.hung_up = hung_up
    return failure
