# SPDX-License-Identifier: GPL-3.0-or-later
"""The suggestions under the field *To*, inside of the window: they take no focus, and no grab, which Wayland minds.

Each has two lines: the name, and under it the number with the last fax to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PyQt6.QtCore import QDateTime, QEvent, QLocale, QModelIndex, QObject, QPoint, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent, QPainter, QPalette, QStandardItem, QStandardItemModel
from PyQt6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from faxcore.contract.address_book import Suggestion
from faxcore.i18n import gettext as _
from faxcore.i18n import ngettext
from faxcore.model.text import clean_text
from faxcore.qt.style import mixed_colour

MOST_ROWS: Final = 6
"""Rows that are seen at once."""
SECOND_LINE: Final = Qt.ItemDataRole.UserRole + 1
EDGE: Final = 8


class SuggestionList(QListView):
    """Suggestions to choose from, by the keys of the field that they belong to."""

    taken = pyqtSignal(object)
    """Suggestion: this one was chosen."""

    def __init__(self, field: QWidget) -> None:
        super().__init__()
        self._field = field
        self._suggestions: list[Suggestion] = []
        self._model = QStandardItemModel(self)
        self.setModel(self._model)
        self.setItemDelegate(TwoLines(self))
        self.setObjectName("suggestions")
        self.setAccessibleName(_("Suggestions"))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.entered.connect(self.setCurrentIndex)
        self.clicked.connect(lambda index: self._take(index.row()))
        field.installEventFilter(self)
        self.hide()

    def offer(self, suggestions: Sequence[Suggestion], first: bool) -> None:
        """Show these under the field, while one types there; the first one is highlighted, if it is what is meant."""
        self._suggestions = list(suggestions)
        self._model.clear()
        for each in self._suggestions:
            item = QStandardItem(name_of(each))
            item.setData(details_of(each), SECOND_LINE)
            item.setData(f"{name_of(each)}, {details_of(each)}", Qt.ItemDataRole.AccessibleTextRole)
            self._model.appendRow(item)
        if not self._suggestions or not self._field.hasFocus():
            self.hide()
            return
        self._place()
        self.setCurrentIndex(self._model.index(0, 0) if first else QModelIndex())
        self.show()
        self.raise_()

    def highlighted(self) -> Suggestion | None:
        """The suggestion that Enter takes, if there is one."""
        row = self.currentIndex().row()
        return self._suggestions[row] if self.isVisible() and 0 <= row < len(self._suggestions) else None

    def take_key(self, event: QKeyEvent) -> bool:
        """Do what this key does in the list; False: it does nothing here."""
        if self.isHidden():
            return False
        key = event.key()
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self._move(+1 if key == Qt.Key.Key_Down else -1)
        elif key == Qt.Key.Key_Escape:
            self.hide()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab) and self.highlighted() is not None:
            if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                return False
            self._take(self.currentIndex().row())
        else:
            return False
        return True

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:  # noqa: N802 - Qt's name
        """Go where the field goes, and away with it."""
        if event is not None and watched is self._field and self.isVisible():
            if event.type() in (QEvent.Type.Resize, QEvent.Type.Move):
                self._place()
            elif event.type() in (QEvent.Type.Hide, QEvent.Type.EnabledChange):
                self.hide()
        return super().eventFilter(watched, event)

    def _move(self, by: int) -> None:
        rows = self._model.rowCount()
        row = self.currentIndex().row()
        following = (row + by) % rows if row >= 0 else (0 if by > 0 else rows - 1)
        self.setCurrentIndex(self._model.index(following, 0))
        said = self._model.index(following, 0).data(Qt.ItemDataRole.AccessibleTextRole)
        self._field.setAccessibleDescription(str(said))

    def _take(self, row: int) -> None:
        self.hide()
        if 0 <= row < len(self._suggestions):
            self.taken.emit(self._suggestions[row])

    def _place(self) -> None:
        """Lie under the field, over what is below it in the window."""
        window = self._field.window()
        assert window is not None
        if self.parentWidget() is not window:
            self.setParent(window)
        corner = self._field.mapTo(window, QPoint(0, self._field.height()))
        rows = min(self._model.rowCount(), MOST_ROWS)
        height = rows * max(self.sizeHintForRow(0), 1) + 2 * self.frameWidth()
        self.setGeometry(corner.x(), corner.y(), self._field.width(), min(height, window.height() - corner.y() - 4))


class TwoLines(QStyledItemDelegate):
    """Draws a row of two lines, the second in the colour of things said in passing."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:  # noqa: N802 - Qt's name
        """Give the room of two lines."""
        return QSize(super().sizeHint(option, index).width(), 2 * option.fontMetrics.lineSpacing() + EDGE)

    def paint(self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        """Draw both lines over the style's ground."""
        assert painter is not None
        widget = option.widget
        assert widget is not None
        style = widget.style()
        assert style is not None
        style.drawPrimitive(QStyle.PrimitiveElement.PE_PanelItemViewItem, option, painter, widget)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        role = QPalette.ColorRole.HighlightedText if chosen else QPalette.ColorRole.Text
        room = option.rect.adjusted(EDGE, EDGE // 2, -EDGE, -EDGE // 2)
        line = option.fontMetrics.lineSpacing()
        painter.save()
        painter.setPen(option.palette.color(role))
        first = room.adjusted(0, 0, 0, -line)
        name = option.fontMetrics.elidedText(str(index.data()), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(first, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)
        if not chosen:
            painter.setPen(mixed_colour(option.palette, 0.62))
        said = option.fontMetrics.elidedText(str(index.data(SECOND_LINE)), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room.adjusted(0, line, 0, 0), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, said)
        painter.restore()


def name_of(suggestion: Suggestion) -> str:
    """Name a suggestion: person, company or group; else its number."""
    return clean_text(suggestion.group or suggestion.recipient.person() or suggestion.recipient.company) or number_of(
        suggestion
    )


def details_of(suggestion: Suggestion) -> str:
    """Say in a line what else is known: company, number, last fax; of a group its size."""
    if suggestion.group:
        count = suggestion.members
        return ngettext("group of {count} contact", "group of {count} contacts", count).format(count=count)
    company = clean_text(suggestion.recipient.company) if suggestion.recipient.person() else ""
    said = [company, number_of(suggestion), _describe_last(suggestion.last_sent)]
    return " · ".join(part for part in said if part and part != name_of(suggestion))


def number_of(suggestion: Suggestion) -> str:
    """The number as it is to be read."""
    return clean_text(suggestion.shown or suggestion.recipient.number, 60)


def _describe_last(when: str) -> str:
    if not when:
        return ""
    time = QDateTime.fromString(when, Qt.DateFormat.ISODateWithMs).toLocalTime()
    return _("last fax: {date}").format(date=QLocale().toString(time.date(), QLocale.FormatType.ShortFormat))
