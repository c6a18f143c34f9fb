# SPDX-License-Identifier: GPL-3.0-or-later
"""The main window before the real service, driven as a person drives it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

from PyQt6 import sip
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QMessageBox, QPushButton

from faxcore.bus.client import BusError
from faxcore.contract.listed import Folder
from faxcore.contract.order import Order
from faxcore.qt.link import DeskLink
from notifier.dialogs import Dialogs
from notifier.fax import Fax
from notifier.faxes.entry import Entry
from notifier.faxes.fax_actions import What
from notifier.faxes.fax_desk import FaxDesk
from notifier.faxes.place import Place
from notifier.open_files import CannotOpen, Files
from tests.system.notifier.desktop import until

WIDE: Final = (1180, 740)


class NotedDialogs(Dialogs):
    """Dialogs that are not opened: what would be, is noted."""

    def __init__(self) -> None:
        super().__init__(["true"])
        self.noted: list[str] = []

    def prepare(self) -> None:
        """Load nothing."""

    def open(self, draft: str, by_itself: bool = False) -> bool:
        self.noted.append(f"open {draft}")
        return True

    def open_new(self, number: str = "") -> None:
        self.noted.append(f"new {number}".strip())


class Front:
    """The window of one person, and what stands in it."""

    def __init__(self, address: str) -> None:
        self.link = DeskLink(register=True, address=address)
        self.dialogs = NotedDialogs()
        self.opened: list[Path] = []
        self.files = Files(self.link, lambda path: self.opened.append(path) or True)
        self.troubles: list[Exception] = []
        self.tasks: set[asyncio.Task[None]] = set()
        self.desk = FaxDesk(self.link, self.dialogs, self.files, self.start, self.start)
        self.desk.window.resize(*WIDE)
        self.desk.marks.look.setInterval(600_000)  # a test says when somebody has looked

    @property
    def rows(self) -> list[Entry]:
        """The entries of the list, from top to bottom."""
        model = self.desk.window.list.model
        found = (model.entry(row) for row in range(model.rowCount()))
        return [entry for entry in found if entry is not None]

    @property
    def names(self) -> list[str]:
        return [entry.name for entry in self.rows]

    @property
    def current(self) -> Fax | None:
        entry = self.desk.window.pane.entry
        return entry.fax if entry is not None else None

    @property
    def notice(self) -> str:
        """The sentence that tells what was done, as far as it is seen."""
        bar = self.desk.window.notice
        return bar.text.text() if bar.isVisible() else ""

    @property
    def about(self) -> str:
        """The sentence above the page, as far as it is seen."""
        bar = self.desk.window.pane.head.notice
        return bar.text.text() if bar.isVisible() else ""

    @property
    def folders(self) -> list[str]:
        """The folders as they are seen, with their counts."""
        return list(self.desk.window.folders.places().values())

    def can(self, what: What) -> bool:
        return self.desk.window.actions_of_fax[what].isEnabled()

    def do(self, what: What) -> None:
        """Choose an action, which must make sense now."""
        assert self.can(what), what
        self.desk.window.actions_of_fax.trigger(what)

    def go(self, folder: Folder | None) -> None:
        """Click on a folder."""
        self.desk.window.folders.choose(Place(folder))

    def press(self, letter: str) -> None:
        """Press the key of a letter in the list."""
        QTest.keyClicks(self.desk.window.list.view, letter)

    def press_in_list(self, key: Qt.Key) -> None:
        """Press a key in the list."""
        QTest.keyClick(self.desk.window.list.view, key)

    def press_in_window(self, key: Qt.Key) -> None:
        """Press a key that means the same everywhere in the window."""
        QTest.keyClick(self.desk.window, key)

    def search(self, words: str) -> None:
        """Type into the search field, and let the pause go by."""
        self.desk.window.tools.search.setText(words)

    def look(self) -> None:
        """Let the two seconds go by after which a fax has been read."""
        self.desk.marks.look.timeout.emit()

    def answer(self, label: str) -> None:
        """Click the button with these words of the question that stands before the window."""
        (question,) = [box for box in self.desk.window.findChildren(QMessageBox) if box.isVisible()]
        (button,) = [button for button in question.buttons() if button.text() == label]
        button.click()

    def click(self, label: str) -> None:
        """Click a button with these words above the page or in a bar."""
        buttons = [each for each in self.desk.window.findChildren(QPushButton) if each.isVisible()]
        (button,) = [each for each in buttons if each.text() == label]
        QTest.mouseClick(button, Qt.MouseButton.LeftButton, pos=QPoint(4, 4))

    def start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Do the work of the window; a trouble is kept for the test."""
        task = asyncio.ensure_future(self._do(work))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        task.add_done_callback(lambda _task: work.close())  # one that is cancelled before it began has not
        return task

    async def _do(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except (BusError, CannotOpen, OSError) as error:
            self.troubles.append(error)
            self.desk.tell(str(error))

    async def send(self, number: str, document: Path, **about: Any) -> str:
        """Send a document as another program does; the id of the fax."""
        with document.open("rb") as pages:
            return await self.link.desk.submit_document(pages, None, Order(number, **about))


@asynccontextmanager
async def front(address: str) -> AsyncIterator[Front]:
    """The window on the screen, with its first list."""
    here = Front(address)
    linking = asyncio.ensure_future(here.link.run())
    here.desk.show()
    try:
        await until(lambda: here.desk.loading.is_loaded() and here.desk.loading.counts)
        await until(here.desk.window.isActiveWindow)
        yield here
    finally:
        here.desk.close()
        linking.cancel()
        for task in list(here.tasks):
            task.cancel()
        await asyncio.gather(linking, *here.tasks, return_exceptions=True)
        here.files.close()
        sip.delete(here.desk.window)
