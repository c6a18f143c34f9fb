# SPDX-License-Identifier: GPL-3.0-or-later
"""A number with a bar below it, as long as its part of the largest number of its column."""

from __future__ import annotations

from typing import Final

from PyQt6.QtCore import QModelIndex, QRectF, QSize, Qt
from PyQt6.QtGui import QPainter, QPalette
from PyQt6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

PART_ROLE: Final = Qt.ItemDataRole.UserRole + 1
"""The part of the largest number of the column, from 0 to 1; None: no bar."""
_HEIGHT: Final = 3.0
_MARGIN: Final = 6.0


class BarDelegate(QStyledItemDelegate):
    """Draws the cells of a table."""

    def paint(self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        """Draw the cell as always, and its bar."""
        super().paint(painter, option, index)
        part = index.data(PART_ROLE)
        if painter is None or not part:
            return
        cell = QRectF(option.rect)
        width = max(1.0, (cell.width() - 2 * _MARGIN) * part)
        # From the side on which the digits end.
        bar = QRectF(cell.right() - _MARGIN - width, cell.bottom() - _HEIGHT - 1, width, _HEIGHT)
        painter.fillRect(bar, option.palette.color(QPalette.ColorRole.Highlight))

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:  # noqa: N802 - Qt's name
        """Leave room for the bar below the digits."""
        size = super().sizeHint(option, index)
        return QSize(size.width() + int(2 * _MARGIN), size.height() + int(4 * _HEIGHT))
