# SPDX-License-Identifier: GPL-3.0-or-later
"""The people's programs that have registered for signals. A signal has a destination: no private word is broadcast."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, Protocol

from dbus_next.message import Message

from faxcore.announce.announcing import News
from faxcore.bus.wire import to_wire
from faxcore.contract.bus import OBJECT_PATH
from faxcore.contract.codec import encode
from faxcore.contract.methods import DESK, SIGNALS

_NAMES: Final = {signal.kind: signal.name for signal in SIGNALS}


class Sender(Protocol):
    """Sends messages to programs: one for all of them, or one of each."""

    def send(self, message: Message) -> bool:
        """Send a message; False if it cannot be sent any more."""


class Programs:
    """Registered connections by the person whose they are."""

    def __init__(self) -> None:
        self._registered: dict[str, tuple[str, Sender]] = {}

    def add(self, name: str, person: str, sender: Sender) -> None:
        """Tell this connection from now on what concerns this person, by this sender."""
        self._registered[name] = person, sender

    def forget(self, name: str) -> None:
        """Tell it nothing more: it has left."""
        self._registered.pop(name, None)

    def forget_way(self, sender: Sender) -> None:
        """Tell nothing more to any that were told by this sender: it is gone."""
        self._registered = {name: those for name, those in self._registered.items() if those[1] is not sender}

    def people(self) -> Collection[str]:
        """The people whose programs have registered."""
        return {person for person, _sender in self._registered.values()}

    def tell(self, person: str, news: News) -> bool:
        """Send a signal to the programs of this person; True if there are any."""
        told = False
        for name, (owner, sender) in list(self._registered.items()):
            if owner == person:
                message = Message.new_signal(OBJECT_PATH, DESK, _NAMES[type(news)], "a{sv}", [to_wire(encode(news))])
                message.destination = name
                told = sender.send(message) or told
        return told
