# SPDX-License-Identifier: GPL-3.0-or-later
"""The look of the list of contacts: two lines a row, the name and what else there is to say."""

from __future__ import annotations

from typing import Final

from PyQt6.QtCore import QModelIndex, QRect, QSize, Qt
from PyQt6.QtGui import QFont, QPainter, QPalette
from PyQt6.QtWidgets import QApplication, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from faxcore.qt.style import mixed_colour
from notifier.contacts.contact_list import EDITED_ROLE, SECOND_LINE_ROLE

MARGIN: Final = 8
"""Pixels around the lines of a row."""


class ContactRows(QStyledItemDelegate):
    """Draws a contact as two lines."""

    def sizeHint(self, option: QStyleOptionViewItem, _index: QModelIndex) -> QSize:  # noqa: N802 - Qt's name
        """Give every row the height of two lines, and no width: what is too long is cut off."""
        return QSize(0, 2 * option.fontMetrics.lineSpacing() + MARGIN + 4)

    def paint(self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        """Draw the ground as the style does, and the lines on it."""
        if painter is None:
            return
        whole = QStyleOptionViewItem(option)
        self.initStyleOption(whole, index)
        name, whole.text = whole.text, ""
        style = whole.widget.style() if whole.widget is not None else QApplication.style()
        if style is None:
            return
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, whole, painter, whole.widget)
        chosen = bool(whole.state & QStyle.StateFlag.State_Selected)
        active = bool(whole.state & QStyle.StateFlag.State_Active)
        group = QPalette.ColorGroup.Active if active else QPalette.ColorGroup.Inactive
        text = whole.palette.color(group, QPalette.ColorRole.HighlightedText if chosen else QPalette.ColorRole.Text)
        lines = whole.rect.adjusted(MARGIN, MARGIN // 2, -MARGIN, -MARGIN // 2)
        painter.save()
        painter.setFont(_bold(whole.font) if index.data(EDITED_ROLE) else whole.font)
        painter.setPen(text)
        _draw_line(painter, lines, name or "", 0)
        painter.setFont(whole.font)
        if not chosen:
            painter.setPen(mixed_colour(whole.palette, 0.62))
        _draw_line(painter, lines, str(index.data(SECOND_LINE_ROLE)), 1)
        painter.restore()


def _draw_line(painter: QPainter, lines: QRect, text: str, number: int) -> None:
    height = lines.height() // 2
    line = QRect(lines.left(), lines.top() + number * height, lines.width(), height)
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, line.width())
    painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)


def _bold(font: QFont) -> QFont:
    bold = QFont(font)
    bold.setBold(True)
    return bold
