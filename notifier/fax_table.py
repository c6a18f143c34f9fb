# SPDX-License-Identifier: GPL-3.0-or-later
"""The history as a table: the faxes of the list that is shown, as far as they are loaded.

It is newest first until a person sorts by something else. Then what is loaded is sorted, and nothing more is loaded:
the service gives its lists by time only, and rows that came in between would move what a person looks at. The window
says how many are sorted.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from typing import Any, Final

from PyQt6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt
from PyQt6.QtGui import QBrush, QColor, QFont, QIcon

from faxcore.i18n import gettext as _
from notifier.fax import Fax, Mood, in_full, in_words

Role = Qt.ItemDataRole
FAX_ROLE: Final = Role.UserRole


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
        self._column, self._descending = Column.DATE, True

    @property
    def in_order(self) -> bool:
        """True if it is sorted as the service gives its lists: newest first."""
        return self._column is Column.DATE and self._descending

    def replace(self, faxes: Iterable[Fax]) -> None:
        """Show these."""
        self.beginResetModel()
        self._arrange(faxes)
        self.endResetModel()

    def add(self, faxes: Iterable[Fax]) -> None:
        """Take new faxes, and changes of those that are shown."""
        new = []
        orderly = True
        for fax in faxes:
            row = self._rows.get(fax.key)
            if row is None:
                new.append(fax)
            else:
                orderly = orderly and self._key(fax) == self._key(self._faxes[row])
                self._faxes[row] = fax
                self.dataChanged.emit(self.index(row, 0), self.index(row, len(Column) - 1))
        if new:
            last = self._faxes[-1:]
            new.sort(key=self._key, reverse=self._descending)
            self._append(new)
            keys = [self._key(fax) for fax in (*last, new[0])]
            orderly = orderly and keys == sorted(keys, reverse=self._descending)
        if not orderly:
            self._sort()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort what is loaded by this column."""
        self._column, self._descending = Column(column), order is Qt.SortOrder.DescendingOrder
        self._sort()

    def _append(self, faxes: list[Fax]) -> None:
        row = len(self._faxes)
        self.beginInsertRows(QModelIndex(), row, row + len(faxes) - 1)
        self._faxes += faxes
        self._rows |= {fax.key: row + number for number, fax in enumerate(faxes)}
        self.endInsertRows()

    def _sort(self) -> None:
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        keys = [self._faxes[index.row()].key for index in before]
        self._arrange(self._faxes)
        after = [self.index(self._rows[key], index.column()) for key, index in zip(keys, before, strict=True)]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def _arrange(self, faxes: Iterable[Fax]) -> None:
        self._faxes = sorted(faxes, key=self._key, reverse=self._descending)
        self._rows = {fax.key: row for row, fax in enumerate(self._faxes)}

    def _key(self, fax: Fax) -> tuple[Any, ...]:
        """The place of a fax among the others; of two that are equal, the ids decide."""
        texts = (fax.sent, fax.when, fax.name.casefold(), fax.subject.casefold(), fax.pages, fax.state)
        return (texts[self._column], fax.when, fax.id)

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
        return fax if role == FAX_ROLE else None

    def _text(self, fax: Fax, column: Column) -> str:
        if column is Column.DATE:
            return in_words(fax.when)
        return ("", "", fax.name, fax.subject, str(fax.pages), fax.state)[column]

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


def _direction(fax: Fax) -> str:
    return _("Sent") if fax.sent else _("Received")


def _plain(text: str) -> str | None:
    """Foreign text for a tool tip, which would be taken for HTML if it looked like it."""
    return f"<span>{text.replace('&', '&amp;').replace('<', '&lt;')}</span>" if text else None
