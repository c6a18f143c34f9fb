# SPDX-License-Identifier: GPL-3.0-or-later
"""One client's connection to the service's own socket: D-Bus from end to end, with no daemon between.

The daemon of a bus keeps one queue for the service, first come first served, up to 127 MB of each program: whoever
fills it makes everybody wait. A connection here belongs to one user, whom the kernel names, and is read only as fast
as its user's share allows:

- All connections of a user together are read and answered for a part of the time only, once they have used up what one
  may ask for at once (`share`).
- A connection with many calls that are not answered yet, or many answers that the client has not read, is not read.
- Whoever sends what no honest client does - a body longer than any order, more descriptors than a call has - is hung
  up on, and so is a client that does not read what it is told.

The client's library speaks to a bus, and is answered as a bus would: its Hello, its AddMatch (it is told what concerns
it in any case), and GetNameOwner. A message by this way has no sender: the only one at the other end is the service.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import time
from copy import copy
from typing import Any, Final

from dbus_next.aio.message_bus import _MessageWriter
from dbus_next.constants import MessageFlag, MessageType
from dbus_next.message import Message

from faxcore.bus.closing import CLOSER
from faxcore.bus.gate import Gate, is_of_the_contract
from faxcore.bus.handshake import Handshake
from faxcore.bus.reading import MOST_BODY
from faxcore.bus.share import Share
from faxcore.bus.wire import DAEMON, Bus, take_descriptors
from faxcore.contract.bus import BUS_NAME

log = logging.getLogger(__name__)

HANDSHAKE_SECONDS: Final = 10.0
MESSAGE_SECONDS: Final = 0.001
"""Of a share that it costs to read a message, at least."""
MOST_UNANSWERED: Final = 32
"""Calls of one connection; those that it makes besides wait in its socket."""
MOST_UNREAD: Final = 1 << 20
"""Octets of answers that its client has not read, from which on it is asked nothing more."""
MOST_UNTOLD: Final = 1 << 24
"""Octets that its client has not read, from which on it is told nothing more: it is hung up on."""
MOST_DESCRIPTORS: Final = 4
"""That come with one message; the contract has two."""

OUR_NAME: Final = ":direct.0"
"""The service's name, as a client is told it."""


class _CountingWriter(_MessageWriter):
    """Knows how much has not been taken yet."""

    def __init__(self, bus: DirectConnection) -> None:
        super().__init__(bus)  # type: ignore[no-untyped-call]
        self._written = bus.mind_reading
        self.unread = 0

    def buffer_message(self, msg: Message, future: asyncio.Future[None] | None = None) -> None:
        octets = msg._marshall(self.negotiate_unix_fd)
        self.unread += len(octets)
        assert future is not None
        future.add_done_callback(lambda written: self._taken(written, len(octets)))
        self.messages.put_nowait((octets, copy(msg.unix_fds), future))

    def write_now(self) -> None:
        """Write what there is as far as the client takes it at once; the rest, when the loop comes round again."""
        if self.bus.unique_name:
            self.write_callback()  # type: ignore[no-untyped-call]

    def _taken(self, written: asyncio.Future[None], octets: int) -> None:
        if not written.cancelled() and written.exception() is None:
            self.unread -= octets
            self._written()


class DirectConnection(Bus):
    """The server's end of a connection."""

    def __init__(self, accepted: socket.socket, uid: int, name: str, share: Share, gate: Gate) -> None:
        """`name` is what the gate knows this client by: nobody else's name."""
        self._accepted = accepted
        self._uid = uid
        self._name = name
        self._share = share
        self._gate = gate
        self._unanswered = 0
        self._came = 0
        self._resting = False
        self._waking: asyncio.TimerHandle | None = None
        # The library wants an address; it never gets to use it.
        super().__init__("unix:path=/", _is_worth_reading, MOST_BODY)
        self._counting = _CountingWriter(self)
        self._counting.sock = self._writer.sock
        self._writer = self._counting

    async def begin(self, guid: str) -> None:
        """Shake hands, then read. BUS_TROUBLE, ValueError or TimeoutError for a client that cannot."""
        handshake = Handshake(self._uid, guid)
        async with asyncio.timeout(HANDSHAKE_SECONDS):
            if await self._loop.sock_recv(self._sock, 1) != b"\0":
                raise ValueError("a client begins with a zero")
            while not handshake.ended:
                answer = handshake.answer(await self._auth_readline())
                if answer is not None:
                    await self._loop.sock_sendall(self._sock, f"{answer}\r\n".encode())
        self.unique_name = OUR_NAME  # type: ignore[assignment]
        self._loop.add_reader(self._fd, self._message_reader)

    # ------------------------------------------------------------ what the gate asks for

    async def uid(self, _sender: str | None) -> int | None:
        """Give the uid that the kernel has named."""
        return self._uid

    def is_here(self, _sender: str) -> bool:
        """Return whether the client has not left."""
        return bool(self.connected)

    def send(self, message: Message) -> Any:
        """Send an answer or a signal; False if the client has left, or does not read what it is told."""
        if not self.connected:
            return False
        answer = message.message_type is not MessageType.SIGNAL
        if answer:
            self._unanswered -= 1
        elif self._counting.unread > MOST_UNTOLD:
            self._finalize(ValueError("the client does not read"))
            return False
        super().send(message)
        if answer:
            # A client waits for this one; on a busy machine the loop comes round only in a twentieth of a second.
            self._counting.write_now()
        self.mind_reading()
        return True

    # ------------------------------------------------------------ reading

    def mind_reading(self) -> None:
        """Read on or rest, as things stand."""
        if self._disconnected or self._aside is not None or self._waking is not None:
            return
        wait = self._share.wait()
        if wait:
            self._waking = self._loop.call_later(wait, self._wake)
        rest = bool(wait) or self._unanswered >= MOST_UNANSWERED or self._counting.unread > MOST_UNREAD
        if rest and not self._resting:
            self._loop.remove_reader(self._fd)
        elif self._resting and not rest:
            self._loop.add_reader(self._fd, self._message_reader)
        self._resting = rest

    def _wake(self) -> None:
        self._waking = None
        self.mind_reading()

    def _message_reader(self) -> None:
        before, self._came = time.thread_time(), 0
        if not self._share.wait():  # another connection of this user may have used it up a moment ago
            super()._message_reader()
        self._share.charge(max(0.0, time.thread_time() - before - self._came * MESSAGE_SECONDS))
        self.mind_reading()

    def _may_read_on(self) -> bool:
        return self._unanswered < MOST_UNANSWERED and not self._share.wait()

    def _read_aside(self) -> None:
        raise ValueError("a body that is longer than any order")

    def _on_message(self, message: Message) -> None:
        self._came += 1
        self._share.charge(MESSAGE_SECONDS)
        if len(message.unix_fds or ()) > MOST_DESCRIPTORS:
            CLOSER.close(take_descriptors(message))
            raise ValueError("more descriptors than any call has")
        if message.message_type is not MessageType.METHOD_CALL:
            CLOSER.close(take_descriptors(message))
        elif message.destination == DAEMON:
            CLOSER.close(take_descriptors(message))
            super().send(_answer_as_a_bus(message, self._name))
        else:
            message.sender = self._name
            self._unanswered += not message.flags & MessageFlag.NO_REPLY_EXPECTED
            self._gate.take(message, self)

    def _finalize(self, err: Exception | None = None) -> None:
        if self._disconnected:
            return
        if self._waking is not None:
            self._waking.cancel()
        if err is not None and not isinstance(err, EOFError):
            log.info("user %d is hung up on: %s", self._uid, err)
        super()._finalize(err)  # type: ignore[no-untyped-call]
        self._gate.forget_way(self)

    async def close(self) -> None:
        """End the connection and free the socket. May be called twice."""
        if self._sock.fileno() >= 0:
            self._finalize(None)
        await super().close()

    def _setup_socket(self) -> None:
        self._sock = self._accepted
        self._sock.setblocking(False)
        self._stream = self._sock.makefile("rwb")
        self._fd = self._sock.fileno()


def _is_worth_reading(message: Message) -> bool:
    if message.destination == DAEMON:
        return message.message_type is MessageType.METHOD_CALL and message.signature in ("", "s")
    return is_of_the_contract(message)


def _answer_as_a_bus(message: Message, name: str) -> Message:
    """Answer what a library asks of a bus before it lets its program speak."""
    match message.member, message.signature, message.body:
        case "Hello", "", _:
            return Message.new_method_return(message, "s", [name])
        case "AddMatch" | "RemoveMatch", "s", _:
            return Message.new_method_return(message)
        case "GetNameOwner", "s", [wanted] if wanted == BUS_NAME:
            return Message.new_method_return(message, "s", [OUR_NAME])
        case _:
            error = f"{DAEMON}.Error.NotSupported"
            return Message.new_error(message, error, "There is no bus here: this is the service's own socket.")
