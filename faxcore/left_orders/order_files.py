# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of left orders, in the user's own state folder: one an order, named by its draft.

    ~/.local/state/facteur/orders/DRAFT.json      to be handed over
    ~/.local/state/facteur/refused/DRAFT.json     refused when it was handed over; to be told where the draft is opened
    ~/.local/state/facteur/DRAFT.damaged          a file of either that is none

The pages are with the service, and the draft stays there until the order has arrived. A file is synced before anybody
is told that the order is kept, and goes only when the service has answered. Whoever hands one over holds it, by a lock
that the kernel frees with the process.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Final

from faxcore.left_orders import state_files
from faxcore.left_orders.state_files import LeftOrder

ORDERS: Final = "orders"
REFUSED: Final = "refused"


def leave(left: LeftOrder) -> None:
    """Keep an order until it is handed over, in place of an earlier one for the same draft. OSError."""
    state_files.write(ORDERS, left)
    forget_refusal(left.draft)


def list_left() -> list[str]:
    """List the drafts whose orders are to be handed over, the oldest first."""
    return state_files.list_names(ORDERS)


def find_left(draft: str) -> LeftOrder | None:
    """Find the order that is to be handed over for a draft; None if there is none."""
    return state_files.read(ORDERS, draft)


def find_refused(draft: str) -> LeftOrder | None:
    """Find the order for a draft that was refused when it was handed over; None if there is none."""
    return state_files.read(REFUSED, draft)


def refuse(left: LeftOrder) -> None:
    """Keep why an order was refused, and hand it over no more. OSError."""
    state_files.write(REFUSED, left)
    state_files.remove(ORDERS, left.draft)


def forget_left(draft: str) -> None:
    """Hand an order over no more. OSError."""
    state_files.remove(ORDERS, draft)


def forget_refusal(draft: str) -> None:
    """Keep no more why an order was refused: it has been told. OSError."""
    state_files.remove(REFUSED, draft)


def held(draft: str) -> AbstractContextManager[LeftOrder | None]:
    """Hold the order for a draft, so that nobody else hands it over or takes it away; None if there is none, or if
    another process holds it.
    """
    return state_files.held(ORDERS, draft)
