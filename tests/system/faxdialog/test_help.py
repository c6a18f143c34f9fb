# SPDX-License-Identifier: GPL-3.0-or-later
"""F1 opens the manual's page of the window, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PyQt6.QtCore import QLocale, QObject, Qt, QUrl, pyqtSlot
from PyQt6.QtGui import QDesktopServices
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from faxcore.qt import manual
from faxcore.qt.manual import Topic, find_page
from faxdialog.window import SendDialog
from notifier.faxes.faxes_window import FaxesWindow

Keep = Callable[[QWidget], QWidget]


class Desktop(QObject):
    """Whatever opens files on this desktop."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []

    @pyqtSlot(QUrl)
    def open(self, url: QUrl) -> None:
        """Open a file."""
        self.opened.append(url.toLocalFile())


@pytest.mark.parametrize(("language", "folder"), [("en_GB", "user"), ("fr_FR", "fr"), ("de_DE", "user")])
@pytest.mark.parametrize("topic", list(Topic))
def test_each_page_is_in_the_manual(language: str, folder: str, topic: Topic, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manual, "SITES", ())
    before = QLocale()
    QLocale.setDefault(QLocale(language))
    try:
        page = find_page(topic)
    finally:
        QLocale.setDefault(before)
    assert page is not None and (page.parent.name, page.stem) == (folder, topic.value)


def test_the_site_goes_before_the_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manual, "SITES", (tmp_path,))
    (tmp_path / "user").mkdir()
    site = tmp_path / "user/send.html"
    site.touch()
    assert find_page(Topic.SENDING) == site


@pytest.mark.parametrize(("kind", "page"), [(SendDialog, "send"), (FaxesWindow, "faxes")])
def test_f1_opens_the_page_or_says_that_there_is_none(
    qtbot: QtBot, keep: Keep, monkeypatch: pytest.MonkeyPatch, kind: type[SendDialog | FaxesWindow], page: str
) -> None:
    desktop = Desktop()
    QDesktopServices.setUrlHandler("file", desktop, "open")
    window = kind()
    keep(window)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    try:
        QTest.keyClick(window, Qt.Key.Key_F1)
        qtbot.waitUntil(lambda: bool(desktop.opened))
        assert Path(desktop.opened[0]).stem == page
        for name in ("SITES", "TEXTS"):
            monkeypatch.setattr(manual, name, ())
        QTest.keyClick(window, Qt.Key.Key_F1)
        bar = window.notice if isinstance(window, FaxesWindow) else window.message
        qtbot.waitUntil(lambda: "manual" in bar.text.text())
        assert bar.isVisible()
    finally:
        QDesktopServices.unsetUrlHandler("file")
