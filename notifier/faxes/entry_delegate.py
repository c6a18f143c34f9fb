# SPDX-License-Identifier: GPL-3.0-or-later
"""Draws an entry of the list: two lines, the time at the right, and what a person should notice.

Nothing is told by a colour alone: what is not read is bold and has a dot, a call has a bar beside its words.
"""

from __future__ import annotations

from typing import Final

from PyQt6.QtCore import QModelIndex, QRect, QSize, Qt
from PyQt6.QtGui import QColor, QFont, QFontMetrics, QIcon, QPainter, QPalette
from PyQt6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from faxcore.qt.style import mixed_colour
from notifier.fax import Mood
from notifier.faxes.entry import Entry, brief_time
from notifier.faxes.entry_model import ENTRY_ROLE
from notifier.pictures import arrow_icon, document_icon, mood_colours

MARGIN: Final = 8
GAP: Final = 4
ICON: Final = 16
DOT: Final = 8
BAR: Final = 4


class EntryDelegate(QStyledItemDelegate):
    """The look of a row."""

    def __init__(self, view: QWidget) -> None:
        super().__init__(view)
        self._arrows = {sent: arrow_icon(view, sent) for sent in (True, False)}
        self._document = document_icon(view)
        self._colours = mood_colours(view)

    def sizeHint(self, option: QStyleOptionViewItem, _index: QModelIndex) -> QSize:  # noqa: N802 - Qt's name
        return QSize(220, 2 * option.fontMetrics.height() + GAP + 2 * MARGIN)

    def paint(self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        entry = index.data(ENTRY_ROLE)
        if painter is None or not isinstance(entry, Entry):
            return
        painter.save()
        self._ground(painter, option)
        rect = option.rect.adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
        self._draw_signs(painter, option, entry, rect)
        text = rect.adjusted(DOT + GAP + ICON + MARGIN, 0, 0, 0)
        if option.direction is Qt.LayoutDirection.RightToLeft:
            text = rect.adjusted(0, 0, -(DOT + GAP + ICON + MARGIN), 0)
        high = option.fontMetrics.height()
        upper = QRect(text.left(), text.top(), text.width(), high)
        self._draw_upper(painter, option, entry, upper)
        self._draw_lower(painter, option, entry, upper.translated(0, high + GAP))
        painter.restore()

    def _ground(self, painter: QPainter, option: QStyleOptionViewItem) -> None:
        """Draw the ground as the desktop's style draws that of a selected row, and the frame of the focus."""
        style = option.widget.style() if option.widget is not None else None
        if style is None:
            return
        style.drawPrimitive(QStyle.PrimitiveElement.PE_PanelItemViewItem, option, painter, option.widget)

    def _draw_signs(self, painter: QPainter, option: QStyleOptionViewItem, entry: Entry, rect: QRect) -> None:
        middle = rect.top() + option.fontMetrics.height() // 2
        if entry.unread:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._text_colour(option) if _is_selected(option) else option.palette.highlight())
            painter.drawEllipse(rect.left(), middle - DOT // 2, DOT, DOT)
        picture = self._document if entry.draft is not None else self._arrows[entry.outgoing]
        mode = QIcon.Mode.Selected if _is_selected(option) else QIcon.Mode.Normal
        place = QRect(rect.left() + DOT + GAP, middle - ICON // 2, ICON, ICON)
        picture.paint(painter, place, Qt.AlignmentFlag.AlignCenter, mode)

    def _draw_upper(self, painter: QPainter, option: QStyleOptionViewItem, entry: Entry, line: QRect) -> None:
        time = brief_time(entry.when)
        wide = option.fontMetrics.horizontalAdvance(time)
        painter.setFont(option.font)
        painter.setPen(self._quiet_colour(option))
        painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, time)
        font = QFont(option.font)
        font.setBold(entry.unread)
        painter.setFont(font)
        painter.setPen(self._text_colour(option))
        _draw_text(painter, QFontMetrics(font), line.adjusted(0, 0, -wide - MARGIN, 0), entry.name)

    def _draw_lower(self, painter: QPainter, option: QStyleOptionViewItem, entry: Entry, line: QRect) -> None:
        colour = self._quiet_colour(option)
        if entry.mood in (Mood.BAD, Mood.QUESTION) and not _is_selected(option):
            colour = self._colours.get(entry.mood, colour)
        painter.setFont(option.font)
        painter.setPen(colour)
        if entry.share is not None:
            wide = min(80, line.width() // 4)
            bar = QRect(line.left(), line.center().y() - BAR // 2, wide, BAR)
            painter.fillRect(bar, mixed_colour(option.palette, 0.25))
            bar.setWidth(round(wide * entry.share))
            painter.fillRect(bar, colour)
            line = line.adjusted(wide + MARGIN, 0, 0, 0)
        _draw_text(painter, option.fontMetrics, line, entry.about)

    def _text_colour(self, option: QStyleOptionViewItem) -> QColor:
        role = QPalette.ColorRole.HighlightedText if _is_selected(option) else QPalette.ColorRole.Text
        return option.palette.color(role)

    def _quiet_colour(self, option: QStyleOptionViewItem) -> QColor:
        return self._text_colour(option) if _is_selected(option) else mixed_colour(option.palette, 0.66)


def _is_selected(option: QStyleOptionViewItem) -> bool:
    return bool(option.state & QStyle.StateFlag.State_Selected)


def _draw_text(painter: QPainter, metrics: QFontMetrics, line: QRect, text: str) -> None:
    shown = metrics.elidedText(text.replace("\n", " "), Qt.TextElideMode.ElideRight, line.width())
    painter.drawText(
        line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, shown
    )
