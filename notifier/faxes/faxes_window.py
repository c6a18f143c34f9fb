# SPDX-License-Identifier: GPL-3.0-or-later
"""The main window *Faxes*: folders, list and page side by side, or one after the other where there is no room.

What it shows comes from `notifier.faxes.loading`; what is done is `notifier.faxes.fax_work`. Escape clears the search
and never closes the window, as in a mail program.
"""

from __future__ import annotations

from typing import Final

from PyQt6.QtCore import QEvent, QPoint, QSize, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QCloseEvent, QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PyQt6.QtWidgets import QMainWindow, QMenu, QSplitter, QVBoxLayout, QWidget

from faxcore.i18n import gettext as _
from faxcore.qt.manual import Topic, open_manual
from faxcore.qt.message import MessageBar
from faxcore.qt.window_memory import WindowMemory
from notifier.faxes.entry import Entry
from notifier.faxes.fax_actions import FaxActions, What
from notifier.faxes.fax_pane import FaxPane
from notifier.faxes.folder_column import FolderColumn
from notifier.faxes.list_column import ListColumn
from notifier.faxes.place_button import PlaceButton
from notifier.faxes.tool_row import ToolRow
from notifier.notice_bar import NoticeBar

SIZE: Final = QSize(1180, 740)
WIDTHS: Final = (180, 340, 620)
NARROW: Final = 800
"""Pixels of width, or so many average letters, below which the window has one column."""
LETTERS: Final = 120
MARGIN: Final = 12
GAP: Final = 12
"""Pixels between the columns."""
MEMORY: Final = WindowMemory("notifier", "faxes", parts=3)
PAUSE_MS: Final = 120
"""From the last key in the search field to the search."""


class FaxesWindow(QMainWindow):
    """The faxes of this user. What a person wants to see comes as a signal; what is to be done, from `actions`."""

    search_wanted = pyqtSignal(str)
    """The words of the search field, after a short pause; none at once."""
    came_forward = pyqtSignal()
    page_in_sight = pyqtSignal()
    """A person sees the page from now on: the window has come to the front, or the page into the window."""
    new_wanted = pyqtSignal()

    def __init__(self) -> None:
        super().__init__(None, Qt.WindowType.Window)
        self.folders = FolderColumn()
        self.list = ListColumn()
        self.actions_of_fax = FaxActions(self, self.list.current)
        self.pane = FaxPane(self.actions_of_fax)
        self.tools = ToolRow(self.actions_of_fax)
        self.places = PlaceButton(self.folders)
        self.outage = MessageBar()
        self.notice = NoticeBar()
        self.parts = QSplitter(Qt.Orientation.Horizontal)
        self.pause = QTimer(self)
        self._narrow = False
        self._build()
        self._connect()

    def _build(self) -> None:
        self.setObjectName("faxes")
        self.setWindowTitle(_("Faxes"))
        self.parts.setChildrenCollapsible(False)
        self.parts.setHandleWidth(GAP)
        for number, part in enumerate((self.folders, self.list, self.pane)):
            self.parts.addWidget(part)
            self.parts.setStretchFactor(number, 1 if part is self.pane else 0)
        self.pause.setInterval(PAUSE_MS)
        self.pause.setSingleShot(True)
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(MARGIN, 8, MARGIN, MARGIN)
        layout.setSpacing(8)
        for widget in (self.tools, self.outage, self.notice, self.places):
            layout.addWidget(widget)
        layout.addWidget(self.parts, 1)
        self.setCentralWidget(page)
        for action in self.actions_of_fax.all():
            self.addAction(action)
        MEMORY.restore(self, SIZE)
        self.parts.setSizes(MEMORY.widths() or list(WIDTHS))
        self._arrange(force=True)

    def _connect(self) -> None:
        search = self.tools.search
        search.textChanged.connect(self._typed)
        search.returnPressed.connect(self._search)
        self.pause.timeout.connect(self._search)
        self.tools.new_wanted.connect(self.new_wanted)
        self.tools.back_wanted.connect(self.show_list)
        self.list.selected.connect(self.pane.show_entry)
        self.list.opened.connect(self._opened)
        self.list.menu_wanted.connect(self._show_menu)
        for keys, do in (
            (QKeySequence.StandardKey.Find, self._go_to_search),
            ("/", self._go_to_search),
            ("Escape", self._escape),
            (QKeySequence.StandardKey.Close, self.close),
            (QKeySequence.StandardKey.HelpContents, self._help),
            ("N", self.new_wanted.emit),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(do)
        # A button has a use of its own for the space bar.
        for keys, by in (("Space", +1), ("Shift+Space", -1)):
            for widget in (self.list.view, self.pane.pages.area):
                shortcut = QShortcut(QKeySequence(keys), widget)
                shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
                shortcut.activated.connect(lambda by=by: self.pane.pages.page_key(by))
        self.pane.pages.bind_keys(self)

    # ------------------------------------------------------------ what others want

    def set_present(self, present: bool) -> None:
        """Take note whether the service can be asked."""
        sentence = _("The fax service is not running. Nothing is lost; this window goes on when the service is back.")
        self.outage.say("" if present else sentence)
        self.pane.set_present(present)

    def clear_search(self) -> None:
        """Empty the search field, without a search."""
        self.pause.stop()
        self.tools.search.blockSignals(True)
        self.tools.search.clear()
        self.tools.search.blockSignals(False)

    def bring_forward(self) -> None:
        """Show the window before the others."""
        self.showNormal() if self.isMinimized() else self.show()
        self.raise_()
        self.activateWindow()
        if not self.tools.search.hasFocus():
            self.list.view.setFocus()

    def show_page(self) -> None:
        """Show the page, where list and page are not side by side."""
        if self._narrow:
            self.list.hide()
            self.places.hide()
            self.pane.show()
            self.tools.show_back(True)
            self.pane.pages.area.setFocus()
            self.page_in_sight.emit()

    def show_list(self) -> None:
        """Show the list, where list and page are not side by side."""
        if self._narrow:
            self.pane.hide()
            self.list.show()
            self.places.show()
            self.tools.show_back(False)
            self.list.view.setFocus()

    @property
    def is_page_in_sight(self) -> bool:
        """True while a person sees the page: the window is in front, and the page not behind the list."""
        return self.isActiveWindow() and self.pane.isVisible()

    @property
    def is_narrow(self) -> bool:
        """True while there is one column."""
        return self._narrow

    # ------------------------------------------------------------ within

    def _opened(self, entry: Entry | None) -> None:
        if entry is not None:
            self.actions_of_fax.wanted.emit(What.OPEN, entry)

    def _arrange(self, force: bool = False) -> None:
        letters = LETTERS * self.fontMetrics().averageCharWidth()
        narrow = self.width() < max(NARROW, letters, self.tools.width_of_all() + 2 * MARGIN)
        if narrow == self._narrow and not force:
            return
        self._narrow = narrow
        self.folders.setVisible(not narrow)
        self.places.setVisible(narrow)
        self.list.setVisible(True)
        self.pane.setVisible(not narrow)
        self.tools.set_narrow(narrow)
        self.tools.show_back(False)
        if not narrow:
            self.page_in_sight.emit()

    def _typed(self, words: str) -> None:
        if words.strip():
            self.pause.start()
        else:
            self._search()

    def _search(self) -> None:
        self.pause.stop()
        self.show_list()
        self.search_wanted.emit(self.tools.search.text())

    def _go_to_search(self) -> None:
        self.tools.search.setFocus()
        self.tools.search.selectAll()

    def _escape(self) -> None:
        if self.tools.search.text():
            self.tools.search.clear()
            self.list.view.setFocus()
        elif self.tools.is_back_shown:
            self.show_list()
        elif self.list.back.isVisible():
            self.list.back_wanted.emit()

    def _show_menu(self, at: QPoint) -> None:
        menu = QMenu(self)
        self.actions_of_fax.fill_menu(menu)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(at)

    def _help(self) -> None:
        """F1: the manual's page of this window."""
        if not open_manual(Topic.FAXES):
            self.notice.tell(_("The manual is not installed on this machine, or nothing opens it."), grave=True)

    def resizeEvent(self, event: QResizeEvent | None) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        self._arrange()

    def showEvent(self, event: QShowEvent | None) -> None:  # noqa: N802
        super().showEvent(event)
        self.came_forward.emit()

    def changeEvent(self, event: QEvent | None) -> None:  # noqa: N802
        super().changeEvent(event)
        if event is not None and event.type() is QEvent.Type.ActivationChange and self.isActiveWindow():
            self.page_in_sight.emit()

    def closeEvent(self, event: QCloseEvent | None) -> None:  # noqa: N802
        """Remember the window; what could be taken back is done."""
        if self.isVisible():
            MEMORY.remember(self.size(), self.isMaximized(), [] if self._narrow else self.parts.sizes())
        self.notice.finish()
        if event is not None:
            event.accept()
