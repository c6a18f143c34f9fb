# SPDX-License-Identifier: GPL-3.0-or-later
"""Left orders are handed over, each once, as soon as the service is back; what it refuses is told to their person.

The answer may be lost, and two programs may see the service come back at the same moment. Neither sends a fax twice: an
order is held while it is handed over, and the same draft is the same fax however often it is handed over.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from faxcore.bus.client import BusError, Client, ServiceUnavailable
from faxcore.contract.bus import ErrorCode
from faxcore.left_orders.order_files import forget_left, held, list_left, refuse
from faxcore.left_orders.state_files import LeftOrder

Refused = Callable[[LeftOrder], None]
"""Hears of an order that the service has refused, with the reason."""


async def hand_over_all(desk: Client, refused: Refused) -> None:
    """Hand over every order that was left. ServiceUnavailable if the service goes away again; then those that it has
    not answered stay. OSError if a file cannot be changed.
    """
    for draft in list_left():
        await hand_over(desk, draft, refused)


async def hand_over(desk: Client, draft: str, refused: Refused) -> str:
    """Hand over the order that was left for a draft; the id of the fax or the broadcast, or nothing if it is none now.
    The order stays if the database of the service is away.
    """
    with held(draft) as left:
        if left is None:
            return ""
        try:
            fax = await _submit(desk, left)
        except ServiceUnavailable:
            raise
        except BusError as error:
            if error.code is ErrorCode.AWAY:
                return ""
            told = replace(left, refusal=error.sentence)
            # The draft keeps what was typed; there may be none any more.
            with suppress(BusError):
                await desk.save_draft(draft, left.kept)
            refuse(told)
            refused(told)
            return ""
        forget_left(draft)
        return fax


async def _submit(desk: Client, left: LeftOrder) -> str:
    order, recipients = left.kept.order, left.kept.recipients
    if recipients:
        return (await desk.submit_draft_to_many(left.draft, list(recipients), order)).id
    return await desk.submit_draft(left.draft, order)
