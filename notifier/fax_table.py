# SPDX-License-Identifier: GPL-3.0-or-later
"""The history as a table: every fax sent and received, changed in place as the service tells of it."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from typing import Any, Final

from PyQt6.QtCore import QAbstractTableModel, QModelIndex, QObject, QSortFilterProxyModel, Qt
from PyQt6.QtGui import QBrush, QColor, QFont, QIcon

from faxcore.i18n import gettext as _
from notifier.fax import Fax, Mood, in_full, in_words

Role = Qt.ItemDataRole
FAX_ROLE: Final = Role.UserRole
SORT_ROLE: Final = Role.UserRole + 1


class Column(IntEnum):
    """The columns, from left to right."""

    DIRECTION = 0
    DATE = 1
    NAME = 2
    SUBJECT = 3
    PAGES = 4
    STATE = 5


class FaxTable(QAbstractTableModel):
    """The faxes by their keys. `colours` are those of moods on this desktop's ground."""

    def __init__(self, icons: dict[bool, QIcon], colours: dict[Mood, QColor], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._icons, self._colours = icons, colours
        self._faxes: list[Fax] = []
        self._rows: dict[str, int] = {}

    def replace(self, faxes: Iterable[Fax]) -> None:
        """These are all."""
        self.beginResetModel()
        self._faxes = list(faxes)
        self._rows = {fax.key: row for row, fax in enumerate(self._faxes)}
        self.endResetModel()

    def put(self, fax: Fax) -> None:
        """A new fax, or a change of one."""
        row = self._rows.get(fax.key)
        if row is None:
            row = len(self._faxes)
            self.beginInsertRows(QModelIndex(), row, row)
            self._faxes.append(fax)
            self._rows[fax.key] = row
            self.endInsertRows()
        else:
            self._faxes[row] = fax
            self.dataChanged.emit(self.index(row, 0), self.index(row, len(Column) - 1))

    def find(self, key: str) -> Fax | None:
        """The fax with this key."""
        row = self._rows.get(key)
        return None if row is None else self._faxes[row]

    def row_of(self, key: str) -> int:
        """Its row, or -1."""
        return self._rows.get(key, -1)

    # ------------------------------------------------------------ what Qt asks

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's name, Qt's default
        return 0 if parent.isValid() else len(self._faxes)

    def columnCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: N802, B008
        return 0 if parent.isValid() else len(Column)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:  # noqa: N802
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Role.DisplayRole:
            return ("", _("Date"), _("Name or number"), _("Subject"), _("Pages"), _("State"))[section]
        if role == Role.TextAlignmentRole and section == Column.PAGES:
            return Qt.AlignmentFlag.AlignCenter
        if role == Role.ToolTipRole and section == Column.DIRECTION:
            return _("Sent or received")
        return None

    def data(self, index: QModelIndex, role: int = Role.DisplayRole) -> Any:
        if not index.isValid():
            return None
        fax, column = self._faxes[index.row()], Column(index.column())
        match role:
            case Role.DisplayRole:
                return self._text(fax, column)
            case Role.DecorationRole if column is Column.DIRECTION:
                return self._icons[fax.sent]
            case Role.ToolTipRole:
                return self._tip(fax, column)
            case Role.TextAlignmentRole if column is Column.PAGES:
                return Qt.AlignmentFlag.AlignCenter
            case Role.ForegroundRole if column is Column.STATE and fax.mood in self._colours:
                return QBrush(self._colours[fax.mood])
            case Role.FontRole if column is Column.STATE and fax.mood is Mood.QUESTION:
                font = QFont()
                font.setBold(True)
                return font
            case Role.AccessibleTextRole:
                return _direction(fax) if column is Column.DIRECTION else self._text(fax, column)
        return {FAX_ROLE: fax, SORT_ROLE: self._sorting(fax, column)}.get(role)

    def _text(self, fax: Fax, column: Column) -> str:
        return ("", in_words(fax.when), fax.name, fax.subject, str(fax.pages), fax.state)[column]

    def _tip(self, fax: Fax, column: Column) -> str | None:
        match column:
            case Column.DIRECTION:
                return _direction(fax)
            case Column.DATE:
                return in_full(fax.when)
            case Column.STATE:
                return _plain(fax.reason or fax.state)
            case Column.NAME:
                return _plain(f"{fax.name}, {fax.number}" if fax.number not in ("", fax.name) else fax.name)
        return _plain(fax.subject) if column is Column.SUBJECT else None

    def _sorting(self, fax: Fax, column: Column) -> Any:
        texts = (fax.sent, fax.when.timestamp(), fax.name.casefold(), fax.subject.casefold(), fax.pages, fax.state)
        return texts[column]


class Found(QSortFilterProxyModel):
    """The faxes that the search field asks for, newest first until a person sorts otherwise."""

    def __init__(self, table: FaxTable, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._words = ""
        self.setSourceModel(table)
        self.setSortRole(SORT_ROLE)
        self.setDynamicSortFilter(True)
        self.sort(Column.DATE, Qt.SortOrder.DescendingOrder)

    def search(self, words: str) -> None:
        """Only faxes in which each of these words is found."""
        self._words = words
        self.invalidateFilter()

    def filterAcceptsRow(self, source_row: int, source_parent: QModelIndex) -> bool:  # noqa: N802
        model = self.sourceModel()
        if model is None:
            return False
        fax: Fax = model.index(source_row, 0, source_parent).data(FAX_ROLE)
        return fax.found_by(self._words)


def _direction(fax: Fax) -> str:
    return _("Sent") if fax.sent else _("Received")


def _plain(text: str) -> str | None:
    """Foreign text for a tool tip, which would be taken for HTML if it looked like it."""
    return f"<span>{text.replace('&', '&amp;').replace('<', '&lt;')}</span>" if text else None
