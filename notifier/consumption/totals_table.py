# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of sums of calls, a row for each key and one for all of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

from PyQt6.QtCore import QAbstractTableModel, QLocale, QModelIndex, Qt
from PyQt6.QtGui import QFont

from faxcore.contract.priced import add_costs
from faxcore.contract.recorded import CallGrouping, CallTotals
from faxcore.i18n import gettext as _
from notifier.consumption.bar_delegate import PART_ROLE
from notifier.consumption.consumption_words import describe_cost, describe_key, write_minutes

_NOWHERE: Final = QModelIndex()
_ROLE: Final = int(Qt.ItemDataRole.DisplayRole)


class Column(NamedTuple):
    """A column with a quantity."""

    title: str
    value: Callable[[CallTotals], float]
    write: Callable[[CallTotals], str]


class TotalsTable(QAbstractTableModel):
    """The sums, as they are shown."""

    def __init__(self) -> None:
        super().__init__()
        self._by = CallGrouping.MONTH
        self._rows: list[CallTotals] = []
        self._all = CallTotals("")
        self._columns = _list_columns()

    def show(self, totals: Sequence[CallTotals], by: CallGrouping) -> None:
        """Show these sums: months newest first, others with the most calls first."""
        self.beginResetModel()
        self._by = by
        if by is CallGrouping.MONTH:
            self._rows = sorted(totals, key=lambda each: each.key, reverse=True)
        else:
            self._rows = sorted(totals, key=lambda each: (-each.calls, each.key))
        self._all = add_up(self._rows)
        self.endResetModel()

    def rowCount(self, parent: QModelIndex = _NOWHERE) -> int:  # noqa: N802 - Qt's name
        """Count the rows; the last is that of all together."""
        return 0 if parent.isValid() or not self._rows else len(self._rows) + 1

    def columnCount(self, parent: QModelIndex = _NOWHERE) -> int:  # noqa: N802
        """Count the columns: the key, the quantities and the cost."""
        return 0 if parent.isValid() else len(self._columns) + 2

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _ROLE) -> Any:  # noqa: N802
        """Name the columns."""
        if orientation is not Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return ("", *(column.title for column in self._columns), _("Cost"))[section]

    def data(self, index: QModelIndex, role: int = _ROLE) -> Any:
        """Give a cell's words, its place and its bar."""
        is_sum = index.row() == len(self._rows)
        totals = self._all if is_sum else self._rows[index.row()]
        quantity = 0 < index.column() <= len(self._columns)
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._write(totals, index.column(), is_sum)
            case Qt.ItemDataRole.TextAlignmentRole:
                side = Qt.AlignmentFlag.AlignRight if index.column() else Qt.AlignmentFlag.AlignLeft
                return side | Qt.AlignmentFlag.AlignVCenter
            case Qt.ItemDataRole.FontRole if is_sum:
                font = QFont()
                font.setBold(True)
                return font
            case int(value) if value == PART_ROLE and quantity and not is_sum:
                value_of = self._columns[index.column() - 1].value
                most = max(map(value_of, self._rows))
                return value_of(totals) / most if most else 0.0
        return None

    def _write(self, totals: CallTotals, column: int, is_sum: bool) -> str:
        if column == 0:
            return _("All together") if is_sum else describe_key(totals.key, self._by)
        if column > len(self._columns):
            return describe_cost(totals)
        return self._columns[column - 1].write(totals)


def add_up(rows: Sequence[CallTotals]) -> CallTotals:
    """Add up all rows."""
    return CallTotals(
        "",
        sum(each.calls for each in rows),
        sum(each.faxes for each in rows),
        sum(each.pages for each in rows),
        sum(each.seconds for each in rows),
        sum(each.failures for each in rows),
        add_costs(cost for each in rows for cost in each.costs),
        sum(each.unpriced for each in rows),
    )


def _list_columns() -> tuple[Column, ...]:
    def write(count: int) -> str:
        return QLocale().toString(count)

    return (
        Column(_("Calls"), lambda each: each.calls, lambda each: write(each.calls)),
        Column(_("Faxes"), lambda each: each.faxes, lambda each: write(each.faxes)),
        Column(_("Pages"), lambda each: each.pages, lambda each: write(each.pages)),
        Column(_("Minutes"), lambda each: each.seconds, lambda each: write_minutes(each.seconds)),
        Column(_("Failed calls"), lambda each: each.failures, lambda each: write(each.failures)),
    )
