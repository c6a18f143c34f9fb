# SPDX-License-Identifier: GPL-3.0-or-later
"""The look of the history's table, its selection, and how near its end is."""

from __future__ import annotations

from typing import Final

from PyQt6.QtCore import QItemSelectionModel, QSize, Qt, pyqtSignal
from PyQt6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from faxcore.i18n import gettext as _
from notifier.fax import Fax
from notifier.fax_table import FAX_ROLE, Column, FaxTable

WIDTHS: Final = {Column.DIRECTION: 34, Column.DATE: 160, Column.NAME: 210, Column.PAGES: 62, Column.STATE: 220}
NEAR: Final = 50
"""Rows below the last one that is seen: with fewer, the next page is asked for, so that nobody waits for it."""


class FaxView(QTableView):
    """The table as it is seen."""

    moved = pyqtSignal()
    """Other rows may be seen than before."""

    def __init__(self, table: FaxTable) -> None:
        super().__init__()
        self._table = table
        self.setModel(table)
        self.setAccessibleName(_("Faxes sent and received"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSortingEnabled(True)
        self.sortByColumn(Column.DATE, Qt.SortOrder.DescendingOrder)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setIconSize(QSize(16, 16))
        self._set_up_headers()
        bar = self.verticalScrollBar()
        if bar is not None:
            bar.valueChanged.connect(lambda _value: self.moved.emit())
            bar.rangeChanged.connect(lambda _least, _most: self.moved.emit())

    def _set_up_headers(self) -> None:
        rows, columns = self.verticalHeader(), self.horizontalHeader()
        if rows is not None:
            rows.hide()
            rows.setDefaultSectionSize(self.fontMetrics().height() + 12)
        if columns is None:
            return
        columns.setHighlightSections(False)
        columns.setMinimumHeight(self.fontMetrics().height() + 10)
        columns.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for column, width in WIDTHS.items():
            title = str(self._table.headerData(column, Qt.Orientation.Horizontal))
            columns.resizeSection(column, max(width, self.fontMetrics().horizontalAdvance(title) + 24))
        columns.setSectionResizeMode(Column.DIRECTION, QHeaderView.ResizeMode.Fixed)
        columns.setSectionResizeMode(Column.SUBJECT, QHeaderView.ResizeMode.Stretch)
        columns.sortIndicatorChanged.connect(lambda _column, _order: self.moved.emit())

    def select(self, key: str) -> bool:
        """Select the fax with this key, and bring it into sight; False if it is not there."""
        row = self._table.row_of(key)
        selection = self.selectionModel()
        if row < 0 or selection is None:
            return False
        index = self._table.index(row, 0)
        flags = QItemSelectionModel.SelectionFlag
        selection.setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)
        self.scrollTo(index)
        return True

    def current(self) -> Fax | None:
        """The fax that is selected."""
        index = self.currentIndex()
        return index.data(FAX_ROLE) if index.isValid() else None

    def wants_more(self) -> bool:
        """Return whether a person is about to see the end of what is loaded."""
        viewport, window = self.viewport(), self.window()
        if viewport is None or window is None or not window.isVisible() or not self._table.in_order:
            return False
        last = self.rowAt(viewport.height() - 1)
        return last < 0 or last + NEAR >= self._table.rowCount()
