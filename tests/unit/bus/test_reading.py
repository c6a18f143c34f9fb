# SPDX-License-Identifier: GPL-3.0-or-later
"""Messages that say one thing and hold another: each is refused alone, and costs nothing that stays."""

from __future__ import annotations

from io import BytesIO

import pytest
from dbus_next.message import Message
from dbus_next.signature import SignatureTree

from faxcore.bus.reading import MOST_SIGNATURES, BoundedUnmarshaller, Unread

LAST = Message(path="/last", interface="org.facteur.Last1", member="Last", serial=9)


def make_message(signature: str, body: list[object]) -> bytearray:
    message = Message(path="/a", interface="org.facteur.A1", member="A", signature=signature, body=body, serial=1)
    return bytearray(message._marshall(False))


def read(stream: BytesIO) -> Message | None:
    return BoundedUnmarshaller(stream, None, None).unmarshall()


def with_longer_text() -> bytearray:
    octets = make_message("s", ["text"])
    octets[-9] = 60  # its length
    return octets


def with_longer_array() -> bytearray:
    octets = make_message("au", [[1, 2]])
    octets[-12] = 80
    return octets


def without_body() -> bytearray:
    octets = make_message("s", ["text"])[:-9]
    octets[4] = 0
    return octets


def with_more() -> bytearray:
    octets = make_message("u", [1]) + b"more"
    octets[4] += 4
    return octets


@pytest.mark.parametrize("make", [with_longer_text, with_longer_array, without_body, with_more])
def test_a_body_that_is_not_what_its_header_says_is_refused_alone(make) -> None:  # type: ignore[no-untyped-def]
    stream = BytesIO(bytes(make()) + bytes(LAST._marshall(False)))
    assert isinstance(read(stream), Unread)
    last = read(stream)
    assert last is not None and last.member == "Last"


def test_a_header_that_goes_on_into_the_next_message_is_dropped_alone() -> None:
    octets = make_message("", [])
    octets[12] -= 8  # the octets of its fields: the last one goes on behind their end
    octets = octets[:-8]
    stream = BytesIO(bytes(octets) + bytes(LAST._marshall(False)))
    assert read(stream) is None
    last = read(stream)
    assert last is not None and last.member == "Last"


def test_a_message_without_a_number_is_dropped_for_it_cannot_be_answered() -> None:
    octets = make_message("s", ["text"])
    octets[8] = 0
    stream = BytesIO(bytes(octets) + bytes(LAST._marshall(False)))
    assert read(stream) is None
    last = read(stream)
    assert last is not None and last.member == "Last"


def test_signatures_of_strangers_are_not_kept_for_ever() -> None:
    for number in range(3 * MOST_SIGNATURES):
        signature = f"{number:b}".replace("0", "s").replace("1", "u") + "(ii)"
        octets = make_message(signature, [0 if kind == "u" else "" for kind in signature[:-4]] + [[0, 0]])
        message = read(BytesIO(octets))
        assert message is not None and message.signature == signature
        assert len(SignatureTree._cache) <= MOST_SIGNATURES
