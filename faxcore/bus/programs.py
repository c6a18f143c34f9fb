# SPDX-License-Identifier: GPL-3.0-or-later
"""The people's programs that have registered for signals. A signal has a destination: no private word is broadcast."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from dbus_next.message import Message

from faxcore.announce.announcing import News
from faxcore.bus.wire import Bus, to_wire
from faxcore.contract.bus import OBJECT_PATH
from faxcore.contract.codec import encode
from faxcore.contract.methods import DESK, SIGNALS

_NAMES: Final = {signal.kind: signal.name for signal in SIGNALS}


class Programs:
    """Registered connections by the person whose they are."""

    def __init__(self) -> None:
        self._people: dict[str, str] = {}
        self.bus: Bus | None = None

    def add(self, name: str, person: str) -> None:
        """Tell this connection from now on what concerns this person."""
        self._people[name] = person

    def forget(self, name: str) -> None:
        """Tell it nothing more: it has left the bus."""
        self._people.pop(name, None)

    def people(self) -> Collection[str]:
        """The people whose programs have registered."""
        return set(self._people.values())

    def tell(self, person: str, news: News) -> bool:
        """Send a signal to the programs of this person; True if there are any."""
        if self.bus is None or not self.bus.connected:
            return False
        names = [name for name, owner in self._people.items() if owner == person]
        for name in names:
            message = Message.new_signal(OBJECT_PATH, DESK, _NAMES[type(news)], "a{sv}", [to_wire(encode(news))])
            message.destination = name
            self.bus.send(message)
        return bool(names)
