# SPDX-License-Identifier: GPL-3.0-or-later
"""The middle of the window: the name of the place, what is shown of it, and its entries."""

from __future__ import annotations

from typing import Final

from PyQt6.QtCore import QItemSelectionModel, QModelIndex, QPoint, Qt, pyqtSignal
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QListView,
    QPushButton,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from faxcore.contract.listed import Folder
from faxcore.i18n import gettext as _
from faxcore.qt.style import ElidedLabel, caption, muted
from notifier.faxes.entry import Entry
from notifier.faxes.entry_delegate import EntryDelegate
from notifier.faxes.entry_model import ENTRY_ROLE, EntryModel
from notifier.faxes.place import Place

NEAR: Final = 50
"""Rows below the last one that is seen: with fewer, the next page is asked for, so that nobody waits for it."""
WIDTH: Final = 220
"""The least width of the list."""


class ListColumn(QWidget):
    """The list of a place. Which entry is selected, and what else a person wants to see, comes as a signal."""

    selected = pyqtSignal(object)
    """Entry, or None."""
    opened = pyqtSignal(object)
    """Entry: Enter or a double click."""
    unread_wanted = pyqtSignal(bool)
    back_wanted = pyqtSignal()
    """Out of a broadcast, or to the newest."""
    moved = pyqtSignal()
    """Other rows may be seen than before: perhaps the end is near."""
    menu_wanted = pyqtSignal(QPoint)

    def __init__(self) -> None:
        super().__init__()
        self.model = EntryModel(self)
        self.view = QListView()
        self.title = caption(ElidedLabel())
        self.count = muted(QLabel())
        self.unread = QCheckBox(_("&Unread only"))
        self.back = QPushButton()
        self.empty = muted(QLabel())
        self._following = False
        self._build()
        self._connect()

    def _build(self) -> None:
        self.setMinimumWidth(WIDTH)
        self.view.setModel(self.model)
        self.view.setItemDelegate(EntryDelegate(self.view))
        self.view.setUniformItemSizes(True)
        self.view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.view.setAccessibleName(_("Faxes"))
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setWordWrap(True)
        self.empty.setMargin(24)
        self.back.hide()
        self.unread.hide()
        upper = QHBoxLayout()
        upper.setSpacing(8)
        upper.addWidget(self.title, 1)
        upper.addWidget(self.count)
        self._stack = QStackedLayout()
        self._stack.addWidget(self.view)
        self._stack.addWidget(self.empty)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addLayout(upper)
        layout.addWidget(self.back)
        layout.addWidget(self.unread)
        layout.addLayout(self._stack, 1)

    def _connect(self) -> None:
        selection = self.view.selectionModel()
        assert selection is not None
        selection.currentChanged.connect(lambda _new, _old: self.selected.emit(self.current()))
        self.model.dataChanged.connect(self._changed)
        self.view.activated.connect(lambda index: self.opened.emit(index.data(ENTRY_ROLE)))
        self.view.customContextMenuRequested.connect(self._ask_for_menu)
        self.unread.toggled.connect(self.unread_wanted)
        self.back.clicked.connect(lambda _on: self.back_wanted.emit())
        bar = self.view.verticalScrollBar()
        if bar is not None:
            bar.valueChanged.connect(lambda _value: self.moved.emit())
            bar.rangeChanged.connect(lambda _least, _most: self.moved.emit())

    # ------------------------------------------------------------ what is shown

    def show_list(self, entries: list[Entry], gathered: bool, wanted: str = "") -> None:
        """Show another list, with this entry selected, or the one that was, or the newest that is not read."""
        before = self.current()
        self.model.replace(entries, gathered)
        self._show_any()
        for key in (wanted, before.key if before is not None else ""):
            if key and self.select(key):
                return
        self.select_row(max(0, self.model.first_unread()))
        self.selected.emit(self.current())

    def add(self, entries: list[Entry]) -> None:
        """Take more entries of this list, and changes of those that are shown; what is seen stays where it is."""
        bar = self.view.verticalScrollBar()
        seen = self.view.indexAt(QPoint(1, 1)) if bar is not None and bar.value() else QModelIndex()
        top = self.model.entry(seen.row())
        offset = self.view.visualRect(seen).top() if top is not None else 0
        self.model.put(entries)
        if top is not None and bar is not None:
            shifted = self.model.row_of(top.key) - seen.row()
            if shifted:
                bar.setValue(bar.value() + shifted * self.view.visualRect(seen).height() - offset)
        self._show_any()
        if entries and self.current() is None:
            self.select_row(max(0, self.model.first_unread()))

    def remove(self, key: str) -> None:
        """Show an entry no more; the next one is selected if it was."""
        self.model.remove(key)
        self._show_any()

    def select(self, key: str) -> bool:
        """Select the entry with this key, and bring it into sight; False if it is not there."""
        return self.select_row(self.model.row_of(key))

    def select_row(self, row: int) -> bool:
        """Select a row; False if there is none."""
        selection = self.view.selectionModel()
        if selection is None or not 0 <= row < self.model.rowCount():
            return False
        index = self.model.index(row, 0)
        selection.setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self.view.scrollTo(index)
        return True

    def current(self) -> Entry | None:
        """The entry that is selected."""
        index = self.view.currentIndex()
        return self.model.entry(index.row()) if index.isValid() else None

    def tell(self, where: Place, count: str, nothing: str, back: str) -> None:
        """Say what the list is, how many there are, why there is none if so, and where one comes back to."""
        self.title.setText(where.title())
        self.title.setToolTip("")
        self.count.setText(count)
        self.empty.setText(nothing)
        self.back.setText(back)
        self.back.setVisible(bool(back))
        with_marks = where.folder in (None, Folder.INBOX) and not where.broadcast
        self.unread.setVisible(with_marks)
        if self.unread.isChecked() != where.unread:
            self.unread.blockSignals(True)
            self.unread.setChecked(where.unread)
            self.unread.blockSignals(False)

    def wants_more(self) -> bool:
        """Return whether a person is about to see the end of what is loaded."""
        viewport, window = self.view.viewport(), self.window()
        if viewport is None or window is None or not window.isVisible() or not self.isVisible():
            return False
        last = self.view.indexAt(QPoint(1, viewport.height() - 1))
        return not last.isValid() or last.row() + NEAR >= self.model.rowCount()

    # ------------------------------------------------------------ within

    def _show_any(self) -> None:
        self._stack.setCurrentWidget(self.view if self.model.rowCount() else self.empty)
        if not self.model.rowCount():
            self.selected.emit(None)

    def _changed(self, first: QModelIndex, _last: QModelIndex) -> None:
        if first.row() == self.view.currentIndex().row():
            self.selected.emit(self.current())

    def _ask_for_menu(self, at: QPoint) -> None:
        viewport = self.view.viewport()
        if viewport is not None and self.view.indexAt(at).isValid():
            self.menu_wanted.emit(viewport.mapToGlobal(at))
