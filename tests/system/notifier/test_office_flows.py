# SPDX-License-Identifier: GPL-3.0-or-later
"""A secretary's ways from the popup through the window, with the whole tray program before the real service."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from PyQt6 import sip
from PyQt6.QtCore import QSettings
from PyQt6.QtPrintSupport import QPrintDialog

from faxcore.contract.listed import Folder
from faxcore.contract.order import Order
from faxcore.qt.link import DeskLink
from notifier.faxes.entry import Entry
from notifier.faxes.other_number import OtherNumber
from notifier.watching import Watching
from tests.support.service_fixture import make_document, serving
from tests.system.notifier.desktop import FakeNotifications, until
from tests.system.notifier.front import WIDE, NotedDialogs

Play = Callable[[Awaitable[None]], None]
STATION = "01 99 00 00 77"


@pytest.fixture(autouse=True)
def settings(tmp_path: Path) -> None:
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(tmp_path / "settings"))


class Session:
    """The tray program of one login."""

    def __init__(self, address: str, session_bus: str) -> None:
        self.dialogs = NotedDialogs()
        self.notifications = FakeNotifications()
        self.tray = Watching(DeskLink(register=True, address=address), self.dialogs, session_bus, lambda _path: True)
        self.tray.popups.shown.connect(self.notifications.note)

    @property
    def rows(self) -> list[Entry]:
        model = self.tray.faxes.window.list.model
        found = (model.entry(row) for row in range(model.rowCount()))
        return [entry for entry in found if entry is not None]


@asynccontextmanager
async def logged_in(address: str, session_bus: str) -> AsyncIterator[Session]:
    """The program as it runs from login to logout; no window is on the screen."""
    here = Session(address, session_bus)
    await here.notifications.join(session_bus)
    running = asyncio.ensure_future(here.tray.run())
    try:
        await until(lambda: here.tray.link.present)
        yield here
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        here.tray.close()
        await here.notifications.bus.close()
        sip.delete(here.tray.faxes.window)


def ring(when: Path, **about: Any) -> dict[str, Any]:
    return {"pages": 2, "end": "ok", "called": "0199000001", "when": str(when), **about}


def test_from_the_popup_to_paper_and_on_to_somebody_else(play: Play, session_bus: str, tmp_path: Path) -> None:
    async def scenario(address: str) -> None:
        async with logged_in(address, session_bus) as here:
            (tmp_path / "now").touch()
            await until(lambda: here.notifications.popups)
            (popup,) = here.notifications.popups
            await here.notifications.act(popup, "open")
            window = here.tray.faxes.window
            await until(lambda: window.isVisible() and window.pane.pages.count == 2)
            assert window.pane.entry is not None and window.pane.entry.name == STATION
            window.resize(*WIDE)
            await here.notifications.act(popup, "print")
            await until(lambda: window.findChildren(QPrintDialog))
            (asked,) = window.findChildren(QPrintDialog)
            assert (asked.fromPage(), asked.toPage()) == (1, 2)
            asked.reject()
            await here.notifications.act(popup, "forward")
            await until(lambda: here.dialogs.noted)
            (draft,) = await here.tray.link.desk.list_drafts()
            assert here.dialogs.noted == [f"open {draft.id}"]
            assert draft.pages == 2 and draft.title.startswith(f"Fax from {STATION}, ")

    with serving({"ring": {"line-1": [ring(tmp_path / "now")]}}) as (address, _folder):
        play(scenario(address))


def test_busy_five_times_and_then_another_number(play: Play, session_bus: str) -> None:
    async def scenario(address: str, folder: Path) -> None:
        async with logged_in(address, session_bus) as here:
            desk = here.tray.link.desk
            with make_document(folder).open("rb") as file:
                await desk.submit_document(file, None, Order("0199000003", last_name="Leroy"))
            await until(lambda: any("other-number" in popup.actions for popup in here.notifications.popups))
            popup = here.notifications.popups[-1]
            await here.notifications.act(popup, "other-number")
            await until(lambda: here.tray.faxes.window.findChild(OtherNumber))
            asked = here.tray.faxes.window.findChild(OtherNumber)
            assert asked is not None
            asked.number.edit.setText("0199000002")
            asked.number.edit.textEdited.emit("0199000002")
            asked.send_button.click()
            here.tray.faxes.show(Folder.SENT)
            await until(lambda: [entry.name for entry in here.rows] == ["01 99 00 00 02"])
            here.tray.faxes.show(Folder.FAILED)
            await until(lambda: [entry.name for entry in here.rows] == ["Leroy"])

    with serving({"dial": {"0199000003": ["busy"] * 5, "0199000002": ["ok"]}}) as (address, folder):
        play(scenario(address, folder))
