# SPDX-License-Identifier: GPL-3.0-or-later
"""Hands over the orders that were left, and what was typed, while the service was away: python -P -m notifier.hand_over

It is for sessions without a tray, which does the same: systemd starts it for a user as long as there is such a file. It
waits for the service, hands over what there is, tells by a popup what was refused, and ends.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from contextlib import suppress
from dataclasses import replace
from typing import Final

from faxcore.bus.client import Client, ServiceUnavailable, connect
from faxcore.left_orders.order_delivery import hand_over_all
from faxcore.left_orders.order_files import list_left
from faxcore.left_orders.typed_orders import hand_over_typed, list_typed
from notifier import notifications
from notifier.announcements import Announcement, conceal
from notifier.notifications import NoNotifications
from notifier.popup_settings import PopupSettings
from notifier.popups import show_popup
from notifier.waiting_words import of_left_refused, of_typed_refused

log = logging.getLogger(__name__)

AGAIN_SECONDS: Final = 15.0
"""Seconds after which is tried again what no signal tells of: a bus or a database that has come back."""


def main() -> int:
    """Work until no order is left; 0 then."""
    logging.basicConfig(level="WARNING", format="facteur-hand-over: %(levelname)s: %(message)s")
    asyncio.run(hand_over_left())
    return 0


async def hand_over_left(address: str | None = None, session_bus: str | None = None) -> None:
    """Hand over every order that was left and all that was typed, and tell of what was refused; back when there is
    nothing any more.
    """
    while list_left() or list_typed():
        refused: list[Announcement] = []
        with suppress(ServiceUnavailable):
            async with connect(address) as desk:
                await _hand_over_here(desk, refused)
        for notice in refused:
            await _tell(notice, session_bus)
        if list_left() or list_typed():
            await asyncio.sleep(AGAIN_SECONDS)


async def _hand_over_here(desk: Client, refused: list[Announcement]) -> None:
    """Wait for the service, and hand over what there is; `refused` gets the popups of what it refuses.
    ServiceUnavailable if it goes, or the bus.
    """
    changed = asyncio.Event()
    desk.on_service_changed = lambda _present: changed.set()
    closed = asyncio.ensure_future(desk.closed())
    try:
        while not desk.present and not closed.done():
            change = asyncio.ensure_future(changed.wait())
            await asyncio.wait((closed, change), return_when=asyncio.FIRST_COMPLETED)
            change.cancel()
            changed.clear()
        if desk.present:
            await hand_over_all(desk, lambda left: refused.append(of_left_refused(left)))
            await hand_over_typed(desk, lambda *typed: refused.append(of_typed_refused(*typed)))
    finally:
        closed.cancel()


async def _tell(notice: Announcement, session_bus: str | None) -> None:
    """Say on the desktop what was refused; the dialog says it as well, when the document is opened."""
    # Nobody is here any more when its button is pressed.
    notice = replace(notice, actions=())
    if PopupSettings().private:
        notice = conceal(notice)
    try:
        async with notifications.connect(session_bus) as shower:
            await show_popup(shower, notice)
    except NoNotifications as error:
        log.warning("a refusal is told by the dialog only: %s", error)


if __name__ == "__main__":
    sys.exit(main())
