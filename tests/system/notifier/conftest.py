# SPDX-License-Identifier: GPL-3.0-or-later
"""Private buses, and a way to run a scenario in the windows' loop."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
import qasync
from PyQt6.QtCore import QSettings
from PyQt6.QtWidgets import QApplication

from tests.support.bus_fixture import private_bus

OFFSCREEN = ("No such signal QPlatformNativeInterface::systemTrayWindowChanged", "This plugin does not support ")
"""Qt's own complaints about a platform without a panel and a window manager."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.qt_log_ignore(*OFFSCREEN, extend=True))


@pytest.fixture(autouse=True)
def state_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folders with orders that were left, and with a person's wishes: nobody's own."""
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(tmp_path / "settings"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state-home"))
    return tmp_path / "state-home"


@pytest.fixture
def system_bus(tmp_path: Path) -> Iterator[str]:
    with private_bus(tmp_path / "system") as address:
        yield address


@pytest.fixture
def session_bus(tmp_path: Path) -> Iterator[str]:
    with private_bus(tmp_path / "session", let_all=True) as address:
        yield address


@pytest.fixture(scope="session")
def window_loop(qapp: QApplication) -> Iterator[qasync.QEventLoop]:
    """One for all tests, as a program has one."""
    qapp.setQuitOnLastWindowClosed(False)
    with qasync.QEventLoop(qapp) as loop:
        yield loop


@pytest.fixture
def play(window_loop: qasync.QEventLoop) -> Callable[[Awaitable[None]], None]:
    """Run this to its end in Qt's loop."""
    return window_loop.run_until_complete
