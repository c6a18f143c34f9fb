# SPDX-License-Identifier: GPL-3.0-or-later
"""dbus-next, with what had to be mended in it; this package and the notification client are all that import it.

Every workaround states its cause, its evidence and its end. All were seen with dbus-next 0.2.3, the last release.

1. A burst of writes kills the connection. Cause: `_MessageWriter.write_callback` takes EAGAIN from a full socket
   for a broken connection. Evidence: 3000 signals of 4 kB to a slow reader; tests/service/bus/test_wire.py repeats it.
   Mended by `_PatientSocket`. End: a release whose writer waits on BlockingIOError.
2. Descriptors of messages that nobody takes are never closed: any client can exhaust ours. Evidence: 160 leaked by
   20 calls. Mended by `Bus._on_message`, which closes what the handler has not taken (`take_descriptors`), and by
   `Bus.close` for a message that is not whole when its connection ends. End: a release that closes them.
3. An exception in a handler goes to the caller with its text and traceback; `Properties`, `ObjectManager` and
   `Peer` are answered behind the handlers' back. Mended by `Bus._find_message_handler`, which knows no method: a
   call that the one handler of this package does not answer is refused. End: none, this is our gate.
4. A message is unpacked whole before anybody sees it, as many as there are at a time. Mended by `reading` and
   `Bus._message_reader`. What is long and not unpacked is read away by a thread: the loop comes to the bus once in
   each of its turns, and takes no more than a socket holds; everybody else's messages would wait behind 30 MB, which
   take 150 turns. End: none, this is our gate.
5. A closed or refused connection leaves its socket and its buffered file to the garbage collector. Mended by
   `Bus.close` and `Bus._setup_socket`. End: a release whose `disconnect` closes both.
6. A server that hangs up in the middle of the handshake has the client read nothing for ever, without ever giving way
   to anything else. Mended by `Bus._auth_readline`. End: a release that takes the end of the stream for an end.
7. A call on a connection that has gone is waited for without an end: its answer is awaited behind the last news of
   that. Mended by `Bus.call`. Evidence: a client whose service ends between its Hello and its next question. End: a
   release whose `call` looks first.
"""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, Final

from dbus_next.aio.message_bus import MessageBus
from dbus_next.constants import BusType, MessageType
from dbus_next.errors import AuthError, InvalidAddressError
from dbus_next.message import Message
from dbus_next.signature import SignatureTree, SignatureType, Variant

from faxcore.bus.closing import CLOSER
from faxcore.bus.reading import MOST_MESSAGE, BoundedUnmarshaller, Judge, Unread

BUS_TROUBLE = (OSError, EOFError, AuthError, InvalidAddressError)
"""Errors of joining a bus."""
READING_SECONDS: Final = 0.02
"""Seconds of processor for which messages are read before everything else has a turn."""
MOST_LINE: Final = 1024
"""Octets of a line of the handshake."""
DAEMON = "org.freedesktop.DBus"
DAEMON_PATH = "/org/freedesktop/DBus"


class _PatientSocket:
    """The bus's socket for its writer: a full socket has taken nothing yet, instead of having failed."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._descriptors: Iterable[tuple[int, int, Any]] = ()

    def send(self, data: Any) -> int:
        try:
            if not self._descriptors:
                return self._sock.send(data)
            sent = self._sock.sendmsg([data], self._descriptors)
        except BlockingIOError:
            return 0
        self._descriptors = ()
        return sent

    def sendmsg(self, buffers: Iterable[Any], ancillary: Iterable[tuple[int, int, Any]]) -> int:
        try:
            return self._sock.sendmsg(buffers, ancillary)
        except BlockingIOError:
            # The writer forgets the descriptors once this returns: they go with the first octet instead.
            self._descriptors = ancillary
            return 0


class Bus(MessageBus):
    """A connection to the system bus, mended as above. Made by `open_bus`, ended by `close`."""

    def __init__(self, address: str | None, judge: Judge | None = None, most_body: int = MOST_MESSAGE) -> None:
        """Bodies that `judge` does not take, or longer than `most_body` octets, are not unpacked."""
        self._judge = judge
        self._most_body = most_body
        super().__init__(bus_address=address, bus_type=BusType.SYSTEM, negotiate_unix_fd=True)  # type: ignore[arg-type]
        self._thread = ThreadPoolExecutor(1, "long bodies")
        self._aside: asyncio.Future[None] | None = None
        """The thread's work on a long body; the loop does not read meanwhile."""
        self._writer.sock = _PatientSocket(self._sock)
        # The end of a connection does not interest whoever does not wait for it.
        self._disconnect_future.add_done_callback(lambda ended: ended.cancelled() or ended.exception())

    async def gone(self) -> None:
        """Return when the connection has ended, one way or another. Cancelling this does not end it."""
        try:
            await asyncio.shield(self._disconnect_future)
        except (EOFError, OSError, ValueError):  # ValueError: the other end does not speak D-Bus
            return

    async def close(self) -> None:
        """Leave the bus and free the socket, also when this is cancelled. May be called twice, and after the bus has
        gone.
        """
        if self._sock.fileno() < 0:
            return
        try:
            if self.connected:
                self.disconnect()
            elif not self._disconnected:
                self._finalize(None)
            await self.gone()
        finally:
            self._free()
        if self._aside is not None:
            await asyncio.wait([self._aside])

    def _free(self) -> None:
        """Free the socket, as soon as no thread reads from it any more."""
        if self._aside is not None and not self._aside.done():
            with suppress(OSError):  # it is shut down already
                self._sock.shutdown(socket.SHUT_RDWR)
            self._aside.add_done_callback(lambda _read: self._free())
            return
        self._finalize(None)
        self._thread.shutdown(wait=False)
        CLOSER.close(self._unmarshaller.take_descriptors())
        self._stream.close()
        self._sock.close()

    async def call(self, message: Message) -> Message | None:
        """Send a call and give its answer. EOFError or OSError if the connection goes, or has gone, before that; None
        if it is closed by us meanwhile.
        """
        if self._disconnected:
            raise EOFError("the connection has gone")
        answer: Message | None = await super().call(message)
        return answer

    def send(self, message: Message) -> asyncio.Future[None]:  # type: ignore[override]
        """Send a message; the future is done when it has gone."""
        written: asyncio.Future[None] = super().send(message)
        # Nor does this, unless somebody waits for it.
        written.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
        return written

    def _setup_socket(self) -> None:
        try:
            super()._setup_socket()  # type: ignore[no-untyped-call]
        except BaseException:
            if hasattr(self, "_sock"):
                self._stream.close()
                self._sock.close()
            raise

    def _on_message(self, msg: Message) -> None:
        if isinstance(msg, Unread) and msg.message_type is not MessageType.METHOD_CALL:
            # A signal or an answer that nobody asked for.
            CLOSER.close(take_descriptors(msg))
            return
        try:
            super()._on_message(msg)  # type: ignore[no-untyped-call]
        finally:
            CLOSER.close(take_descriptors(msg))

    def _create_unmarshaller(self) -> BoundedUnmarshaller:
        return BoundedUnmarshaller(self._stream, self._sock, self._judge, self._most_body)

    async def _auth_readline(self) -> str:
        line = b""
        while not line.endswith(b"\r\n"):
            octet = await self._loop.sock_recv(self._sock, 1)
            if not octet or len(line) > MOST_LINE:
                raise AuthError("the handshake was broken off")
            line += octet
        return line[:-2].decode("ascii", "replace")

    def _message_reader(self) -> None:
        """Read what has come, but let others have their turn in between: a flood would keep us here for ever."""
        end = time.thread_time() + READING_SECONDS
        try:
            while time.thread_time() < end and self._may_read_on():
                message = self._unmarshaller.unmarshall()
                if message is not None:
                    self._on_message(message)
                elif not self._unmarshaller.dropped:
                    if self._unmarshaller.is_long:
                        self._read_aside()
                    return
                else:
                    CLOSER.close(self._unmarshaller.take_descriptors())
                self._unmarshaller = self._create_unmarshaller()
        except Exception as error:  # noqa: BLE001 - as dbus-next has it: the connection is over
            self._finalize(error)

    def _may_read_on(self) -> bool:
        """Return whether one more message may be read in this turn."""
        return True

    def _read_aside(self) -> None:
        self._loop.remove_reader(self._fd)
        self._aside = self._loop.run_in_executor(self._thread, self._unmarshaller.read_away_patiently)
        self._aside.add_done_callback(self._read_on)

    def _read_on(self, read: asyncio.Future[None]) -> None:
        self._aside = None
        error = None if read.cancelled() else read.exception()
        if self._disconnected:
            return
        if error is not None:
            self._finalize(error)
            return
        self._loop.add_reader(self._fd, self._message_reader)
        self._message_reader()

    def _find_message_handler(self, msg: Message) -> None:
        return None


async def open_bus(address: str | None = None, judge: Judge | None = None, most_body: int = MOST_MESSAGE) -> Bus:
    """Join the bus at this address, or the one that DBUS_SYSTEM_BUS_ADDRESS names. BUS_TROUBLE if there is none."""
    bus = Bus(address, judge, most_body)
    try:
        await bus.connect()
    except BaseException:
        await bus.close()
        raise
    return bus


async def call_daemon(bus: Bus, member: str, signature: str = "", *body: object) -> list[Any] | None:
    """Ask the bus daemon itself; its answer, or None if it gives an error."""
    reply = await bus.call(
        Message(
            destination=DAEMON,
            path=DAEMON_PATH,
            interface=DAEMON,
            member=member,
            signature=signature,
            body=list(body),
        )
    )
    if reply is None or reply.message_type is not MessageType.METHOD_RETURN:
        return None
    answer: list[Any] = reply.body
    return answer


def from_daemon(message: Message, member: str) -> bool:
    """Return whether this is that signal of the bus daemon itself (nobody else can have its name as sender)."""
    return bool(
        message.message_type is MessageType.SIGNAL
        and message.sender == DAEMON
        and message.interface == DAEMON
        and message.member == member
    )


def take_descriptors(message: Message) -> list[int]:
    """The descriptors that came with a message; the caller closes them from now on."""
    taken, message.unix_fds = list(message.unix_fds or ()), []
    return taken


def to_wire(values: Mapping[str, Any]) -> dict[str, Variant]:
    """A dictionary of plain values as a{sv}. TypeError for what the contract has no type for."""
    return {key: _variant(value) for key, value in values.items()}


def from_wire(value: Any) -> Any:
    """Plain values of what arrived: variants opened, however deep."""
    if isinstance(value, Variant):
        return from_wire(value.value)
    if isinstance(value, dict):
        return {key: from_wire(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [from_wire(inner) for inner in value]
    return value


def wire_text(text: str) -> str:
    """Text that D-Bus can carry: no NUL (it ends strings), no lone surrogates (not UTF-8)."""
    return text.encode("utf-8", "replace").decode().replace("\0", "")


_TEXT, _TEXTS, _NUMBERS, _VALUES, _LIST = (
    SignatureTree(kind).types[0] for kind in ("s", "as", "au", "a{sv}", "aa{sv}")
)


def _known_variant(kind: SignatureType, value: Any) -> Variant:
    """Make a variant whose value is of its kind. dbus-next would look through all of it once more at each depth, which
    is half of the time that a list of faxes takes.
    """
    made = Variant.__new__(Variant)
    made.type, made.signature, made.value = kind, kind.signature, value
    return made


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 32


def _variant(value: Any) -> Variant:
    match value:
        case bool():
            return Variant("b", value)
        case int():
            return Variant("u" if 0 <= value < 1 << 32 else "x", value)
        case float():
            return Variant("d", value)
        case str():
            return _known_variant(_TEXT, wire_text(value))
        case Mapping():
            return _known_variant(_VALUES, to_wire(value))
        case Sequence() if all(isinstance(item, str) for item in value) and value:
            return _known_variant(_TEXTS, [wire_text(item) for item in value])
        case Sequence() if all(isinstance(item, Mapping) for item in value) and value:
            return _known_variant(_LIST, [to_wire(item) for item in value])
        case Sequence() if all(_is_whole(item) for item in value) and value:
            return _known_variant(_NUMBERS, list(value))
        case Sequence() if not value:
            return _known_variant(_TEXTS, [])
        case _:
            raise TypeError(f"{type(value).__name__} has no place on the bus")
