# SPDX-License-Identifier: GPL-3.0-or-later
"""The members of a group: in an order that a person chooses, found by typing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from PyQt6.QtCore import QEvent, QModelIndex, QObject, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QStandardItem, QStandardItemModel
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QCompleter,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from faxcore.contract.address_book import Contact, ContactKind
from faxcore.i18n import gettext as _
from notifier.contacts.contact_words import describe_contact, tell_name

PAUSE_MS: Final = 150
"""From the last key to the search."""
_ID: Final = Qt.ItemDataRole.UserRole


class GroupMembers(QWidget):
    """The list of members and the field that adds to it. Whoever holds it gives the contacts that it asks for."""

    edited = pyqtSignal()
    search_wanted = pyqtSignal(str)

    def __init__(self) -> None:
        super().__init__()
        self._known: dict[str, Contact] = {}
        self._wanted: tuple[str, ...] = ()
        self._unseen = False
        """True if something was found while the focus was elsewhere."""
        self.list = QListWidget()
        self.search = QLineEdit()
        self.found = QStandardItemModel()
        self.completer = QCompleter(self.found, self)
        self.up = QPushButton(_("Move u&p"))
        self.down = QPushButton(_("Mo&ve down"))
        self.remove = QPushButton(_("&Remove"))
        self._pause = QTimer(self)
        self._build()
        self._connect()

    def _build(self) -> None:
        self.list.setAccessibleName(_("Members of the group"))
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.list.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.list.setMinimumHeight(5 * self.list.fontMetrics().lineSpacing())
        self.search.setAccessibleName(_("Add a member"))
        self.search.setPlaceholderText(_("Type a name or a number"))
        self.search.setClearButtonEnabled(True)
        self.completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self.search.setCompleter(self.completer)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        label = QLabel(_("Add a &member:"))
        label.setBuddy(self.search)
        buttons = QHBoxLayout()
        for button in (self.up, self.down, self.remove):
            buttons.addWidget(button)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(label)
        column.addWidget(self.search)
        column.addWidget(self.list, 1)
        column.addLayout(buttons)

    def _connect(self) -> None:
        self.search.installEventFilter(self)
        self.search.textEdited.connect(lambda _text: self._pause.start())
        self._pause.timeout.connect(lambda: self.search_wanted.emit(self.search.text()))
        self.completer.activated[QModelIndex].connect(self._chosen)
        self.list.currentRowChanged.connect(lambda _row: self._enable())
        model = self.list.model()
        if model is not None:
            model.rowsMoved.connect(lambda *_rows: self._change())
        self.up.clicked.connect(lambda: self._move(-1))
        self.down.clicked.connect(lambda: self._move(+1))
        self.remove.clicked.connect(self._remove)

    # ------------------------------------------------------------ what it holds

    def show_members(self, ids: Iterable[str]) -> None:
        """Show these members; those that are not known yet appear as soon as `learn` tells of them."""
        self._wanted = tuple(ids)
        self._forget_search()
        self._fill()

    def learn(self, contacts: Iterable[Contact]) -> None:
        """Take note of contacts that are members, or may become one."""
        self._known |= {each.id: each for each in contacts}
        if self._is_unnamed():
            self._fill()

    def ids(self) -> tuple[str, ...]:
        """List the ids of the members, in their order."""
        items = (self.list.item(row) for row in range(self.list.count()))
        return tuple(str(item.data(_ID)) for item in items if item is not None)

    def offer(self, contacts: Iterable[Contact]) -> None:
        """Offer these contacts below the field, but groups and those that are members already."""
        self.found.clear()
        there = set(self.ids())
        for each in contacts:
            if each.kind is not ContactKind.GROUP and each.id not in there:
                self._known[each.id] = each
                item = QStandardItem(f"{tell_name(each)} · {describe_contact(each, edited=False)}")
                item.setData(each.id, _ID)
                self.found.appendRow(item)
        self._show_found()

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:  # noqa: N802 - Qt's name
        """Offer names that were found while the focus was elsewhere, when it comes back."""
        is_back = event is not None and event.type() == QEvent.Type.FocusIn
        if watched is self.search and is_back and self._unseen:
            QTimer.singleShot(0, self._show_found)  # once the field has the focus
        return super().eventFilter(watched, event)

    def _show_found(self) -> None:
        self._unseen = bool(self.found.rowCount()) and not self.search.hasFocus()
        if self.found.rowCount() and self.search.hasFocus():
            self.completer.complete()

    def in_order(self) -> list[QWidget]:
        """List what takes the focus, in its order."""
        return [self.search, self.list, self.up, self.down, self.remove]

    # ------------------------------------------------------------ inside

    def _fill(self) -> None:
        self.list.clear()
        for id in self._wanted:
            self._append(id)
        self._enable()

    def _append(self, id: str) -> None:
        known = self._known.get(id)
        words = f"{tell_name(known)} · {describe_contact(known, edited=False)}" if known is not None else "…"
        item = QListWidgetItem(words)
        item.setData(_ID, id)
        self.list.addItem(item)

    def _is_unnamed(self) -> bool:
        return any(item is not None and item.text() == "…" for item in map(self.list.item, range(self.list.count())))

    def _chosen(self, index: QModelIndex) -> None:
        id = str(index.data(_ID))
        if id not in self.ids():
            self._append(id)
            self.list.setCurrentRow(self.list.count() - 1)
            self._change()
        # The completer writes what was chosen into the field after this.
        QTimer.singleShot(0, self._forget_search)

    def _forget_search(self) -> None:
        self.search.clear()
        self.found.clear()
        self._unseen = False

    def _move(self, by: int) -> None:
        row = self.list.currentRow()
        if 0 <= row + by < self.list.count():
            self.list.insertItem(row + by, self.list.takeItem(row))
            self.list.setCurrentRow(row + by)
            self._change()

    def _remove(self) -> None:
        if self.list.takeItem(self.list.currentRow()) is not None:
            self._change()

    def _change(self) -> None:
        self._wanted = self.ids()
        self._enable()
        self.edited.emit()

    def _enable(self) -> None:
        row, count = self.list.currentRow(), self.list.count()
        self.up.setEnabled(row > 0)
        self.down.setEnabled(0 <= row < count - 1)
        self.remove.setEnabled(row >= 0)
