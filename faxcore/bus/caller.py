# SPDX-License-Identifier: GPL-3.0-or-later
"""The caller: the uid that the bus daemon reports for a unique name, and nothing that a message says of itself.

dbus-next hands no caller to a method handler. This service dispatches its messages itself (`faxcore.bus.gate`), so
the uid goes to each method as an argument, and no context variable is needed to smuggle it past the library.
"""

from __future__ import annotations

from dbus_next.message import Message

from faxcore.bus.wire import Bus, call_daemon, from_daemon


class Callers:
    """Uids by unique name, asked for once and forgotten when the name leaves the bus."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._uids: dict[str, int] = {}
        self._asking: dict[str, bool] = {}
        """Names whose uid is being asked for, and whether they have left meanwhile."""

    async def start(self) -> None:
        """Hear of names that leave."""
        rule = "type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged'"
        await call_daemon(self._bus, "AddMatch", "s", rule)

    async def uid(self, sender: str | None) -> int | None:
        """The caller's uid; None if the daemon does not say it, which must be taken for a refusal."""
        if not sender:
            return None
        known = self._uids.get(sender)
        if known is not None:
            return known
        self._asking[sender] = False
        try:
            answer = await call_daemon(self._bus, "GetConnectionUnixUser", "s", sender)
        except (EOFError, OSError):
            answer = None  # the bus has gone, and the caller with it
        left = self._asking.pop(sender, True)
        if answer is None or not isinstance(answer[0], int):
            return None
        if not left:
            self._uids[sender] = answer[0]
        return answer[0]

    def here(self, sender: str) -> bool:
        """Return whether this unique name, whose uid has been asked for, is still on the bus."""
        return sender in self._uids

    def hear(self, message: Message) -> str | None:
        """A message of the daemon; the unique name that has just left the bus, if it says so."""
        if not from_daemon(message, "NameOwnerChanged") or message.signature != "sss":
            return None
        name, _old, new = message.body
        if new or not name.startswith(":"):
            return None
        self._uids.pop(name, None)
        if name in self._asking:
            self._asking[name] = True
        return str(name)
