# SPDX-License-Identifier: GPL-3.0-or-later
"""The address books as a part of a window: the list, and the card of one contact beside it.

Where there is no room for two columns there is one: the list, and the card in its place with a way back.
"""

from __future__ import annotations

from typing import Final

from PyQt6.QtCore import QEvent, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QKeySequence, QShortcut
from PyQt6.QtWidgets import QApplication, QLabel, QPushButton, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from faxcore.contract.address_book import ContactKind
from faxcore.i18n import gettext as _
from faxcore.qt.message import MessageBar
from faxcore.qt.open_list import close_open_list
from faxcore.qt.style import muted
from notifier.contacts.contact_card import ContactCard
from notifier.contacts.contact_list import ContactList
from notifier.contacts.contacts_column import ContactsColumn
from notifier.contacts.import_report import ImportReport
from notifier.notice_bar import NoticeBar

NARROW: Final = 800
"""Pixels below which there is one column."""
MARGIN: Final = 16


class TwoColumns(QSplitter):
    """List and card; each alone must have room, not both, since one can stand in the place of the other."""

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Give the room of the larger one."""
        hints = [part.minimumSizeHint() for part in map(self.widget, range(self.count())) if part is not None]
        return QSize(max(hint.width() for hint in hints), max(hint.height() for hint in hints))

    def width_of_both(self) -> int:
        """Tell the least width at which nothing of either is cut off."""
        parts = [part for part in map(self.widget, range(self.count())) if part is not None]
        return sum(part.minimumSizeHint().width() for part in parts) + self.handleWidth()


class ContactsPane(QWidget):
    """List and card. What a person wants comes as a signal of either, or of this."""

    new_wanted = pyqtSignal(object)
    """ContactKind."""

    def __init__(self, contacts: ContactList) -> None:
        super().__init__()
        self.column = ContactsColumn(contacts)
        self.back = QPushButton(_("&Back"))
        self.card = ContactCard()
        self.report = ImportReport()
        self.hint = muted(QLabel(_("Choose a contact, or make a new one.")))
        self.message = MessageBar()
        self.notice = NoticeBar()
        self.parts = TwoColumns(Qt.Orientation.Horizontal)
        self._right = QStackedWidget()
        self._beside = QWidget()
        self._narrow = False
        self._build()
        self._connect()

    def _build(self) -> None:
        self.hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.hint.setWordWrap(True)
        for widget in (self.hint, self.card, self.report):
            self._right.addWidget(widget)
        beside = QVBoxLayout(self._beside)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.addWidget(self.back, 0, Qt.AlignmentFlag.AlignLeft)
        beside.addWidget(self._right, 1)
        self.back.hide()
        self.parts.addWidget(self.column)
        self.parts.addWidget(self._beside)
        self.parts.setChildrenCollapsible(False)
        self.parts.setStretchFactor(0, 2)
        self.parts.setStretchFactor(1, 3)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, 14, MARGIN, 14)
        column.setSpacing(10)
        column.addWidget(self.message)
        column.addWidget(self.notice)
        column.addWidget(self.parts, 1)

    def _connect(self) -> None:
        self.column.new_wanted.connect(self.new_wanted)
        self.column.opened.connect(self._open)
        self.back.clicked.connect(self.show_list)
        self.report.closed.connect(self._close_report)
        keys = {
            QKeySequence(QKeySequence.StandardKey.Find): self._find,
            QKeySequence(QKeySequence.StandardKey.New): lambda: self.new_wanted.emit(ContactKind.PERSON),
            QKeySequence(QKeySequence.StandardKey.Save): self.card.save.click,
            QKeySequence("Escape"): self._escape,
        }
        for key, act in keys.items():
            QShortcut(key, self, act, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
        delete = QKeySequence(QKeySequence.StandardKey.Delete)
        QShortcut(delete, self.column.view, self.card.delete.click, context=Qt.ShortcutContext.WidgetShortcut)

    # ------------------------------------------------------------ what it shows

    def show_card(self, there_is_one: bool) -> None:
        """Bring the card to the front, or the hint where no contact is selected."""
        self._right.setCurrentWidget(self.card if there_is_one else self.hint)
        if not there_is_one:
            self.show_list()

    def show_report(self) -> None:
        """Bring the report of an import to the front."""
        self._right.setCurrentWidget(self.report)
        self.go_beside()

    def go_beside(self) -> None:
        """Show the card, or the report, where the list hides it."""
        if self._narrow:
            self.column.hide()
            self._beside.show()

    def show_list(self) -> None:
        """Show the list where the card hides it."""
        if self._narrow and self.column.isHidden():
            self._beside.hide()
            self.column.show()
            self.column.go_to_list()

    # ------------------------------------------------------------ inside

    def event(self, event: QEvent | None) -> bool:
        """Put list and card side by side where there is room for both, as they are now."""
        done = super().event(event)
        if event is not None and event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
            self._arrange()
        return done

    def _arrange(self) -> None:
        margins = self.contentsMargins().left() + self.contentsMargins().right() + 2 * MARGIN
        narrow = self.width() < max(NARROW, self.parts.width_of_both() + margins)
        if narrow == self._narrow:
            return
        self._narrow = narrow
        focused = QApplication.focusWidget()
        in_card = focused is not None and self._right.isAncestorOf(focused)
        self.back.setVisible(narrow)
        self.column.setVisible(not narrow or not in_card)
        self._beside.setVisible(not narrow or in_card)

    def _open(self) -> None:
        if self.column.current() is not None:
            self.show_card(True)
            self.go_beside()

    def _close_report(self) -> None:
        self.show_card(self.column.current() is not None)
        self.show_list()

    def _find(self) -> None:
        self.show_list()
        self.column.go_to_search()

    def _escape(self) -> None:
        """Close an open list; else go back from the card, or clear the search. The window stays."""
        if close_open_list():
            return
        if self.column.isHidden():
            self.show_list()
        else:
            self.column.search.clear()
