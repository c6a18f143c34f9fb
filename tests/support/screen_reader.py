# SPDX-License-Identifier: GPL-3.0-or-later
"""Windows on a virtual screen, walked through as a screen reader does: by AT-SPI, on a bus of the test's own."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from dbus_next.constants import MessageType
from dbus_next.message import Message

from faxcore.bus.wire import Bus, open_bus
from tests.support.waiting import until

ATSPI: Final = "org.a11y.atspi"
ROOT: Final = "/org/a11y/atspi/accessible/root"
DAEMON: Final = "org.freedesktop.DBus"
CHANGE: Final = f"interface='{ATSPI}.Event.Object',member='PropertyChange'"
LABELLED_BY: Final = 2
"""AT-SPI's number of the relation."""
FOCUSABLE, SHOWING = 11, 25
"""AT-SPI's numbers of these states."""
PROGRAMS: Final = ("Xvfb", "dbus-daemon", "/usr/libexec/at-spi-bus-launcher")
MISSING: Final = [program for program in PROGRAMS if shutil.which(program) is None]


@dataclass(frozen=True)
class Thing:
    """One thing in a window, as a screen reader knows it."""

    role: str
    name: str
    description: str
    labels: tuple[str, ...]
    """The names of what labels it."""
    states: frozenset[int]

    @property
    def spoken(self) -> str:
        """What is said when it gets the focus."""
        return " ".join(filter(None, (*self.labels, self.name)))


@contextmanager
def virtual_screen(size: str = "1280x800") -> Iterator[str]:
    """An X server without a screen; the name of its display."""
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", f"{size}x24", "-nolisten", "tcp", "-noreset"]
    with subprocess.Popen(command, pass_fds=(writing,), stderr=subprocess.DEVNULL) as server:
        os.close(writing)
        try:
            with os.fdopen(reading) as told:
                number = told.readline().strip()
            assert number, "Xvfb did not start"
            yield f":{number}"
        finally:
            server.terminate()


@contextmanager
def session_bus(folder: Path, display: str) -> Iterator[dict[str, str]]:
    """A session with an accessibility bus; the environment of its programs."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    environment = os.environ | {
        "DISPLAY": display,
        "QT_QPA_PLATFORM": "xcb",
        "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
        "XDG_RUNTIME_DIR": str(folder),
        "XDG_CONFIG_HOME": str(folder / "config"),
    }
    command = ["dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address=1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment) as daemon:
        try:
            assert daemon.stdout is not None
            address = daemon.stdout.readline().decode().strip()
            assert address, "dbus-daemon did not start"
            yield environment | {"DBUS_SESSION_BUS_ADDRESS": address}
        finally:
            daemon.terminate()


class ScreenReader:
    """Asks the programs of a session what is on the screen."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self.heard: list[str] = []
        """The new descriptions, which are read out where that thing has the focus."""

    async def listen(self) -> None:
        """Hear from now on what is described anew."""
        await self._bus.call(
            Message(
                DAEMON, "/org/freedesktop/DBus", DAEMON, "AddMatch", signature="s", body=[f"type='signal',{CHANGE}"]
            )
        )
        self._bus.add_message_handler(self._note)
        event = ["object:property-change:accessible-description"]
        await self._bus.call(
            Message(
                f"{ATSPI}.Registry",
                "/org/a11y/atspi/registry",
                f"{ATSPI}.Registry",
                "RegisterEvent",
                signature="s",
                body=event,
            )
        )

    def _note(self, message: Message) -> None:
        if message.member == "PropertyChange" and message.body[0] == "accessible-description":
            self.heard.append(str(message.body[3].value))

    async def walk(self, program: str) -> list[Thing]:
        """List everything in the windows of a program, once it has joined."""
        joined = await until(f"{program} on the accessibility bus", lambda: self._find(program))
        return await self._walk(joined)

    async def _find(self, program: str) -> tuple[str, str] | None:
        for child in await self._ask(f"{ATSPI}.Registry", ROOT, f"{ATSPI}.Accessible", "GetChildren"):
            if await self._read(*child, "Name") == program:
                return child[0], child[1]
        return None

    async def _walk(self, at: tuple[str, str]) -> list[Thing]:
        found = [await self._describe(at)]
        for child in await self._ask(*at, f"{ATSPI}.Accessible", "GetChildren"):
            found += await self._walk((child[0], child[1]))
        return found

    async def _describe(self, at: tuple[str, str]) -> Thing:
        labels = []
        for kind, others in await self._ask(*at, f"{ATSPI}.Accessible", "GetRelationSet"):
            if kind == LABELLED_BY:
                labels += [await self._read(*other, "Name") for other in others]
        low, high = await self._ask(*at, f"{ATSPI}.Accessible", "GetState")
        states = frozenset(bit for bit in range(64) if (low | high << 32) >> bit & 1)
        role = await self._ask(*at, f"{ATSPI}.Accessible", "GetRoleName")
        name, description = await self._read(*at, "Name"), await self._read(*at, "Description")
        return Thing(role, name, description, tuple(labels), states)

    async def _read(self, owner: str, path: str, name: str) -> str:
        asked = await self._ask(
            owner, path, "org.freedesktop.DBus.Properties", "Get", "ss", [f"{ATSPI}.Accessible", name]
        )
        return str(asked.value)

    async def _ask(
        self, owner: str, path: str, interface: str, member: str, signature: str = "", body: list[Any] | None = None
    ) -> Any:
        message = Message(owner, path, interface, member, signature=signature, body=body or [])
        reply = await asyncio.wait_for(self._bus.call(message), 20)
        assert reply is not None and reply.message_type is MessageType.METHOD_RETURN, (member, reply and reply.body)
        return reply.body[0] if reply.body else None


@asynccontextmanager
async def screen_reader(session: str) -> AsyncIterator[ScreenReader]:
    """A screen reader in the session at this address."""
    bus = await open_bus(session)
    asked = await bus.call(Message("org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus", "GetAddress"))
    await bus.close()
    assert asked is not None and asked.message_type is MessageType.METHOD_RETURN, asked and asked.body
    reading = await open_bus(asked.body[0])
    try:
        yield ScreenReader(reading)
    finally:
        await reading.close()
