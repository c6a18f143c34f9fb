# SPDX-License-Identifier: GPL-3.0-or-later
"""A hostile program of another user on the bus, which floods the service."""

from __future__ import annotations

import asyncio
import os
import pwd
import struct
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from dbus_next._private.constants import LITTLE_ENDIAN, PROTOCOL_VERSION, HeaderField
from dbus_next._private.marshaller import Marshaller
from dbus_next.constants import MessageType
from dbus_next.message import Message
from dbus_next.signature import Variant

from faxcore.bus import client
from faxcore.bus.wire import Bus, open_bus
from faxcore.contract.bus import BUS_NAME, OBJECT_PATH
from faxcore.contract.listed import FaxQuery, Folder
from faxcore.contract.methods import DESK

MUCH = 30_000_000


class Raw(Message):
    """A message with a body that was made by hand: dbus-next takes minutes for what hostile programs have ready."""

    def __init__(self, signature: str, octets: bytes, **values: Any) -> None:
        super().__init__(destination=BUS_NAME, path=OBJECT_PATH, **values)
        self.signature = signature
        self.octets = octets

    def _marshall(self, negotiate_unix_fd: bool = False) -> bytes:
        fields = [
            [HeaderField.PATH.value, Variant("o", self.path)],
            [HeaderField.INTERFACE.value, Variant("s", self.interface)],
            [HeaderField.MEMBER.value, Variant("s", self.member)],
            [HeaderField.DESTINATION.value, Variant("s", self.destination)],
            [HeaderField.SIGNATURE.value, Variant("g", self.signature)],
        ]
        if self.unix_fds:
            fields.append([HeaderField.UNIX_FDS.value, Variant("u", len(self.unix_fds))])
        first = [LITTLE_ENDIAN, self.message_type.value, self.flags.value, PROTOCOL_VERSION]
        header: Any = Marshaller("yyyyuua(yv)", [*first, len(self.octets), self.serial, fields])
        header.marshall()
        header.align(8)
        return bytes(header.buffer) + self.octets


def long_order() -> Raw:
    """Arguments of the contract's own signature: two descriptors and a dictionary with millions of empty lists."""
    lists = bytes(MUCH)
    # h h, the dictionary's length, its one entry at 8: the key "x", a variant "aay" at 14, the list's length at 20.
    entry = struct.pack("<I", 1) + b"x\0" + b"\x03aay\0" + b"\0" + struct.pack("<I", len(lists)) + lists
    return Raw("hha{sv}", struct.pack("<III4x", 0, 1, len(entry)) + entry, interface=DESK, member="SubmitDocument")


def foreign(size: int = MUCH) -> Raw:
    """Arguments of another signature for a method that there is: about so many octets."""
    size -= size % 4
    return Raw("aay", struct.pack("<I", size) + bytes(size), interface=DESK, member="Status")


def signal() -> Raw:
    """A signal that nobody asked for."""
    octets = struct.pack("<I", MUCH) + bytes(MUCH)
    return Raw("aay", octets, interface=DESK, member="JobChanged", message_type=MessageType.SIGNAL)


def small() -> Message:
    """A harmless question."""
    return Message(destination=BUS_NAME, path=OBJECT_PATH, interface=DESK, member="ListFaxes", **_QUERY)


def document() -> Message:
    """A document of 100 MB, most of it a hole."""
    return Message(destination=BUS_NAME, path=OBJECT_PATH, interface=DESK, member="SubmitDocument", **_DOCUMENT)


_QUERY: dict[str, Any] = {"signature": "a{sv}", "body": [{}]}
_DOCUMENT: dict[str, Any] = {"signature": "hha{sv}", "body": [0, 1, {"number": Variant("s", "0199000002")}]}
KINDS: dict[str, Callable[[], Message]] = {
    "long order": long_order,
    "foreign arguments": foreign,
    "signals": signal,
    "questions": small,
    "documents": document,
}


async def flood(bus: Bus, make: Callable[[], Message]) -> None:
    """Send for ever, without waiting for anything but room: raw messages one after another, others fifty at a time."""
    with tempfile.TemporaryFile() as file:
        file.truncate(100_000_000)
        descriptors = [file.fileno()] * 2 if make in (document, long_order) else []
        while True:
            messages = [make() for _ in range(1 if make in (long_order, foreign, signal) else 50)]
            for message in messages:
                message.unix_fds = list(descriptors)
            if messages[0].message_type is MessageType.SIGNAL:
                await bus.send(messages[0])
            else:
                # The bus itself refuses answers that wait for too long, and too many of them.
                await asyncio.gather(*map(bus.call, messages), return_exceptions=True)


async def reconnect(address: str, trays: int = 20) -> None:
    """Do what so many trays do when the service has come back, all at once, again and again."""

    async def ask(desk: client.Client) -> None:
        await desk.register()
        for folder in (None, *Folder):
            await desk.list_faxes(FaxQuery(folder))
        await desk.list_jobs()
        await desk.list_receptions()
        await desk.count_folders()

    async def tray() -> None:
        async with client.connect(address) as desk:
            while True:
                try:
                    await ask(desk)
                except client.ServiceUnavailable:
                    # The test is over for the service before it is for us.
                    await asyncio.sleep(0.01)

    await asyncio.gather(*(tray() for _ in range(trays)))


@contextmanager
def forked(address: str, kind: str, user: str = "nobody") -> Iterator[Callable[[], None]]:
    """A process of another user with everything loaded, which floods when the function that this yields is called, and
    until the block ends. (Another user may not be able to read the checkout.)
    """
    other = pwd.getpwnam(user)
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(writing)
        try:
            os.setgroups([])
            os.setgid(other.pw_gid)
            os.setuid(other.pw_uid)
            os.read(reading, 1)
            asyncio.run(_flood_until(reading, address, kind))
        finally:
            os._exit(1)
    os.close(reading)
    try:
        yield lambda: os.write(writing, b"x") and None
    finally:
        os.close(writing)
        assert os.waitpid(child, 0)[1] == 0, "the flooder was thrown off the bus"


async def _flood_until(reading: int, address: str, kind: str) -> None:
    work = reconnect(address) if kind == "trays" else flood(await open_bus(address), KINDS[kind])
    flooding = asyncio.ensure_future(work)
    ended = asyncio.ensure_future(asyncio.to_thread(os.read, reading, 1))
    await asyncio.wait({flooding, ended}, return_when=asyncio.FIRST_COMPLETED)
    os._exit(1 if flooding.done() else 0)
