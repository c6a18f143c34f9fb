# SPDX-License-Identifier: GPL-3.0-or-later
"""The target bus: octets of a socket as messages to the service, read as the gate reads them.

The first octet says in which pieces they come; then comes the message, and behind it one more that must be read as
well, whatever the first one was. A call that the contract knows has its arguments decoded; else it is refused.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any, Final

from dbus_next._private.constants import BIG_ENDIAN, LITTLE_ENDIAN
from dbus_next.constants import MessageType
from dbus_next.message import Message
from dbus_next.signature import SignatureTree, Variant

from faxcore.api.api_error import ApiError
from faxcore.bus.gate import _arguments, _error
from faxcore.bus.introspection import xml
from faxcore.bus.reading import MOST_BODY, MOST_SIGNATURES, BoundedUnmarshaller
from faxcore.bus.shared_bus import is_worth_reading
from faxcore.bus.wire import to_wire
from faxcore.contract.bus import BUS_NAME, OBJECT_PATH
from faxcore.contract.methods import BY_NAME, METHODS, Method
from tests.fuzz.bounds import Pieces, bounded

_DESCRIPTORS: Final = 3

WORDS: Final = (
    *(method.name.encode() for method in METHODS),
    *(name.encode() for name in ("org.facteur.Desk1", "org.facteur.Intake1", "org.facteur.Admin1")),
    *(f"\1{kind}\0".encode() for kind in "sbuixdvhog"),
    *(f"{chr(len(kind))}{kind}\0".encode() for kind in ("a{sv}", "aa{sv}", "as", "ay", "(ss)", "a{ds}", "aaaaas")),
)


class _Stream:
    """A socket with these octets, which come in pieces; then it has ended."""

    def __init__(self, data: bytes, size: int) -> None:
        self._data = data
        self._size = size
        self.at = 0
        self._pause = False

    def read(self, octets: int) -> bytes | None:
        self._pause = not self._pause
        if self._pause and self._size and self.at < len(self._data):
            return None
        piece = self._data[self.at : self.at + min(octets, self._size or octets)]
        self.at += len(piece)
        return piece


def check(data: bytes) -> None:
    """Run one input; AssertionError for what must not be, and any error but those that end a connection."""
    pieces = Pieces(data)
    size, octets = pieces.octet(), pieces.rest()
    logging.disable(logging.WARNING)
    try:
        with bounded():
            _converse(_Stream(octets + _LAST, size * 16), octets)
    finally:
        logging.disable(logging.NOTSET)
    assert len(SignatureTree._cache) <= MOST_SIGNATURES, "the library keeps the signatures of all messages"


def _converse(stream: _Stream, octets: bytes) -> None:
    first = _next(stream)
    whole = _length(octets)
    if first is None or whole is None or whole > len(octets):
        return
    assert stream.at == whole, f"{stream.at} octets are read of a message of {whole}"
    if whole == len(octets):
        last = _next(stream)
        assert last is not None and last.message is not None and last.message.member == "Last"
    if first.message is not None:
        _answer(first.message)


def _length(octets: bytes) -> int | None:
    """Octets of the message that begins here; None if its beginning is no message's."""
    if len(octets) < 16 or octets[0] not in (LITTLE_ENDIAN, BIG_ENDIAN):
        return None
    order: Any = "little" if octets[0] == LITTLE_ENDIAN else "big"
    body, fields = (int.from_bytes(octets[at : at + 4], order) for at in (4, 12))
    return 16 + fields + -fields % 8 + body


def _next(stream: _Stream) -> BoundedUnmarshaller | None:
    """Read one message; None if the connection has ended, or must be."""
    reader = BoundedUnmarshaller(stream, None, is_worth_reading, MOST_BODY)
    try:
        while reader.unmarshall() is None and not reader.dropped:
            # As the bus does it: the rest is read when it has come.
            pass
    except (EOFError, ValueError):
        return None
    return reader


def _answer(message: Message) -> None:
    if message.message_type is not MessageType.METHOD_CALL:
        return
    assert isinstance(xml(message.path), str)
    method = BY_NAME.get((message.interface, message.member))
    if method is None:
        return
    try:
        arguments = _arguments(message, method, list(range(100, 100 + method.takes.count("h"))))
    except ApiError as error:
        assert len(_error(message, error)._marshall(True)) < MOST_BODY
        return
    assert len(arguments) == len(method.parameters)


def _packed(method: Method, *body: object, signature: str | None = None) -> bytes:
    message = Message(
        destination=BUS_NAME,
        path=OBJECT_PATH,
        interface=method.interface,
        member=method.name,
        signature=method.takes if signature is None else signature,
        body=list(body),
        sender=":1.7",
        serial=7,
    )
    return bytes(message._marshall(False))


_LAST: Final = bytes(
    Message(path="/last", interface="org.facteur.Last1", member="Last", sender=":1.7", serial=9)._marshall(False)
)


def seeds() -> Iterator[tuple[str, bytes]]:
    """A call of every method with arguments of the right types, and some with others."""
    order = {"number": "0199000001", "subject": "hé", "copies": 2, "pages": [{"a": 1}], "at": "2026-11-26"}
    plain: dict[str, Any] = {"s": "text", "b": True, "h": 0, "a{sv}": to_wire(order), "aa{sv}": [to_wire(order)] * 2}
    for method in METHODS:
        handles = iter(range(_DESCRIPTORS))
        body = [next(handles) if each.is_document else plain[each.signature] for each in method.parameters]
        yield method.name, b"\0" + _packed(method, *body)
    method = METHODS[0]
    yield "no-arguments", b"\3" + _packed(method, signature="")
    yield "other-arguments", b"\1" + _packed(method, [1.5, 2.5], Variant("(sb)", ["a", True]), signature="adv")
    yield "long", b"\xff" + _packed(method, "x" * 3000, signature="s")
    signal = Message(
        path="/a", interface="a.b", member="C", message_type=MessageType.SIGNAL, signature="as", body=[["x"]], serial=1
    )
    yield "signal", b"\0" + bytes(signal._marshall(False))
