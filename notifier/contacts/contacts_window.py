# SPDX-License-Identifier: GPL-3.0-or-later
"""The window that holds the contacts, as long as they have one of their own."""

from __future__ import annotations

from typing import Final

from PyQt6.QtCore import QSize, Qt, pyqtSignal
from PyQt6.QtGui import QCloseEvent, QKeySequence, QShortcut, QShowEvent
from PyQt6.QtWidgets import QMainWindow

from faxcore.i18n import gettext as _
from faxcore.qt.manual import Topic, open_manual
from faxcore.qt.window_memory import WindowMemory
from notifier.contacts.contacts_pane import ContactsPane

SIZE: Final = QSize(920, 620)
LIST: Final = 380
"""The width of the list at first."""
MEMORY: Final = WindowMemory("notifier", "contacts")


class ContactsWindow(QMainWindow):
    """A window of the desktop: as large as the last one, and no larger than the screen."""

    came_forward = pyqtSignal()
    closed = pyqtSignal()

    def __init__(self, pane: ContactsPane) -> None:
        super().__init__(None, Qt.WindowType.Window)
        self.pane = pane
        self.setObjectName("fax-contacts")
        self.setWindowTitle(_("Contacts"))
        self.setCentralWidget(pane)
        QShortcut(QKeySequence.StandardKey.HelpContents, self, self._help)
        QShortcut(QKeySequence.StandardKey.Close, self, self.close)
        MEMORY.restore(self, SIZE)
        pane.parts.setSizes(MEMORY.widths() or [LIST, SIZE.width() - LIST])

    def bring_forward(self) -> None:
        """Show the window before the others."""
        self.showNormal() if self.isMinimized() else self.show()
        self.raise_()
        self.activateWindow()

    def _help(self) -> None:
        """F1: the manual's page of this window."""
        if not open_manual(Topic.CONTACTS):
            self.pane.notice.tell(_("The manual is not installed on this machine, or nothing opens it."), grave=True)

    def showEvent(self, event: QShowEvent | None) -> None:  # noqa: N802 - Qt's name
        super().showEvent(event)
        self.came_forward.emit()

    def closeEvent(self, event: QCloseEvent | None) -> None:  # noqa: N802
        """Remember the window; what was typed stays until the program ends."""
        if self.isVisible():
            MEMORY.remember(self.size(), self.isMaximized(), self.pane.parts.sizes())
        if event is not None:
            event.accept()
        self.closed.emit()
