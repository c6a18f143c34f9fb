# SPDX-License-Identifier: GPL-3.0-or-later
"""A desktop for tests: a fake service and a fake notification service on private buses, and the tray itself."""

from __future__ import annotations

import asyncio
import itertools
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dbus_next import Message, MessageType

from faxcore.bus import wire
from faxcore.qt.link import DeskLink
from notifier import notifications
from notifier.dialogs import Dialogs
from notifier.faxes.entry import Entry
from notifier.faxes.faxes_window import FaxesWindow
from notifier.faxes.loading import Loading
from notifier.faxes.place import Place
from notifier.watching import Watching
from tests.support.fake_service import FakeDesk, serve

SECONDS = 20.0
WIDE = (1180, 740)
"""A main window with three columns; the screen that is none is 800 wide."""
ALL = Place(None)
NOBODY_LOOKS_MS = 600_000
"""Milliseconds after which a fax that is shown counts as read: no test takes so long."""

DIALOG = """
import os, signal, sys
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
signal.signal(signal.SIGUSR1, lambda *_: sys.exit(3))


def say(*words):
    try:
        os.write(1, f"{' '.join(words)}\\n".encode())
    except BrokenPipeError:
        pass  # the tray has gone; the dialog goes on without it, as a real one does


say("ready")
for line in sys.stdin:
    if "opened" not in globals():
        with open(sys.argv[1] + ".open", "a") as file:
            print(os.getpid(), file=file)
    opened = True
    with open(sys.argv[1], "a") as file:
        file.write(line)
    if line.startswith(("open", "new")):
        say("shown")
    if line.startswith("printed") and os.path.exists(sys.argv[1] + ".answer"):
        say(open(sys.argv[1] + ".answer").read(), line.split()[1])
while "opened" in globals():
    signal.pause()
"""
"""A dialog that notes what it is told; it is closed by SIGTERM, and breaks by SIGUSR1. To what was printed it answers
as a file says, or not at all.
"""


def close_dialogs(told: Path) -> None:
    """Close the dialogs that are open still, as a person would in the end: they outlive the tray."""
    opened = told.with_name(f"{told.name}.open")
    for process in opened.read_text().split() if opened.exists() else ():
        with suppress(ProcessLookupError):
            os.kill(int(process), signal.SIGTERM)


@dataclass
class Shown:
    """One popup as the notification service got it."""

    id: int
    summary: str
    body: str
    actions: dict[str, str]
    urgency: int
    expiry: int
    replaces: int = 0
    """The popup in whose place it stands."""
    image: list[Any] = field(default_factory=list)
    """The values of its hint `image-data`."""


@dataclass
class FakeNotifications:
    """org.freedesktop.Notifications, in memory."""

    capabilities: list[str] = field(default_factory=lambda: ["actions", "body", "body-markup"])
    popups: list[Shown] = field(default_factory=list)
    closed: list[int] = field(default_factory=list)
    """Popups that the tray has taken away, by their numbers."""
    known: int = 0
    """Popups that the tray knows to be shown."""
    bus: Any = None

    def note(self) -> None:
        """The tray has heard that a popup is shown."""
        self.known += 1

    async def join(self, address: str) -> None:
        """Be the notification service of this bus."""
        self.bus = await wire.open_bus(address)
        self._ids = itertools.count(1)
        self.bus.add_message_handler(self._heard)
        await wire.call_daemon(self.bus, "RequestName", "su", notifications.NAME, 4)

    async def act(self, popup: Shown, key: str) -> None:
        """A person clicks on this button of the popup: not before the tray knows which popup that is."""
        await until(lambda: self.known > self.popups.index(popup))
        said = Message.new_signal(notifications.PATH, notifications.NAME, "ActionInvoked", "us", [popup.id, key])
        await self.bus.send(said)

    def standing(self) -> list[Shown]:
        """The popups that are on the screen, as they are now."""
        now = {popup.id: popup for popup in self.popups if popup.id not in self.closed}
        return list(now.values())

    def _heard(self, message: Message) -> Message | bool:
        if message.message_type is not MessageType.METHOD_CALL or message.interface != notifications.NAME:
            return False
        if message.member == "GetCapabilities":
            return Message.new_method_return(message, "as", [self.capabilities])
        if message.member == "CloseNotification":
            self.closed.append(message.body[0])
            return Message.new_method_return(message)
        _app, replaces, _icon, summary, body, actions, hints, expiry = message.body
        named = dict(zip(actions[::2], actions[1::2], strict=True))
        id = replaces or next(self._ids)
        shown = Shown(id, summary, body, named, hints["urgency"].value, expiry, replaces)
        if "image-data" in hints:
            assert hints["image-data"].signature == "(iiibiiay)"
            shown.image = hints["image-data"].value
        self.popups.append(shown)
        return Message.new_method_return(message, "u", [shown.id])


@dataclass
class Desktop:
    """What a test sees and moves."""

    desk: FakeDesk
    notifications: FakeNotifications
    tray: Watching
    opened: list[Path]
    dialog_notes: Path
    address: str
    service: Any = None

    async def stop_service(self) -> None:
        """The service leaves the bus."""
        await self.service.close()
        await until(lambda: not self.tray.link.present)

    async def start_service(self) -> None:
        """The service comes to the bus."""
        self.service = await serve(self.desk, self.address)

    def dialog_told(self) -> list[str]:
        """What the dialogs were told, all together."""
        return self.dialog_notes.read_text().splitlines() if self.dialog_notes.exists() else []

    @property
    def loading(self) -> Loading:
        """The lists of the main window at work."""
        return self.tray.faxes.loading

    @property
    def window(self) -> FaxesWindow:
        """The main window; where nobody has wanted it yet, it is made."""
        return self.tray.faxes.window

    async def load_faxes(self, where: Place = ALL) -> None:
        """The main window has loaded a place, and nobody has looked at it yet."""
        self.tray.faxes.marks.look.setInterval(NOBODY_LOOKS_MS)
        self.window.resize(*WIDE)
        self.loading.go_to(where)
        await until(lambda: self.loading.is_loaded() and not self.tray._tasks)

    async def show_faxes(self, where: Place = ALL) -> None:
        """The main window stands in front, and shows a place."""
        await self.load_faxes(where)
        self.window.bring_forward()
        await until(lambda: self.loading.counts and not self.tray._tasks)

    async def faxes_shown(self) -> None:
        """The main window has come forward by itself, and shows what was wanted."""
        await until(lambda: "faxes" in vars(self.tray) and self.window.isVisible())
        self.window.resize(*WIDE)
        await until(lambda: self.loading.is_loaded() and not self.tray._tasks)

    @property
    def current(self) -> Entry:
        """The entry that is selected; its words stand above the page."""
        entry = self.window.list.current()
        assert entry is not None and entry == self.window.pane.entry
        return entry

    def rows(self) -> list[Entry]:
        """The entries of the list as it is shown, from top to bottom."""
        model = self.window.list.model
        found = (model.entry(row) for row in range(model.rowCount()))
        return [entry for entry in found if entry is not None]

    def names(self) -> list[str]:
        """The names in the list, from top to bottom."""
        return [entry.name for entry in self.rows()]

    def told(self) -> str:
        """The sentence across the main window that tells what was done, or what went wrong."""
        return self.window.notice.text.text()


@asynccontextmanager
async def desktop(
    system_bus: str,
    session_bus: str,
    folder: Path,
    desk: FakeDesk | None = None,
    notifying: bool = True,
    command: Sequence[str] = (),
) -> AsyncIterator[Desktop]:
    """The tray, running, with what it counts; no window is made yet."""
    notifications = FakeNotifications()
    if notifying:
        await notifications.join(session_bus)
    opened: list[Path] = []
    told = folder / "told"
    link = DeskLink(register=True, address=system_bus)
    dialogs = Dialogs(command or [sys.executable, "-c", DIALOG, str(told)])
    tray = Watching(link, dialogs, session_bus, lambda path: opened.append(path) or True)
    tray.popups.shown.connect(notifications.note)
    shown = Desktop(desk or FakeDesk(), notifications, tray, opened, told, system_bus)
    await shown.start_service()
    running = asyncio.ensure_future(tray.run())
    try:
        await until(lambda: ("list_drafts",) in shown.desk.asked and not tray._tasks)
        yield shown
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        tray.close()
        close_dialogs(told)
        await shown.service.close()
        if notifying:
            await notifications.bus.close()


async def until(condition: Callable[[], object]) -> None:
    """Return when this has become true; fail if it does not."""
    async with asyncio.timeout(SECONDS):
        while not condition():
            await asyncio.sleep(0.005)
