# SPDX-License-Identifier: GPL-3.0-or-later
"""The service's own socket: who gets in, as whom, how often, and how much of the service's time each user has."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from dbus_next.constants import MessageType
from dbus_next.message import Message

from faxcore.bus import client, direct
from faxcore.bus.direct import MESSAGE_SECONDS, MOST_DESCRIPTORS
from faxcore.bus.doorway import MOST_OF_A_USER, Doorway
from faxcore.bus.gate import AT_ONCE, MOST_CALLS, Gate, NameTaken
from faxcore.bus.wire import open_bus
from faxcore.contract.bus import BUS_NAME, OBJECT_PATH
from faxcore.contract.listed import FaxQuery
from faxcore.contract.methods import DESK
from faxcore.contract.order import Order
from faxcore.contract.sent_fax import Job
from faxcore.model.job import State
from tests.support.bus_fixture import private_bus
from tests.support.fake_service import FakeDesk, serve, serve_directly
from tests.support.flooder import document, foreign, long_order
from tests.support.service_fixture import as_nobody, make_document, needs_root, public_folder, service, serving
from tests.support.waiting import async_test, until

SCRIPT = {"dial": {"0199000002": ["ok"]}}


@asynccontextmanager
async def listening(folder: Path, desk: FakeDesk | None = None, **more: Any) -> AsyncIterator[tuple[str, Doorway]]:
    """A stand-in of the service at a socket of its own; the socket's address."""
    door = await serve_directly(desk or FakeDesk(), folder / "socket", **more)
    try:
        yield f"unix:path={folder}/socket", door
    finally:
        await door.stop()


def call(member: str, signature: str = "", *body: Any) -> Message:
    return Message(
        destination=BUS_NAME, path=OBJECT_PATH, interface=DESK, member=member, signature=signature, body=list(body)
    )


# ---------------------------------------------------------------- who gets in, and as whom


def test_a_foreign_program_asks_through_the_socket() -> None:
    """dbus-send has libdbus's handshake and its questions to a bus."""
    with serving(SCRIPT) as (_address, folder):
        command = ["dbus-send", f"--bus=unix:path={folder}/socket", "--print-reply", f"--dest={BUS_NAME}", OBJECT_PATH]
        asked = subprocess.run([*command, f"{DESK}.Status"], check=True, capture_output=True, text=True, timeout=30)
        assert "received_folder" in asked.stdout
        refused = subprocess.run(
            [*command, "org.freedesktop.DBus.ListNames"], capture_output=True, text=True, timeout=30, check=False
        )
        assert refused.returncode == 1
        assert "This is not allowed." in refused.stderr


@needs_root
def test_everybody_is_who_the_kernel_says() -> None:
    async def of_nobody(address: str) -> list[str]:
        async with client.connect(address) as desk:
            return [job.number for job in await desk.list_jobs()]

    with serving(SCRIPT) as (bus, folder):
        make_document(folder).chmod(0o644)
        address = f"unix:path={folder}/socket"

        async def submit() -> str:
            async with client.connect(address) as desk:
                with (folder / "document.tif").open("rb") as pages:
                    return await desk.submit_document(pages, None, Order("0199000002"))

        as_nobody(submit)
        assert asyncio.run(of_nobody(address)) == []  # root's own list
        assert as_nobody(lambda: of_nobody(address)) == as_nobody(lambda: of_nobody(bus)) != []


@needs_root
def test_whoever_claims_to_be_somebody_else_is_not_let_in() -> None:
    async def claim_root(path: str) -> str:
        with socket.socket(socket.AF_UNIX) as sock:
            sock.connect(path)
            sock.sendall(b"\0AUTH EXTERNAL 30\r\n")
            return sock.recv(100).decode()

    with serving(SCRIPT) as (_bus, folder):
        assert as_nobody(lambda: claim_root(f"{folder}/socket")) == "REJECTED EXTERNAL\r\n"


@async_test
async def test_a_name_that_a_message_gives_its_sender_is_not_believed(tmp_path: Path) -> None:
    """Else one could have others' news ended, or take them."""
    async with listening(tmp_path) as (address, _door), client.connect(address) as desk:
        news: list[object] = []
        desk.on_job_changed = news.append
        await desk.register()
        stranger = await open_bus(address)
        forged = call("Register")
        forged.sender = ":direct.1"
        await stranger.call(forged)
        await stranger.close()
        assert (await desk.status()).version


# ---------------------------------------------------------------- how it begins and ends


@async_test
async def test_a_socket_that_a_killed_service_left_is_taken_over(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(tmp_path / "socket"))
    async with listening(tmp_path) as (address, _door), client.connect(address) as desk:
        assert desk.present


@async_test
async def test_two_services_do_not_share_a_socket(tmp_path: Path) -> None:
    async with listening(tmp_path) as (address, _door):
        with pytest.raises(NameTaken, match="another faxcore listens"):
            await serve_directly(FakeDesk(), tmp_path / "socket")
        async with client.connect(address) as desk:
            assert desk.present
    assert not (tmp_path / "socket").exists()


@async_test
async def test_clients_hear_that_the_service_has_gone(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        address, door = await stack.enter_async_context(listening(tmp_path))
        desk = await stack.enter_async_context(client.connect(address))
        await door.stop()
        await asyncio.wait_for(desk.closed(), 10)
        with pytest.raises(client.ServiceUnavailable):
            await desk.status()


def test_a_client_on_the_bus_moves_to_the_socket_once_there_is_one() -> None:
    async def main(folder: Path, address: str) -> None:
        both = f"unix:path={folder}/socket;{address}"
        async with client.connect(both) as desk:
            assert not desk.present
            await asyncio.to_thread(come.enter_context, service(folder, address))
            await asyncio.wait_for(desk.closed(), 30)
        async with client.connect(both) as desk:
            heard: list[bool] = []
            desk.on_service_changed = heard.append
            assert desk.present
            assert desk._bus.unique_name.startswith(":direct.")
            await desk.register()
            with make_document(folder).open("rb") as pages:
                ended = asyncio.Event()
                desk.on_job_changed = lambda job: ended.set() if job.state is State.DONE else None
                await desk.submit_document(pages, None, Order("0199000002"))
                await asyncio.wait_for(ended.wait(), 30)

    with public_folder() as folder, private_bus(folder / "bus") as address, ExitStack() as come:
        (folder / "script.json").write_text('{"dial": {"0199000002": ["ok"]}}')
        asyncio.run(main(folder, address))


# ---------------------------------------------------------------- what nobody honest does


@async_test
async def test_whoever_says_nothing_is_hung_up_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(direct, "HANDSHAKE_SECONDS", 0.05)
    loop = asyncio.get_running_loop()
    async with listening(tmp_path):
        for words in (b"", b"\0", b"\0AUTH EXTERNAL\r\n", b"x", b"\0BEGIN\r\n", b"\0" + b"A" * 5000):
            with socket.socket(socket.AF_UNIX) as sock:
                sock.setblocking(False)
                await loop.sock_connect(sock, str(tmp_path / "socket"))
                await loop.sock_sendall(sock, words)
                async with asyncio.timeout(10):
                    try:
                        while await loop.sock_recv(sock, 100):
                            continue
                    except ConnectionResetError:
                        continue


@pytest.mark.parametrize("kind", ["long body", "long order", "half an order", "descriptors", "no message"])
@async_test
async def test_whoever_sends_no_call_is_hung_up_on(tmp_path: Path, kind: str) -> None:
    async with listening(tmp_path) as (address, _door), client.connect(address) as other:
        before = len(os.listdir("/proc/self/fd"))
        bus = await open_bus(address)
        if kind == "long body":
            bus.send(foreign())
        elif kind == "long order":
            # Its descriptors come with its first octets, long before it is known to be too long.
            order = long_order()
            order.unix_fds = [0, 0]
            bus.send(order)
        elif kind == "half an order":
            order = document()
            order.unix_fds, order.serial = [0, 0], 7
            socket.send_fds(bus._sock, [order._marshall(True)[:-8]], order.unix_fds)
            bus.disconnect()
        elif kind == "descriptors":
            many = call("Status")
            many.unix_fds = [0] * (MOST_DESCRIPTORS + 1)
            bus.send(many)
        else:
            await asyncio.get_running_loop().sock_sendall(bus._sock, b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        await asyncio.wait_for(bus.gone(), 10)
        await bus.close()
        await until("every descriptor to be closed", lambda: len(os.listdir("/proc/self/fd")) <= before)
        assert (await other.status()).version


@async_test
async def test_a_user_has_so_many_connections_and_everybody_else_theirs(tmp_path: Path) -> None:
    async with listening(tmp_path) as (address, _door), AsyncExitStack() as stack:
        mine = [await stack.enter_async_context(client.connect(address)) for _ in range(MOST_OF_A_USER)]
        with pytest.raises(client.ServiceUnavailable):
            async with client.connect(address):
                pass
        for desk in mine:
            assert desk.present
        await mine[0]._bus.close()

        async def again() -> bool:
            try:
                async with client.connect(address) as desk:
                    return desk.present
            except client.ServiceUnavailable:
                return False

        await until("a place to be free", again)


@async_test
async def test_whoever_does_not_read_is_asked_nothing_more_and_told_so_much(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(direct, "MOST_UNREAD", 20_000)
    monkeypatch.setattr(direct, "MOST_UNTOLD", 1_000_000)
    monkeypatch.setattr(direct, "MESSAGE_SECONDS", 0)
    desk = FakeDesk()
    jobs = [desk.add_job(subject="x" * 500) for _ in range(10)]
    made: list[direct.DirectConnection] = []
    begin = direct.DirectConnection.begin

    async def noted(connection: direct.DirectConnection, guid: str) -> None:
        made.append(connection)
        await begin(connection, guid)

    monkeypatch.setattr(direct.DirectConnection, "begin", noted)
    async with listening(tmp_path, desk) as (address, _door):
        deaf = await open_bus(address)
        await deaf.call(call("Register"))
        (connection,) = made
        asyncio.get_running_loop().remove_reader(deaf._fd)
        for _ in range(500):
            deaf.send(call("ListJobs"))
        await until("its questions to stop being read", lambda: connection._resting)
        await until("all that was taken to be answered", lambda: connection._unanswered == 0)
        assert connection._counting.unread > direct.MOST_UNREAD
        while connection.connected:
            assert connection._counting.unread < 2 * direct.MOST_UNTOLD
            desk.tell(desk.jobs[jobs[0]])
        await deaf.close()
        assert not desk.tell(desk.jobs[jobs[0]])  # it is not taken for told


# ---------------------------------------------------------------- whose turn it is


class StoppedClock:
    def __call__(self) -> float:
        return 1000.0


@needs_root
def test_a_user_with_many_connections_has_one_users_share(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a clock that stands still nobody's share grows: what is read is what one user may ask for at once."""
    taken: list[str] = []
    take = Gate.take

    def noted(gate: Gate, message: Message, way: Any) -> None:
        taken.append(message.member)
        take(gate, message, way)

    async def flood(address: str) -> None:
        buses = [await open_bus(address) for _ in range(8)]
        asking = [asyncio.ensure_future(bus.call(call("Status"))) for bus in buses for _ in range(100)]
        await asyncio.wait(asking, timeout=0.5)

    async def main(folder: Path) -> None:
        async with listening(folder, clock=StoppedClock()) as (address, _door):
            await asyncio.to_thread(as_nobody, lambda: flood(address))
            await until("somebody to be asked", lambda: taken)
            assert taken.count("Status") <= AT_ONCE / MESSAGE_SECONDS
            async with client.connect(address) as desk:
                for _ in range(10):
                    await desk.list_faxes(FaxQuery(None))

    monkeypatch.setattr(Gate, "take", noted)
    with public_folder() as folder:
        asyncio.run(main(folder))


class Laborious(FakeDesk):
    """Needs a fifth for each answer of what one user may use up at once."""

    async def list_jobs(self) -> list[Job]:
        end = time.thread_time() + AT_ONCE / 5
        while time.thread_time() < end:
            continue
        return []


@needs_root
def test_answers_are_of_the_share_by_the_shared_bus_too() -> None:
    async def flood(address: str) -> int:
        bus = await open_bus(address)
        asking = [asyncio.ensure_future(bus.call(call("ListJobs"))) for _ in range(100)]
        done, _waiting = await asyncio.wait(asking, timeout=3)
        return sum(task.result().message_type is MessageType.METHOD_RETURN for task in done)

    async def main(address: str) -> None:
        bus = await serve(Laborious(), address, StoppedClock())
        # So many may have begun when the first has used it up.
        assert await asyncio.to_thread(as_nobody, lambda: flood(address)) <= 5 + MOST_CALLS
        async with client.connect(address) as other:
            assert (await other.status()).version
        await bus.close()

    with public_folder() as folder, private_bus(folder / "bus", let_all=True) as address:
        asyncio.run(main(address))
