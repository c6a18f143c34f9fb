# SPDX-License-Identifier: GPL-3.0-or-later
"""Messages of strangers read with bounds: nothing of a body is unpacked before its header was judged.

dbus-next unpacks every message whole before anybody sees it. A body of 32 MB, which the bus delivers for any local
user, then takes it 10 to 20 seconds and 400 MB, and one that it cannot unpack ends the connection. Here the header is
unpacked first. The body of a message that is too long, or not what a `Judge` takes, is read away in pieces and dropped;
the message then is `Unread`, and the gate refuses it. A message that nobody can unpack is dropped alone: what is
unpacked never goes beyond its own end, or it would take the beginning of the next one with it.

dbus-next also keeps every signature that it has ever read, with a tree of it. A stranger has as many of those as there
are messages, a hundred kilobytes each; here the library keeps a few.
"""

from __future__ import annotations

import logging
import select
from collections.abc import Callable
from typing import Any, Final

from dbus_next._private.constants import BIG_ENDIAN, LITTLE_ENDIAN, HeaderField
from dbus_next._private.unmarshaller import MarshallerStreamEndError, Unmarshaller
from dbus_next.constants import MessageFlag, MessageType
from dbus_next.message import Message
from dbus_next.signature import SignatureTree
from dbus_next.validators import assert_bus_name_valid

log = logging.getLogger(__name__)

MOST_BODY: Final = 256 * 1024
"""Octets of the arguments of one call: an order is a few hundred, and every text in it is cut in the end."""
MOST_HEADER: Final = 16 * 1024
"""Octets of a header. Names have 255 at most, a signature too; an object path of ours has 21."""
MOST_MESSAGE: Final = 1 << 27
"""Octets of the longest message of D-Bus."""
PIECE: Final = 64 * 1024
"""Octets that are read away at a time."""

LONG_BODY: Final = 1 << 20
"""Octets still to be read away from which on that is worth a thread."""

MOST_SIGNATURES: Final = 128
"""Signatures whose trees are kept: the contract and the bus have some thirty."""


class _FewTrees(dict[str, SignatureTree]):
    """The library's cache of signatures, emptied when it is full. Threads may do that to each other: what has just gone
    is made again.
    """

    def __setitem__(self, signature: str, tree: SignatureTree) -> None:
        if len(self) >= MOST_SIGNATURES:
            self.clear()
        super().__setitem__(signature, tree)

    def __missing__(self, signature: str) -> SignatureTree:
        return SignatureTree(signature)


SignatureTree._cache = _FewTrees(SignatureTree._cache)
_FIELDS: Final = SignatureTree._get("a(yv)")
_NAMES: Final = ("DESTINATION", "PATH", "INTERFACE", "MEMBER", "ERROR_NAME", "REPLY_SERIAL", "SENDER")

Judge = Callable[[Message], bool]
"""Looks at a message without its body: True if the body is to be unpacked."""


class Unread(Message):
    """A message whose body was not looked at."""


class BoundedUnmarshaller(Unmarshaller):
    """Reads one message. `unmarshall` gives it once it has come whole, and None until then, or for one to be dropped
    (then `dropped` is true).
    """

    def __init__(self, stream: Any, sock: Any, judge: Judge | None, most_body: int = MOST_BODY) -> None:
        super().__init__(stream, sock)  # type: ignore[no-untyped-call]
        self._judge = judge
        self._most_body = most_body
        self._head: Message | None = None
        self._signature = SignatureTree._get("")
        self._body_length = 0
        self._begin = 0
        self._end = 0
        """Octets of what is being unpacked, all of them in the buffer."""
        self._left: int | None = None
        self.dropped = False

    def unmarshall(self) -> Message | None:
        """Go on reading. EOFError or OSError if the connection has ended, ValueError if it speaks no D-Bus."""
        try:
            if self._head is None and self._left is None:
                self._read_head()
            if self._left is None:
                self._read_body()
            elif not self._is_finished:  # a thread may have read it away
                self._read_away()
        except MarshallerStreamEndError:
            return None
        return self.message

    @property
    def _is_finished(self) -> bool:
        return self.message is not None or self.dropped

    def take_descriptors(self) -> list[int]:
        """Give those that have come with a message that nobody gets: one that is dropped, or is not whole when its
        connection ends. The caller closes them.
        """
        taken, self.unix_fds = self.unix_fds, []
        return taken

    @property
    def is_long(self) -> bool:
        """True while so much has to be read away that others should not wait for it."""
        return (self._left or 0) > LONG_BODY

    def read_away_patiently(self) -> None:
        """Read away what has to be, in a thread, however long it takes to come; `unmarshall` then gives the message.
        EOFError or OSError if the connection ends before.
        """
        came = select.poll()
        came.register(self.sock, select.POLLIN)
        while self._left:
            try:
                self._read_away()
            except MarshallerStreamEndError:
                came.poll()

    def _read_head(self) -> None:
        self._have(16)
        self.endian = self.buf[0]
        if self.endian not in (LITTLE_ENDIAN, BIG_ENDIAN):
            raise ValueError("this is not a message of D-Bus")
        order: Any = "little" if self.endian == LITTLE_ENDIAN else "big"
        self._body_length, serial, fields = (int.from_bytes(self.buf[at : at + 4], order) for at in (4, 8, 12))
        self._begin = 16 + fields + -fields % 8
        if self._begin + self._body_length > MOST_MESSAGE:
            raise ValueError("this message is longer than any of D-Bus")
        if fields > MOST_HEADER:
            self._left = self._begin + self._body_length - len(self.buf)
            return
        self._have(self._begin)
        try:
            self._end = 16 + fields
            self._head = self._unpack_head(serial)
        except Exception as error:  # noqa: BLE001 - whatever dbus-next raises for a header that only a stranger writes
            log.warning("a message with a header that cannot be read is dropped: %s", type(error).__name__)
            self._left = self._body_length
            return
        taken = self._judge is None or self._judge(self._head)
        if self._body_length > self._most_body or not taken:
            self._left = self._body_length

    def _unpack_head(self, serial: int) -> Message:
        if not serial:
            raise ValueError("a message without a number cannot be answered")
        fields = {HeaderField(number).name: value.value for number, value in self._unpack(_FIELDS.types[0], 12)}
        # The bus writes it on every message; an answer to anything else could not be made.
        if "SENDER" in fields:
            assert_bus_name_valid(fields["SENDER"])
        values = {name.lower(): fields[name] for name in _NAMES if name in fields}
        self._signature = SignatureTree._get(fields.get("SIGNATURE", ""))
        return Unread(
            **values,
            message_type=MessageType(self.buf[1]),
            flags=MessageFlag(self.buf[2]),
            unix_fds=self.unix_fds,
            signature=self._signature,
            body=[],
            serial=serial,
        )

    def _read_body(self) -> None:
        self._have(self._begin + self._body_length)
        head, body, at = self._head, [], self._begin
        assert head is not None
        try:
            self._end = self._begin + self._body_length
            for kind in self._signature.types:
                body.append(self._unpack(kind, at))
                at = self.offset
            if at != self._end:
                raise ValueError("there is more than its signature says")
            values = {name.lower(): getattr(head, name.lower()) for name in _NAMES}
            message = Message(
                **values,
                message_type=head.message_type,
                flags=head.flags,
                unix_fds=self.unix_fds,
                signature=self._signature,
                body=body,
                serial=head.serial,
            )
        except Exception as error:  # noqa: BLE001 - the bus has checked it; what dbus-next still fails at is refused
            log.warning("a message that cannot be unpacked is refused: %s", type(error).__name__)
            message = head
        self._finish(message)

    def _read_away(self) -> None:
        while self._left:
            self.buf.clear()
            try:
                self._have(min(PIECE, self._left))
            finally:
                self._left -= len(self.buf)
        self._finish(self._head)

    def read(self, n: int, prefetch: bool = False) -> int:
        """Go on by so many octets; returns where they begin. Those to be unpacked are in the buffer."""
        if prefetch:
            return int(super().read(n, prefetch=True))  # type: ignore[no-untyped-call]
        begin = self.offset
        if begin + n > self._end:
            raise ValueError("it goes on beyond its end")
        self.offset += n
        return begin

    def _have(self, octets: int) -> None:
        """Fill the buffer up to so many octets. MarshallerStreamEndError if they have not come yet."""
        self.offset = 0
        self.read(octets, prefetch=True)

    def _unpack(self, kind: Any, at: int) -> Any:
        self.offset = at
        return self.read_argument(kind)  # type: ignore[no-untyped-call]

    def _finish(self, message: Message | None) -> None:
        self.message = message
        self.dropped = message is None
        if message is not None:
            message.unix_fds = self.take_descriptors()
