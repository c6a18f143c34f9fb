# SPDX-License-Identifier: GPL-3.0-or-later
"""The tray as a program: one for each session, with the real dialog, and its end."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from faxcore.bus import client
from notifier.dialogs import COMMAND, Dialogs
from notifier.single_instance import SingleInstance
from tests.support.fake_service import FakeDesk, serve
from tests.support.tray_questions import ask_as_tray
from tests.system.notifier.desktop import FakeNotifications, desktop, until

PROGRAM = (sys.executable, "-m", "notifier")


@pytest.fixture
def session(monkeypatch, system_bus, session_bus) -> Iterator[Path]:
    """The environment of a session of its own; its runtime folder, short enough for a socket's name."""
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", system_bus)
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", session_bus)
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    monkeypatch.setenv("LANGUAGE", "en")
    with tempfile.TemporaryDirectory(prefix="facteur-test-") as folder:
        monkeypatch.setenv("XDG_RUNTIME_DIR", folder)
        yield Path(folder)


@asynccontextmanager
async def program(*arguments: str):
    """The tray's process."""
    process = await asyncio.create_subprocess_exec(*PROGRAM, *arguments)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def test_a_second_start_asks_the_first_for_a_window_and_ends(play, session):
    async def scenario() -> None:
        only = SingleInstance()
        asked: list[tuple[str, str]] = []
        only.asked.connect(lambda window, fax: asked.append((window, fax)))
        assert only.first and not SingleInstance().first
        loop = asyncio.get_running_loop()
        wanted: list[tuple[str, str]] = []
        for arguments, window in (
            ((), None),
            (("--faxes",), ("faxes", "")),
            (("--show", "0190-a"), ("faxes", "0190-a")),
            (("--contacts",), ("contacts", "")),
        ):
            wanted = [*wanted, *([window] if window else [])]
            status = await loop.run_in_executor(None, os.spawnv, os.P_WAIT, sys.executable, [*PROGRAM, *arguments])
            assert status == 0
            await until(lambda wanted=wanted: asked == wanted)
        only.close()
        another = SingleInstance()
        assert another.first
        another.close()

    play(scenario())


def test_whoever_stands_for_the_program_asks_what_it_asks(session, system_bus):
    """Benchmarks with many trays have no windows, and are to ask no less and no more."""

    async def scenario() -> None:
        desk = FakeDesk()
        bus = await serve(desk, system_bus)
        async with client.connect(system_bus) as stand_in:
            await ask_as_tray(stand_in)
        await bus.close()
        expected = sorted(map(repr, desk.asked))
        async with program("--faxes"):
            desk.asked.clear()
            # Not its first start, at which the window asks for its figures twice: the service comes back.
            bus = await serve(desk, system_bus)
            await until(lambda: any(asked[0] == "list_numbers" for asked in desk.asked))
            await bus.close()
            desk.asked.clear()
            bus = await serve(desk, system_bus)
            await until(lambda: len(desk.asked) >= len(expected))
            await bus.close()
        assert sorted(map(repr, desk.asked)) == expected

    asyncio.run(scenario())


def test_the_program_registers_announces_and_ends(session, system_bus, session_bus):
    async def scenario() -> None:
        desk, notifications = FakeDesk(), FakeNotifications()
        bus = await serve(desk, system_bus)
        await notifications.join(session_bus)
        async with program("--faxes") as process:
            await until(lambda: any(asked[0] == "list_faxes" for asked in desk.asked))
            desk.add_reception(remote_id="Bob")
            await until(lambda: notifications.popups)
            assert notifications.popups[0].summary == "Fax from Bob"
            process.send_signal(signal.SIGTERM)
            assert await process.wait() == 0
        await bus.close()
        await notifications.bus.close()

    asyncio.run(scenario())


def test_the_real_dialog_stands_within_a_second(play, session, system_bus, session_bus, tmp_path):
    async def scenario() -> None:
        async with desktop(system_bus, session_bus, tmp_path, command=COMMAND) as here:
            dialogs: Dialogs = here.tray.dialogs
            shown: list[float] = []
            dialogs.shown.connect(lambda _draft: shown.append(time.monotonic()))
            await until(lambda: dialogs.spare_ready)
            printed = time.monotonic()
            draft = here.desk.add_draft("Letter", "text")
            await until(lambda: shown)
            await until(lambda: any(asked[:2] == ("compose_draft", draft) for asked in here.desk.asked))
            os.kill(dialogs._open[draft].pid, signal.SIGTERM)
            await until(lambda: not dialogs.open_drafts)
            assert shown[0] - printed < 1.0

    play(scenario())
