# SPDX-License-Identifier: GPL-3.0-or-later
"""The history as a window: search, table, details and what can be done.

What it shows comes from `notifier.fax_lists`; what is done is `notifier.watching`.
"""

from __future__ import annotations

from typing import Final

from PyQt6.QtCore import QPoint, QSize, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QKeySequence, QShortcut, QShowEvent
from PyQt6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QScrollArea,
    QSplitter,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from faxcore.i18n import gettext as _
from faxcore.qt.manual import Topic, open_manual
from faxcore.qt.message import MessageBar
from faxcore.qt.style import muted
from notifier.details import Details
from notifier.fax import Fax
from notifier.fax_buttons import FaxButtons
from notifier.fax_table import FaxTable
from notifier.fax_view import FaxView
from notifier.pictures import arrow_icon, mood_colours

SIZE: Final = (960, 640)
FRAME: Final = QSize(16, 48)
"""The room that a frame, a title bar and a panel take of a screen."""
PAUSE_MS: Final = 150
"""From the last key in the search field to the search."""


class History(QWidget):
    """The faxes of this user. What a person wants to see comes as a signal; what is to be done, from `buttons`."""

    selected = pyqtSignal(object)
    """Fax, or None."""
    search_wanted = pyqtSignal(str)
    """The words of the search field, after a short pause; none at once."""
    newest_wanted = pyqtSignal()
    more_wanted = pyqtSignal()
    """Other rows may be seen than before: perhaps the end is near."""
    came_forward = pyqtSignal()
    contacts_wanted = pyqtSignal()

    def __init__(self) -> None:
        super().__init__(None, Qt.WindowType.Window)
        arrows = {sent: arrow_icon(self, sent) for sent in (True, False)}
        self.table = FaxTable(arrows, mood_colours(self), self)
        self.view = FaxView(self.table)
        self.search = QLineEdit()
        self.pause = QTimer(self)
        self.newest_button = QPushButton(_("Show the &newest"))
        self.contacts_button = QPushButton(_("Con&tacts …"))
        self.details = Details()
        self.buttons = FaxButtons(self, self.current)
        self.message = MessageBar()
        self.count = muted(QLabel())
        self.empty = muted(QLabel())
        self._present = True
        self._filled = False
        self._build()
        self._connect()
        self.set_present(False)

    def _build(self) -> None:
        self.setObjectName("fax-history")
        self.setWindowTitle(_("Fax history"))
        screen = self.screen()
        size = QSize(*SIZE)
        self.resize(size if screen is None else size.boundedTo(screen.availableGeometry().size() - FRAME))
        self.search.setPlaceholderText(_("Search by name, number or subject"))
        self.search.setAccessibleName(_("Search"))
        self.search.setClearButtonEnabled(True)
        top = QHBoxLayout()
        top.setSpacing(12)
        top.addWidget(self.search, 1)
        top.addWidget(self.count)
        top.addWidget(self.newest_button)
        top.addWidget(self.contacts_button)
        self.newest_button.setToolTip(_("The list begins with an older fax."))
        self.newest_button.hide()
        self.pause.setInterval(PAUSE_MS)
        self.pause.setSingleShot(True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setWordWrap(True)
        self.empty.setMargin(32)
        self._stack = QStackedLayout()
        self._stack.addWidget(self.view)
        self._stack.addWidget(self.empty)
        upper = QWidget()
        upper.setLayout(self._stack)
        self._parts = QSplitter(Qt.Orientation.Vertical)
        self._parts.addWidget(upper)
        self._parts.addWidget(self._build_below())
        self._parts.setStretchFactor(0, 3)
        self._parts.setStretchFactor(1, 2)
        self._parts.setSizes([350, 230])
        self._parts.setChildrenCollapsible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.setSpacing(10)
        layout.addLayout(top)
        layout.addWidget(self.message)
        layout.addWidget(self._parts, 1)
        layout.addWidget(self.buttons)
        for action in self.buttons.in_order:
            self.addAction(action)

    def _build_below(self) -> QScrollArea:
        """Build the lower half, which can be scrolled where large text leaves no room for it."""
        below = QScrollArea()
        below.setWidget(self.details)
        below.setWidgetResizable(True)
        below.setFrameShape(QFrame.Shape.NoFrame)
        below.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        below.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        return below

    def _connect(self) -> None:
        self.search.textChanged.connect(self._typed)
        self.search.returnPressed.connect(self._search)
        self.pause.timeout.connect(self._search)
        self.newest_button.clicked.connect(lambda _on: self.newest_wanted.emit())
        self.contacts_button.clicked.connect(lambda _on: self.contacts_wanted.emit())
        self.view.moved.connect(self.more_wanted)
        self.view.activated.connect(lambda _index: self.buttons.open_action.trigger())
        self.view.customContextMenuRequested.connect(self._menu)
        selection = self.view.selectionModel()
        if selection is not None:
            selection.currentRowChanged.connect(lambda _new, _old: self._changed_current())
        self.buttons.acted.connect(self._forget_trouble)
        self.table.dataChanged.connect(lambda *_range: self._enable())
        QShortcut(QKeySequence.StandardKey.Find, self, self.search.setFocus)
        QShortcut(QKeySequence("Escape"), self, self._escape)
        QShortcut(QKeySequence.StandardKey.Close, self, self.close)
        QShortcut(QKeySequence.StandardKey.HelpContents, self, self._help)
        QShortcut(QKeySequence("Down"), self.search, self.view.setFocus, context=Qt.ShortcutContext.WidgetShortcut)

    # ------------------------------------------------------------ what the window shows

    def set_faxes(self, faxes: list[Fax]) -> None:
        """Show another list; what was selected stays selected."""
        current = self.current()
        self.table.replace(faxes)
        self._stack.setCurrentWidget(self.view if faxes else self.empty)
        if current is None or not self.select(current.key):
            self.view.selectRow(0)
        if not self._filled and self.search.hasFocus() and not self.search.text():
            self.view.setFocus()
        self._filled = True
        self._changed_current()

    def add(self, faxes: list[Fax]) -> None:
        """Take more faxes of the list that is shown, and changes of those that are."""
        self.table.add(faxes)
        if faxes:
            self._stack.setCurrentWidget(self.view)
        selection = self.view.selectionModel()
        if faxes and selection is not None and not selection.hasSelection():
            self.select((self.current() or faxes[0]).key)
        current = self.current()
        if current is not None and current in faxes:
            self.details.show_fax(current)
            self.selected.emit(current)

    def select(self, key: str) -> bool:
        """Select the fax with this key; False if it is not in the table."""
        return self.view.select(key)

    def current(self) -> Fax | None:
        """The fax that is selected."""
        return self.view.current()

    def tell(self, count: str, nothing: str) -> None:
        """Say how many faxes there are, and why none is shown if so."""
        self.count.setText(count)
        self.count.setVisible(bool(count))
        self.empty.setText(nothing)

    def set_present(self, present: bool) -> None:
        """Take note whether the service can be asked."""
        self._present = present
        sentence = _("The fax service is not running. Nothing is lost; this window goes on when the service is back.")
        self.message.say("" if present else sentence)
        self._enable()

    def bring_forward(self) -> None:
        """Show the window before the others."""
        self.showNormal() if self.isMinimized() else self.show()
        self.raise_()
        self.activateWindow()
        self.view.setFocus()

    # ------------------------------------------------------------ within

    def _changed_current(self) -> None:
        fax = self.current()
        self.details.show_fax(fax)
        self._enable()
        self.selected.emit(fax)

    def _enable(self) -> None:
        self.buttons.enable(self.current(), self._present)

    def _forget_trouble(self) -> None:
        if self._present:
            self.message.say("")  # what went wrong the last time is no news any more

    def _typed(self, words: str) -> None:
        if words.strip():
            self.pause.start()
        else:
            self._search()

    def _search(self) -> None:
        self.pause.stop()
        self.search_wanted.emit(self.search.text())

    def _menu(self, at: QPoint) -> None:
        if not self.view.indexAt(at).isValid():
            return
        menu = QMenu(self)
        menu.addActions([action for action in self.buttons.in_order if action.isVisible()])
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        viewport = self.view.viewport()
        if viewport is not None:
            menu.popup(viewport.mapToGlobal(at))

    def _help(self) -> None:
        """F1: the manual's page of this window."""
        if not open_manual(Topic.HISTORY):
            self.message.say(_("The manual is not installed on this machine, or nothing opens it."))

    def _escape(self) -> None:
        if self.search.text():
            self.search.clear()
        elif self.newest_button.isVisible():
            self.newest_wanted.emit()
        else:
            self.close()

    def showEvent(self, event: QShowEvent | None) -> None:  # noqa: N802 - Qt's name
        super().showEvent(event)
        self.came_forward.emit()
