# SPDX-License-Identifier: GPL-3.0-or-later
"""The dialog on a private bus with a stand-in of the service, driven as a person drives it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
import qasync
from PyQt6 import sip
from PyQt6.QtCore import QSettings
from PyQt6.QtWidgets import QApplication, QWidget

from faxcore.bus.wire import Bus
from faxcore.qt.link import DeskLink
from faxdialog.controller import DialogController
from faxdialog.window import SendDialog
from tests.support.bus_fixture import private_bus
from tests.support.fake_service import FakeDesk, serve

OFFSCREEN = ("No such signal QPlatformNativeInterface::systemTrayWindowChanged", "This plugin does not support ")
"""Qt's own complaints about a platform without a panel and a window manager."""

SECONDS = 20.0


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.qt_log_ignore(*OFFSCREEN, extend=True))


@pytest.fixture(autouse=True)
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings of the dialog are forgotten after each test, and nobody's own; so are orders that it leaves."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state-home"))
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(tmp_path / "settings"))


@pytest.fixture
def keep(qapp: QApplication) -> Iterator[Callable[[QWidget], QWidget]]:
    """Widgets that are deleted at the end of the test, and not whenever Python finds that nobody knows them any more:
    that may be in the middle of drawing one.
    """
    kept: list[QWidget] = []

    def keep(widget: QWidget) -> QWidget:
        kept.append(widget)
        return widget

    yield keep
    for widget in kept:
        sip.delete(widget)


@pytest.fixture
def system_bus(tmp_path: Path) -> Iterator[str]:
    with private_bus(tmp_path / "system") as address:
        yield address


@pytest.fixture
def play(qapp: QApplication) -> Iterator[Callable[[Awaitable[None]], None]]:
    """Run this to its end in Qt's loop."""
    qapp.setQuitOnLastWindowClosed(False)
    with qasync.QEventLoop(qapp) as loop:
        yield loop.run_until_complete


async def until(test: Callable[[], Any]) -> None:
    """Let the windows go on until this is so."""
    async with asyncio.timeout(SECONDS):
        while not test():
            await asyncio.sleep(0.01)


@dataclass
class Shown:
    """One dialog that is open."""

    desk: FakeDesk
    dialog: SendDialog
    sending: DialogController
    address: str
    service: Bus
    draft: str
    ends: list[bool] = field(default_factory=list)

    def asked(self, method: str) -> list[tuple[Any, ...]]:
        """How the service was asked for this."""
        return [asked[1:] for asked in self.desk.asked if asked[0] == method]

    async def composed(self, pages: int) -> None:
        """The preview has as many pages as this, and is that of what was typed last."""
        await until(lambda: self.dialog.preview.count == pages and self.dialog.preview.state.text() == AS_IT_ARRIVES)


AS_IT_ARRIVES = "As it will arrive"


@asynccontextmanager
async def shown(address: str, desk: FakeDesk | None = None, draft: str = "") -> AsyncIterator[Shown]:
    """The dialog for a draft of this desk, by default for a letter of two pages."""
    desk = desk or FakeDesk()
    draft = draft or desk.add_draft("Letter", "One", "Two")
    service = await serve(desk, address)
    link = DeskLink(address=address)
    linking = asyncio.ensure_future(link.run())
    dialog = SendDialog()
    sending = DialogController(link, dialog, draft)
    found = Shown(desk, dialog, sending, address, service, draft)
    sending.finished.connect(lambda: found.ends.append(True))
    sending.show()
    try:
        yield found
    finally:
        dialog.close()
        linking.cancel()
        await asyncio.gather(linking, return_exceptions=True)
        await found.service.close()
        # Now, while all of it is still known: what Python and Qt would each delete in their own time, they delete in
        # the middle of drawing it.
        sip.delete(dialog)
