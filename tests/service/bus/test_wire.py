# SPDX-License-Identifier: GPL-3.0-or-later
"""The mended dbus-next and the client, on a real private bus."""

import asyncio
import os
from collections.abc import Iterator
from dataclasses import replace
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from dbus_next.constants import MessageFlag, MessageType
from dbus_next.message import Message

from faxcore.bus import client
from faxcore.bus.reading import MOST_BODY, Unread
from faxcore.bus.shared_bus import is_worth_reading
from faxcore.bus.wire import Bus, call_daemon, from_wire, open_bus, take_descriptors, to_wire, wire_text
from faxcore.contract.bus import BUS_NAME, OBJECT_PATH
from faxcore.contract.codec import encode
from faxcore.contract.methods import DESK
from faxcore.contract.sent_fax import Job
from faxcore.model.job import State
from tests.support.bus_fixture import private_bus
from tests.support.flooder import foreign, long_order, small
from tests.support.waiting import until


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    with private_bus(tmp_path) as address:
        yield address


def descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


def signal(destination: str, member: str, **values: object) -> Message:
    message = Message.new_signal(OBJECT_PATH, DESK, member, "a{sv}", [to_wire(values)])
    message.destination = destination
    return message


def test_a_burst_of_signals_arrives_whole(address: str) -> None:
    """Bug 1: plain dbus-next loses its connection here."""

    async def main() -> None:
        service, listener = await open_bus(address), await open_bus(address)
        heard: list[int] = []
        everything = asyncio.Event()

        def count(message: Message) -> None:
            if message.message_type is MessageType.SIGNAL and message.member == "JobChanged":
                heard.append(from_wire(message.body[0])["number"])
                if len(heard) == 3000:
                    everything.set()

        listener.add_message_handler(count)
        for number in range(3000):
            service.send(signal(listener.unique_name or "", "JobChanged", number=number, filler="x" * 4000))
        await asyncio.wait_for(everything.wait(), 60)
        assert heard == list(range(3000))
        assert service.connected
        await service.close()
        await listener.close()

    asyncio.run(main())


def test_a_long_body_that_is_not_unpacked_takes_few_turns(address: str) -> None:
    """What the loop does in between, everybody would wait for whose message comes behind it."""

    class Counting(Bus):
        turns = 0

        def _message_reader(self) -> None:
            self.turns += 1
            super()._message_reader()

    async def main() -> None:
        service, sender = Counting(address, is_worth_reading, MOST_BODY), await open_bus(address)
        await service.connect()
        await call_daemon(service, "RequestName", "su", BUS_NAME, 0)
        heard: list[Message] = []
        service.add_message_handler(lambda message: heard.append(message) or False)
        for make in (foreign, small):
            message = make()
            message.flags = MessageFlag.NO_REPLY_EXPECTED
            sender.send(message)
        before = service.turns
        await until("both messages", lambda: [m for m in heard if m.member == "ListFaxes"])
        assert [type(message) for message in heard if message.interface == DESK] == [Unread, Message]
        assert service.turns - before < 20
        await sender.close()
        sender = await open_bus(address)
        sender.send(foreign())
        await service.close()
        await sender.close()

    asyncio.run(main())


def test_descriptors_that_nobody_takes_are_closed(address: str) -> None:
    """Bug 2: twenty calls with eight descriptors each leave none behind, and are refused without a traceback."""

    async def main() -> None:
        service, stranger = await open_bus(address), await open_bus(address)
        await call_daemon(service, "RequestName", "su", BUS_NAME, 0)
        with open(os.devnull) as nothing:
            before = descriptors()
            for _ in range(20):
                call = Message(
                    destination=BUS_NAME,
                    path=OBJECT_PATH,
                    interface=DESK,
                    member="Nonsense",
                    signature="hhhhhhhh",
                    body=list(range(8)),
                    unix_fds=[nothing.fileno()] * 8,
                )
                reply = await stranger.call(call)
                assert reply is not None and reply.message_type is MessageType.ERROR
                assert "Traceback" not in str(reply.body)
            await until("the descriptors to be closed", lambda: descriptors() == before)
        await service.close()
        await stranger.close()

    asyncio.run(main())


def test_descriptors_of_a_body_that_is_read_away_are_closed(address: str) -> None:
    """By a thread, as it is long; they came with its first octets."""

    async def main() -> None:
        service, stranger = Bus(address, is_worth_reading, MOST_BODY), await open_bus(address)
        await service.connect()
        await call_daemon(service, "RequestName", "su", BUS_NAME, 0)
        before = descriptors()
        for _ in range(5):
            order = long_order()
            order.unix_fds = [0, 0]
            reply = await stranger.call(order)
            assert reply is not None and reply.message_type is MessageType.ERROR
        await until("the descriptors to be closed", lambda: descriptors() == before)
        await service.close()
        await stranger.close()

    asyncio.run(main())


def test_descriptors_cross_a_full_socket(address: str, tmp_path: Path) -> None:
    """A descriptor queued behind more than the socket holds still arrives."""

    async def main() -> None:
        service, caller = await open_bus(address), await open_bus(address)
        got: list[bytes] = []
        done = asyncio.Event()

        def take(message: Message) -> None:
            for descriptor in take_descriptors(message):
                got.append(os.pread(descriptor, 100, 0))
                os.close(descriptor)
                done.set()

        service.add_message_handler(take)
        paper = tmp_path / "paper"
        paper.write_bytes(b"page")
        with paper.open("rb") as file:
            for _ in range(200):
                caller.send(signal(service.unique_name or "", "JobChanged", filler="x" * 10_000))
            last = signal(service.unique_name or "", "JobChanged", filler="")
            last.unix_fds = [file.fileno()]
            caller.send(last)
            await asyncio.wait_for(done.wait(), 30)
        assert got == [b"page"]
        await service.close()
        await caller.close()

    asyncio.run(main())


def test_the_client_hears_the_service_come_and_go_and_nobody_else(address: str) -> None:
    async def main() -> None:
        presence: asyncio.Queue[bool] = asyncio.Queue()
        heard: asyncio.Queue[Job] = asyncio.Queue()
        async with client.connect(address) as desk:
            desk.on_service_changed = presence.put_nowait
            desk.on_job_changed = heard.put_nowait
            assert not desk.present
            with pytest.raises(client.ServiceUnavailable):
                await desk.list_jobs()
            service, forger = await open_bus(address), await open_bus(address)
            await call_daemon(service, "RequestName", "su", BUS_NAME, 0)
            assert await asyncio.wait_for(presence.get(), 10) is True
            name = desk._bus.unique_name or ""
            job = Job("true", State.ACTIVE, "", "", "", "", "", "", "", pages=3)
            await forger.send(signal(name, "JobChanged", **encode(replace(job, id="forged"))))
            await call_daemon(forger, "GetId")  # the forgery has passed the daemon
            await service.send(signal(name, "JobChanged", id="not a job"))
            await service.send(signal(name, "JobChanged", **encode(job), of_a_later_release=1))
            assert await asyncio.wait_for(heard.get(), 10) == job
            await service.close()
            assert await asyncio.wait_for(presence.get(), 10) is False
            await forger.close()
            assert heard.empty()

    asyncio.run(main())


async def fill(flooders: list[Bus]) -> None:
    """Send to the service until the bus keeps no more for it, not even the smallest message. It keeps 127 MB for each
    program, and 127 MB of each.
    """
    refused = 0

    def hear(message: Message) -> None:
        nonlocal refused
        refused += message.error_name == "org.freedesktop.DBus.Error.LimitsExceeded"

    for flooder in flooders:
        flooder.add_message_handler(hear)
    for size in (30_000_000, 1_000_000, 30_000, 1000, 10):
        refused = 0
        for flooder in cycle(flooders):
            await flooder.send(foreign(size))
            await call_daemon(flooder, "GetId")
            if refused:
                break


def test_what_the_bus_does_not_take_is_said_again(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A flood has filled what the bus keeps for the service: its room is everybody's."""
    refusals: list[str] = []

    def answer(message: Message) -> Message | bool:
        if message.member != "CountFolders":
            return False
        return Message.new_method_return(message, "aa{sv}", [[]])

    async def main() -> None:
        service = await open_bus(address, is_worth_reading, MOST_BODY)
        flooders = [await open_bus(address) for _ in range(2)]
        await call_daemon(service, "RequestName", "su", BUS_NAME, 0)
        service.add_message_handler(answer)
        loop = asyncio.get_running_loop()
        loop.remove_reader(service._fd)
        async with client.connect(address) as desk:
            say = desk._call

            async def note(*what: Any) -> Message | None:
                reply = await say(*what)
                assert reply is not None
                if reply.message_type is MessageType.ERROR:
                    refusals.append(reply.error_name)
                    if len(refusals) == 2:
                        loop.add_reader(service._fd, service._message_reader)
                return reply

            monkeypatch.setattr(desk, "_call", note)
            await fill(flooders)
            assert await asyncio.wait_for(desk.count_folders(), 60) == []
        for bus in (*flooders, service):
            await bus.close()

    asyncio.run(main())
    assert set(refusals) == {"org.freedesktop.DBus.Error.LimitsExceeded"}


def test_no_bus_is_a_service_that_is_away(tmp_path: Path) -> None:
    async def main() -> None:
        with pytest.raises(client.ServiceUnavailable, match="bus"):
            async with client.connect(f"unix:path={tmp_path}/nothing"):
                pass

    asyncio.run(main())


def test_plain_values_survive_the_wire() -> None:
    values = {"a": "text", "b": 3, "c": True, "d": 1.5, "e": ["x", "y"], "f": [{"g": "h"}], "i": [], "j": [0, 3]}
    assert from_wire(to_wire(values)) == values
    assert wire_text("a\0b\ud800") == "ab?"
    with pytest.raises(TypeError):
        to_wire({"a": object()})
    with pytest.raises(TypeError):
        to_wire({"a": [1, True]})


def test_a_service_that_ends_behind_hello_is_away(tmp_path: Path) -> None:
    """Bug 7: what is asked next was waited for without an end."""

    async def answer_hello(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(1)
        for answer in ("OK 0123", "AGREE_UNIX_FD"):
            await reader.readline()
            writer.write(f"{answer}\r\n".encode())
        assert await reader.readline() == b"BEGIN\r\n"
        await reader.read(1000)
        hello = Message(destination="org.freedesktop.DBus", path="/", member="Hello", serial=1)
        writer.write(Message(**_reply_to(hello))._marshall())
        writer.close()

    async def main() -> None:
        server = await asyncio.start_unix_server(answer_hello, tmp_path / "socket")
        async with server, asyncio.timeout(20):
            with pytest.raises(client.ServiceUnavailable, match="was closed"):
                async with client.connect(f"unix:path={tmp_path}/socket"):
                    raise AssertionError("there is nobody")
            bus = await open_bus(f"unix:path={tmp_path}/socket")
            await bus.gone()
            with pytest.raises(EOFError):
                await call_daemon(bus, "GetNameOwner", "s", BUS_NAME)
            await bus.close()

    asyncio.run(main())


def _reply_to(hello: Message) -> dict[str, Any]:
    kind = {"message_type": MessageType.METHOD_RETURN, "reply_serial": hello.serial, "serial": 1}
    return {**kind, "signature": "s", "body": [":1.7"]}


@pytest.mark.parametrize("reading", [False, True], ids=["at rest", "reading away"])
def test_a_closing_that_is_cancelled_frees_the_socket_all_the_same(address: str, reading: bool) -> None:
    async def main() -> None:
        bus, stranger = await open_bus(address, is_worth_reading, MOST_BODY), await open_bus(address)
        if reading:
            await call_daemon(bus, "RequestName", "su", BUS_NAME, 0)
            stranger.send(foreign())
            await until("the long body", lambda: bus._aside is not None)
        closing = asyncio.ensure_future(bus.close())
        await asyncio.sleep(0)
        closing.cancel()
        await asyncio.wait([closing])
        await until("its socket to be free", lambda: bus._sock.fileno() < 0 and bus._stream.closed)
        assert closing.cancelled()
        await stranger.close()

    asyncio.run(main())
