# SPDX-License-Identifier: GPL-3.0-or-later
"""The dialog as a program of its own: kept ready by the tray, shown when it is told to."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.support.fake_service import FakeDesk, serve
from tests.support.waiting import until

SECONDS = 30.0


@asynccontextmanager
async def program(address: str, home: Path, *arguments: str) -> AsyncIterator[asyncio.subprocess.Process]:
    environment = os.environ | {
        "DBUS_SYSTEM_BUS_ADDRESS": address,
        "QT_QPA_PLATFORM": "offscreen",
        "XDG_CONFIG_HOME": str(home),
    }
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "faxdialog", *arguments, stdin=pipe, stdout=pipe, env=environment
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def heard(process: asyncio.subprocess.Process) -> str:
    assert process.stdout is not None
    return (await asyncio.wait_for(process.stdout.readline(), SECONDS)).decode().strip()


def test_a_spare_dialog_shows_what_it_is_told_to(system_bus: str, tmp_path: Path) -> None:
    async def scenario() -> None:
        desk = FakeDesk()
        draft = desk.add_draft("Letter", "One")
        bus = await serve(desk, system_bus)
        async with program(system_bus, tmp_path, "--spare") as process:
            assert await heard(process) == "ready"
            assert not [asked for asked in desk.asked if asked[0] == "read_draft"]
            assert process.stdin is not None
            process.stdin.write(f"open {draft}\n".encode())
            assert await heard(process) == "shown"
            await until("a question for pages", lambda: any(asked[0] == "compose_draft" for asked in desk.asked))
        await bus.close()

    asyncio.run(scenario())


def test_a_spare_dialog_begins_a_fax_for_a_number(system_bus: str, tmp_path: Path) -> None:
    async def scenario() -> None:
        desk = FakeDesk()
        bus = await serve(desk, system_bus)
        async with program(system_bus, tmp_path, "--spare") as process:
            assert await heard(process) == "ready"
            assert process.stdin is not None
            process.stdin.write(b"new 01 99 00 00 02\n")
            assert await heard(process) == "shown"
            await until("its number to be judged", lambda: ("judge_number", "01 99 00 00 02") in desk.asked)
        await bus.close()

    asyncio.run(scenario())


def test_an_unused_spare_ends_with_its_input(system_bus: str, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with program(system_bus, tmp_path, "--spare") as process:
            assert await heard(process) == "ready"
            assert process.stdin is not None
            process.stdin.close()
            assert await asyncio.wait_for(process.wait(), SECONDS) == 0

    asyncio.run(scenario())
