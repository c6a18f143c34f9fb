# SPDX-License-Identifier: GPL-3.0-or-later
"""The people's programs that have registered for signals. A signal has a destination: no private word is broadcast."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from dbus_next.message import Message

from faxcore.announce.announcing import News
from faxcore.bus.way import Way
from faxcore.bus.wire import to_wire
from faxcore.contract.bus import OBJECT_PATH
from faxcore.contract.codec import encode
from faxcore.contract.methods import DESK, SIGNALS

_NAMES: Final = {signal.kind: signal.name for signal in SIGNALS}


class Programs:
    """Registered connections by the person whose they are."""

    def __init__(self) -> None:
        self._registered: dict[str, tuple[str, Way]] = {}

    def add(self, name: str, person: str, way: Way) -> None:
        """Tell this connection from now on what concerns this person, by this way."""
        self._registered[name] = person, way

    def forget(self, name: str) -> None:
        """Tell it nothing more: it has left."""
        self._registered.pop(name, None)

    def forget_way(self, way: Way) -> None:
        """Tell nothing more to any that were told by this way: it is closed."""
        self._registered = {name: those for name, those in self._registered.items() if those[1] is not way}

    def people(self) -> Collection[str]:
        """The people whose programs have registered."""
        return {person for person, _way in self._registered.values()}

    def tell(self, person: str, news: News) -> bool:
        """Send a signal to the programs of this person; True if there are any."""
        told = False
        for name, (owner, way) in list(self._registered.items()):
            if owner == person:
                message = Message.new_signal(OBJECT_PATH, DESK, _NAMES[type(news)], "a{sv}", [to_wire(encode(news))])
                message.destination = name
                told = way.send(message) or told
        return told
