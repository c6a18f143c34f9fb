# SPDX-License-Identifier: GPL-3.0-or-later
"""The desktop's notification service (org.freedesktop.Notifications, version 1.2) on the user's session bus.

    async with session.connect() as notifications:
        notifications.on_action = chosen              # a plain function: the popup, the key of the action
        can = await notifications.capabilities()
        popup = await notifications.notify("Fax received", "...", actions={"default": "Open"}, seconds=None)

A popup is named by the connection that showed it and by its number there, because another notification service that
comes later counts from one again. Signals are believed only from that connection.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final

from dbus_next.constants import MessageType
from dbus_next.errors import AuthError, InvalidAddressError
from dbus_next.message import Message
from dbus_next.signature import Variant

from faxcore.bus.wire import Bus, call_daemon, open_bus, wire_text

NAME: Final = "org.freedesktop.Notifications"
PATH: Final = "/org/freedesktop/Notifications"
CALL_SECONDS: Final = 5.0
"""A notification service may have to be started first; but a popup that comes later than this is none."""

Popup = tuple[str, int]


class NoNotifications(Exception):
    """There is no session bus, or nobody on it who shows popups."""


class Notifications:
    """One connection to the session bus, for popups."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self.shower = ""
        """The connection that has answered last: it is the one that shows popups now."""
        self.on_action: Callable[[Popup, str], None] | None = None
        self.on_closed: Callable[[Popup], None] | None = None
        bus.add_message_handler(self._heard)

    async def capabilities(self) -> frozenset[str]:
        """List the abilities of the service: "actions", "body", "body-markup" ... NoNotifications without one."""
        return frozenset((await self._call("GetCapabilities", "")).body[0])

    async def notify(
        self,
        summary: str,
        body: str,
        *,
        actions: Mapping[str, str],
        icon: str = "",
        urgent: bool = False,
        seconds: float | None = None,
        hints: Mapping[str, str] | None = None,
        image: Sequence[object] = (),
        replaced: Popup | None = None,
    ) -> Popup:
        """Show a popup for so many seconds, or until somebody closes it; in the place of another one, if who shows them
        has shown that. `body` is markup if the service says so; `image` are the values of the hint `image-data`.
        """
        keys = [wire_text(part) for action in actions.items() for part in action]
        said = {name: Variant("s", wire_text(value)) for name, value in (hints or {}).items()}
        said["urgency"] = Variant("y", 2 if urgent else 1)
        if image:
            said["image-data"] = Variant("(iiibiiay)", list(image))
        expiry = 0 if seconds is None else round(seconds * 1000)
        number = replaced[1] if replaced is not None and replaced[0] == self.shower else 0
        values = ["Facteur", number, icon, wire_text(summary), wire_text(body), keys, said, expiry]
        reply = await self._call("Notify", "susssasa{sv}i", *values)
        return str(reply.sender), int(reply.body[0])

    async def close(self, popup: Popup) -> None:
        """Take a popup from the screen; nothing happens if it has gone already. NoNotifications without a service."""
        if popup[0] == self.shower:
            await self._call("CloseNotification", "u", popup[1])

    async def closed(self) -> None:
        """Return when the session bus has gone."""
        await self._bus.gone()

    async def _call(self, member: str, signature: str, *body: object) -> Message:
        message = Message(
            destination=NAME, path=PATH, interface=NAME, member=member, signature=signature, body=list(body)
        )
        try:
            # Not wait_for: that of Python 3.11 forgets a cancellation that comes together with the answer.
            async with asyncio.timeout(CALL_SECONDS):
                reply = await self._bus.call(message)
        except (TimeoutError, EOFError, OSError) as error:
            raise NoNotifications(str(error) or "no answer in time") from error
        wanted = {"GetCapabilities": "as", "Notify": "u", "CloseNotification": ""}[member]
        if member == "CloseNotification" and reply is not None and reply.message_type is MessageType.ERROR:
            return reply  # it has gone by itself
        if reply is None or reply.message_type is not MessageType.METHOD_RETURN or reply.signature != wanted:
            raise NoNotifications(str(reply.error_name) if reply is not None else "the connection was closed")
        self.shower = str(reply.sender)
        return reply

    def _heard(self, message: Message) -> None:
        if message.message_type is not MessageType.SIGNAL or message.interface != NAME:
            return
        body: list[Any] = message.body
        match message.member, message.signature:
            case "ActionInvoked", "us" if self.on_action is not None:
                self.on_action((str(message.sender), body[0]), body[1])
            case "NotificationClosed", "uu" if self.on_closed is not None:
                self.on_closed((str(message.sender), body[0]))


@asynccontextmanager
async def connect(address: str | None = None) -> AsyncIterator[Notifications]:
    """The notifications of the session bus at this address, or of the environment's. NoNotifications without a bus."""
    where = address or _address()
    if not where:
        raise NoNotifications("there is no session bus")
    try:
        bus = await open_bus(where)
    except (OSError, EOFError, AuthError, InvalidAddressError) as error:
        raise NoNotifications(str(error)) from error
    try:
        await call_daemon(bus, "AddMatch", "s", f"type='signal',interface='{NAME}',path='{PATH}'")
        yield Notifications(bus)
    finally:
        await bus.close()


def _address() -> str:
    named = os.environ.get("DBUS_SESSION_BUS_ADDRESS", "")
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    if not named and runtime and os.path.exists(f"{runtime}/bus"):
        return f"unix:path={runtime}/bus"
    return named
