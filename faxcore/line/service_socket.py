# SPDX-License-Identifier: GPL-3.0-or-later
"""The worker's end of the socket to faxcore: whole messages in and out, and what of them concerns the call that is
going on.
"""

from __future__ import annotations

import select
import socket
import time

from faxcore.contract.messages import Message, pack, unpack


class ServiceGone(Exception):
    """faxcore has closed the socket, or died."""


class ServiceSocket:
    """Messages over a socket."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._buffer = b""
        self._waiting: list[Message] = []

    @property
    def descriptor(self) -> int:
        """For select: readable when faxcore has said something."""
        return self._connection.fileno()

    def send(self, message: Message) -> None:
        """Say something to faxcore. ServiceGone if nobody listens any more."""
        try:
            self._connection.sendall(pack(message))
        except OSError as error:
            raise ServiceGone from error

    def receive(self, deadline: float) -> Message | None:
        """The next message, None at the deadline (time.monotonic). ServiceGone when the socket is closed."""
        if self._waiting:
            return self._waiting.pop(0)
        while b"\n" not in self._buffer:
            left = max(deadline - time.monotonic(), 0)
            if not select.select([self._connection], [], [], left)[0]:
                return None
            try:
                data = self._connection.recv(65536)
            except OSError as error:
                raise ServiceGone from error
            if not data:
                raise ServiceGone
            self._buffer += data
        line, _, self._buffer = self._buffer.partition(b"\n")
        return unpack(line)

    def put_back(self, message: Message) -> None:
        """Leave a message for the next receive: it did not concern this call."""
        self._waiting.append(message)

    @property
    def pending(self) -> bool:
        """Return whether a message is there that select does not tell of."""
        return bool(self._waiting) or b"\n" in self._buffer
