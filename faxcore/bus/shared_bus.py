# SPDX-License-Identifier: GPL-3.0-or-later
"""The way to the gate over the system's bus: the service's name there, and the bus daemon's word for who calls."""

from __future__ import annotations

from typing import Final

from dbus_next.constants import MessageType, NameFlag
from dbus_next.message import Message

from faxcore.bus.caller import Callers
from faxcore.bus.gate import Gate, NameTaken, is_of_the_contract
from faxcore.bus.reading import MOST_BODY
from faxcore.bus.wire import DAEMON, Bus, call_daemon, open_bus
from faxcore.contract.bus import BUS_NAME

_OWNER: Final = 1  # RequestName's answer: primary owner


class SharedBus:
    """The service on a bus that it shares with every other program."""

    def __init__(self, bus: Bus, gate: Gate) -> None:
        self._bus = bus
        self._gate = gate
        self._callers = Callers(bus)
        bus.add_message_handler(self._heard)

    async def start(self) -> None:
        """Take the name: from now on clients find us. NameTaken if another service has it."""
        await self._callers.start()
        answer = await call_daemon(self._bus, "RequestName", "su", BUS_NAME, NameFlag.DO_NOT_QUEUE.value)
        if answer is None:
            raise NameTaken(f"the bus does not let this user be {BUS_NAME}: its policy is not installed")
        if answer[0] != _OWNER:
            raise NameTaken(f"{BUS_NAME} is running already")

    async def stop(self) -> None:
        """Give the name up."""
        if self._bus.connected:
            await call_daemon(self._bus, "ReleaseName", "s", BUS_NAME)

    async def uid(self, sender: str | None) -> int | None:
        """Find a caller's uid; None if the daemon does not say it, which must be taken for a refusal."""
        return await self._callers.uid(sender)

    def is_here(self, sender: str) -> bool:
        """Return whether this unique name is still on the bus."""
        return self._callers.here(sender)

    def send(self, message: Message) -> bool:
        """Send an answer or a signal; False if the bus has gone."""
        if not self._bus.connected:
            return False
        self._bus.send(message)
        return True

    def _heard(self, message: Message) -> bool:
        left = self._callers.hear(message)
        if left is not None:
            self._gate.forget(left)
        if message.message_type is not MessageType.METHOD_CALL:
            return False
        self._gate.take(message, self)
        return True


async def join(address: str | None, gate: Gate) -> tuple[Bus, SharedBus]:
    """Join the bus at this address (or DBUS_SYSTEM_BUS_ADDRESS), not yet under our name."""
    bus = await open_bus(address, is_worth_reading, MOST_BODY)
    return bus, SharedBus(bus, gate)


def is_worth_reading(message: Message) -> bool:
    """Tell by its header whether a message's arguments are worth unpacking; the bus's own always are."""
    if message.message_type is not MessageType.METHOD_CALL:
        return bool(message.sender == DAEMON)
    return is_of_the_contract(message)
