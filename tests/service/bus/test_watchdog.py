# SPDX-License-Identifier: GPL-3.0-or-later
"""The service tells systemd that it is ready and works, and no more when it hangs."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from faxcore import watchdog
from tests.support import CHECKOUT
from tests.support.bus_fixture import private_bus
from tests.support.service_fixture import public_folder
from tests.support.service_parts import script
from tests.support.waiting import async_test

PATIENCE = 60.0


@pytest.fixture
def init(tmp_path: Path) -> Iterator[socket.socket]:
    """The socket on which an init system listens."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(tmp_path / "notify"))
        listening.settimeout(PATIENCE)
        yield listening


def test_the_service_says_that_it_is_ready_that_it_works_and_that_it_stops(init: socket.socket) -> None:
    with public_folder() as folder, private_bus(folder / "bus") as address:
        script(folder)
        env = os.environ | {"NOTIFY_SOCKET": init.getsockname(), "WATCHDOG_USEC": "300000"}
        command = [sys.executable, "-m", "tests.support.serve", str(folder), address]
        process = subprocess.Popen(command, cwd=CHECKOUT, env=env, stdout=subprocess.DEVNULL)
        heard = {init.recv(100) for _ in range(10)}
        while b"READY=1" not in heard:
            heard.add(init.recv(100))
        assert b"WATCHDOG=1" in heard
        process.send_signal(signal.SIGTERM)
        while init.recv(100) != b"STOPPING=1":
            pass
        assert process.wait(PATIENCE) == 0


@async_test
async def test_a_service_that_does_not_look_at_itself_is_not_fed(
    init: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", init.getsockname())
    monkeypatch.setenv("WATCHDOG_USEC", "3000")
    checked = [time.monotonic()]
    feeding = asyncio.create_task(watchdog.feed(lambda: checked[0], 60.0))
    assert await asyncio.to_thread(init.recv, 100) == b"WATCHDOG=1"
    checked[0] -= 61
    await asyncio.sleep(0)
    init.setblocking(False)
    with pytest.raises(BlockingIOError):
        while True:
            init.recv(100)  # what was sent before
    for _ in range(20):
        await asyncio.sleep(0.001)
    with pytest.raises(BlockingIOError):
        init.recv(100)
    feeding.cancel()


@async_test
async def test_without_an_init_system_nothing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WATCHDOG_USEC", raising=False)
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    await watchdog.feed(lambda: 0.0, 1.0)
    watchdog.tell("READY=1")
