# SPDX-License-Identifier: GPL-3.0-or-later
"""The left half: search, the list of contacts, and the way to new ones and to files."""

from __future__ import annotations

from typing import Final

from PyQt6.QtCore import QModelIndex, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QKeySequence, QShortcut
from PyQt6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QMenu,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from faxcore.contract.address_book import Book, Contact, ContactKind
from faxcore.i18n import gettext as _
from faxcore.qt.style import muted
from notifier.contacts.contact_list import CONTACT_ROLE, ContactList
from notifier.contacts.contact_rows import ContactRows
from notifier.contacts.contact_words import name_book, name_kind

NEAR: Final = 50
"""Rows below the last one that is seen: with fewer, the next page is asked for, so that nobody waits for it."""
PAUSE_MS: Final = 150
"""From the last key in the search field to the search."""


class ContactsColumn(QWidget):
    """The list of contacts, with its search. Each wish of the person comes as a signal."""

    search_wanted = pyqtSignal(str, object)
    """The words, and the book or None for both."""
    selected = pyqtSignal(object)
    """Another contact is selected, or None."""
    opened = pyqtSignal()
    """The contact that is selected was clicked, or Enter pressed on it."""
    new_wanted = pyqtSignal(object)
    """ContactKind."""
    import_wanted = pyqtSignal(object)
    export_wanted = pyqtSignal(object)
    """Book."""

    def __init__(self, contacts: ContactList) -> None:
        super().__init__()
        self.contacts = contacts
        self.search = QLineEdit()
        self.book = QComboBox()
        self.view = QListView()
        self.nothing = muted(QLabel())
        self.new = QPushButton(_("Ne&w"))
        self.files = QPushButton(_("Import, e&xport"))
        self.count = muted(QLabel())
        self.pause = QTimer(self)
        self._stack = QStackedWidget()
        self._build()
        self._build_menus()
        self._connect()

    def _build(self) -> None:
        self.search.setPlaceholderText(_("Name, company or number"))
        self.search.setAccessibleName(_("Search"))
        self.search.setClearButtonEnabled(True)
        self.book.setAccessibleName(_("Address books that are shown"))
        self.book.addItem(_("All contacts"), "")
        for book in Book:
            self.book.addItem(name_book(book), book.value)
        self.view.setModel(self.contacts)
        self.view.setItemDelegate(ContactRows(self.view))
        self.view.setUniformItemSizes(True)
        self.view.setAccessibleName(_("Contacts"))
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.nothing.setWordWrap(True)
        self.nothing.setMargin(24)
        self._stack.addWidget(self.view)
        self._stack.addWidget(self.nothing)
        self.pause.setSingleShot(True)
        self.pause.setInterval(PAUSE_MS)
        top, foot = QHBoxLayout(), QHBoxLayout()
        top.addWidget(self.search, 1)
        top.addWidget(self.book)
        foot.addWidget(self.new)
        foot.addWidget(self.files)
        foot.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(top)
        column.addWidget(self._stack, 1)
        column.addWidget(self.count)
        column.addLayout(foot)

    def _build_menus(self) -> None:
        kinds = QMenu(self.new)
        for kind in ContactKind:
            action = kinds.addAction(name_kind(kind, new=True))
            if action is not None:
                action.triggered.connect(lambda _on, kind=kind: self.new_wanted.emit(kind))
        self.new.setMenu(kinds)
        files = QMenu(self.files)
        into = {Book.OWN: _("Import into my contacts …"), Book.SHARED: _("Import into the shared address book …")}
        out = {Book.OWN: _("Export my contacts …"), Book.SHARED: _("Export the shared address book …")}
        for texts, signal in ((into, self.import_wanted), (out, self.export_wanted)):
            for book, text in texts.items():
                action = files.addAction(text)
                if action is not None:
                    action.triggered.connect(lambda _on, book=book, signal=signal: signal.emit(book))
            files.addSeparator()
        self.files.setMenu(files)

    def _connect(self) -> None:
        self.search.textChanged.connect(lambda words: self.pause.start() if words.strip() else self._search())
        self.search.returnPressed.connect(self._search)
        self.pause.timeout.connect(self._search)
        self.book.activated.connect(lambda _at: self._search())
        self.view.clicked.connect(lambda _index: self.opened.emit())
        self.view.activated.connect(lambda _index: self.opened.emit())
        bar = self.view.verticalScrollBar()
        if bar is not None:
            bar.valueChanged.connect(lambda _value: self._look_ahead())
            bar.rangeChanged.connect(lambda _least, _most: self._look_ahead())
        selection = self.view.selectionModel()
        if selection is not None:
            selection.currentChanged.connect(lambda _new, _old: self.selected.emit(self.current()))
        down = QKeySequence("Down")
        QShortcut(down, self.search, self.go_to_list, context=Qt.ShortcutContext.WidgetShortcut)

    # ------------------------------------------------------------ what it shows

    def current(self) -> Contact | None:
        """Give the contact that is selected, as it is kept."""
        index = self.view.currentIndex()
        return index.data(CONTACT_ROLE) if index.isValid() else None

    def select(self, id: str) -> bool:
        """Select a contact and bring it into sight; False if it is not in the list."""
        row = self.contacts.row_of(id)
        if row >= 0:
            self.view.setCurrentIndex(self.contacts.index(row))
            self.view.scrollTo(self.contacts.index(row))
        return row >= 0

    def tell(self, count: str, nothing: str) -> None:
        """Say how many contacts there are, and why none is shown if so."""
        self.count.setText(count)
        self.nothing.setText(nothing)
        self._stack.setCurrentWidget(self.nothing if nothing else self.view)

    def go_to_search(self) -> None:
        """Put the cursor into the search field."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def go_to_list(self) -> None:
        """Let the keys move in the list; the first contact is selected if none is."""
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)
        if not self.view.currentIndex().isValid() and self.contacts.rowCount():
            self.view.setCurrentIndex(self.contacts.index(0))

    def _look_ahead(self) -> None:
        """Ask for more as soon as the end comes near; the view itself asks at the very end only."""
        viewport = self.view.viewport()
        if viewport is None or not self.contacts.canFetchMore(QModelIndex()):
            return
        last = self.view.indexAt(viewport.rect().bottomLeft())
        if not last.isValid() or last.row() + NEAR >= self.contacts.rowCount():
            self.contacts.fetchMore(QModelIndex())

    def _search(self) -> None:
        self.pause.stop()
        chosen = str(self.book.currentData())
        self.search_wanted.emit(self.search.text(), Book(chosen) if chosen else None)
