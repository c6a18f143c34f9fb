# SPDX-License-Identifier: GPL-3.0-or-later
"""Orders as far as they were typed while the service was away: on the person's own disk, until the service keeps them.

    ~/.local/state/facteur/typed/NAME.json       for the draft of this name, or, with this key, for a new one
    ~/.local/state/facteur/NAME.refused          what the service would not keep

Nothing of it is sent: it becomes a draft, or what is kept of one. The dialog holds its own file as long as it is open;
whoever sees the service come back hands over those of dialogs that were closed or killed. Repeating that is harmless:
one key is one draft.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import Final

from faxcore.bus.client import BusError, Client, ServiceUnavailable
from faxcore.contract.bus import ErrorCode
from faxcore.contract.order import Order
from faxcore.contract.printed import KeptOrder
from faxcore.left_orders import state_files
from faxcore.left_orders.state_files import LeftOrder
from faxcore.model.recipient import RECIPIENT_NAMES

log = logging.getLogger(__name__)

TYPED: Final = "typed"

_OF_A_RECIPIENT: Final = ("number", *RECIPIENT_NAMES, "sub_address")
"""Fields of an order that are nobody else's: of another recipient all of them are empty."""

RefusedTyping = Callable[[LeftOrder, Path], None]
"""Hears of what the service would not keep, with the reason, and where it lies now."""


class TypedFile:
    """The file of one dialog, which holds it while it is there."""

    def __init__(self, name: str, blind: bool = False) -> None:
        """`name` is that of the draft, or the key of one that is not there yet; `blind` if nobody sees what the service
        keeps of it.
        """
        self._name = name
        self.blind = blind
        self._held: int | None = None

    @property
    def is_there(self) -> bool:
        """True if something was written that nobody has handed over."""
        return self._held is not None

    def write(self, kept: KeptOrder) -> None:
        """Keep this in place of what was kept before. OSError."""
        held = state_files.write_held(TYPED, LeftOrder(self._name, kept, blind=self.blind))
        self.let_go()
        self._held = held

    def forget(self) -> None:
        """Keep it no more: the service has it. OSError."""
        if self._held is not None:
            state_files.remove(TYPED, self._name)
            self.let_go()

    def let_go(self) -> None:
        """Let others hand it over."""
        if self._held is not None:
            os.close(self._held)
            self._held = None


def list_typed() -> list[str]:
    """List the names of what is to be handed over."""
    return state_files.list_names(TYPED)


def find_typed(draft: str) -> LeftOrder | None:
    """Find what was typed for a draft and the service does not have yet; None if there is nothing."""
    return state_files.read(TYPED, draft)


def fill_up(typed: KeptOrder, before: KeptOrder) -> KeptOrder:
    """Give what was typed, and what was kept before where nothing was typed."""
    empty = Order()
    names = [each.name for each in fields(Order) if getattr(typed.order, each.name) == getattr(empty, each.name)]
    if typed.recipients or typed.order.number:
        names = [name for name in names if name not in _OF_A_RECIPIENT]
    order = replace(typed.order, **{name: getattr(before.order, name) for name in names})
    to_nobody = not typed.recipients and not typed.order.number
    return KeptOrder(order, before.recipients if to_nobody else typed.recipients)


async def hand_over_typed(desk: Client, refused: RefusedTyping, *names: str) -> bool:
    """Hand over what was typed for these, or all of it; True if the service keeps something more now. What another
    process holds stays. ServiceUnavailable if the service goes away again; OSError if a file cannot be removed.
    """
    handed = False
    for name in names or list_typed():
        with state_files.held(TYPED, name) as typed:
            if typed is not None and await _hand_over(desk, typed, refused):
                handed = True
    return handed


async def _hand_over(desk: Client, typed: LeftOrder, refused: RefusedTyping) -> bool:
    name, kept = typed.draft, typed.kept
    try:
        if kept.order.key == name:
            await desk.begin_empty_draft(kept)
        else:
            if typed.blind:
                kept = fill_up(kept, await _find_kept(desk, name))
            await desk.save_draft(name, replace(kept, order=replace(kept.order, key="")))
    except ServiceUnavailable:
        raise
    except BusError as error:
        if error.code is ErrorCode.AWAY:
            return False
        if error.code is not ErrorCode.UNKNOWN:  # else it was sent or discarded meanwhile
            log.error("what was typed cannot be kept by the service, and is put aside: %s", error)
            refused(replace(typed, refusal=error.sentence), state_files.put_aside(TYPED, name, "refused"))
            return False
    state_files.remove(TYPED, name)
    return True


async def _find_kept(desk: Client, draft: str) -> KeptOrder:
    """Find what the service keeps of a draft; nothing if there is none."""
    return next((each.kept for each in await desk.list_drafts() if each.id == draft), KeptOrder())
