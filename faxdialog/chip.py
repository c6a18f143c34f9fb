# SPDX-License-Identifier: GPL-3.0-or-later
"""One recipient in the field *To*, as a chip: its name and number, a sign where it is not called, and a cross."""

from __future__ import annotations

from typing import Final

from PyQt6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette, QPen
from PyQt6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from faxcore.i18n import gettext as _
from faxcore.qt.style import error_colour
from faxdialog.addressed import Addressed

WIDEST: Final = 320
"""Pixels of a chip; the end of a longer name is cut off."""
EDGE: Final = 8
SIGN: Final = "⚠"


class Chip(QAbstractButton):
    """A recipient. Clicked it is chosen, for its details to be seen; it is checked as long as it is."""

    removed = pyqtSignal()
    """Its cross was clicked, or Delete pressed."""
    reopened = pyqtSignal()
    """Enter or F2 was pressed, or it was clicked twice: it is to be text again."""
    left = pyqtSignal(int)
    """An arrow was pressed: -1 for what is before it, +1 for what is behind it."""
    typed = pyqtSignal(str)
    """A letter or digit was typed, which belongs into the field."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self._refused = False

    def show_recipient(self, addressed: Addressed) -> None:
        """Show this recipient."""
        self._refused = addressed.is_refused
        self.setText(addressed.describe())
        said = _("This number is not called: {reason}").format(reason=addressed.explain_refusal())
        self.setToolTip(said if self._refused else addressed.describe())
        keys = _("Delete removes it, Enter changes it.")
        self.setAccessibleName(addressed.describe())
        self.setAccessibleDescription(f"{said} {keys}" if self._refused else keys)
        self.updateGeometry()
        self.update()

    # ------------------------------------------------------------ how it looks

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Give the room of the text, the sign and the cross."""
        metrics = self.fontMetrics()
        width = metrics.horizontalAdvance(self._words()) + self._cross().width() + 2 * EDGE + 2
        return QSize(min(width, WIDEST), metrics.height() + 6)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Give the room without which nothing can be read of it."""
        return QSize(min(self.sizeHint().width(), WIDEST // 2), self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent | None) -> None:  # noqa: N802 - Qt's name
        """Draw it; what is not called has a sign and a dashed border besides its colour."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette = self.palette()
        ground, text = palette.color(QPalette.ColorRole.Button), palette.color(QPalette.ColorRole.ButtonText)
        border = palette.color(QPalette.ColorRole.Mid)
        if self.isChecked():
            ground, text = (
                palette.color(QPalette.ColorRole.Highlight),
                palette.color(QPalette.ColorRole.HighlightedText),
            )
            border = ground
        pen = QPen(border, 1)
        if self._refused:
            pen = QPen(error_colour(self), 1.5, Qt.PenStyle.DashLine)
        elif self.hasFocus():
            pen = QPen(palette.color(QPalette.ColorRole.WindowText), 1.5)
        painter.setPen(pen)
        painter.setBrush(ground)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 5, 5)
        painter.setPen(text)
        room = self.rect().adjusted(EDGE, 0, -self._cross().width() - 2, 0)
        shown = self.fontMetrics().elidedText(self._words(), Qt.TextElideMode.ElideMiddle, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
        self._paint_cross(painter, text)

    def _paint_cross(self, painter: QPainter, colour: QColor) -> None:
        middle, arm = QRectF(self._cross()).center(), self.fontMetrics().height() / 5
        painter.setPen(QPen(colour, 1.4))
        painter.drawLine(middle + QPointF(-arm, -arm), middle + QPointF(arm, arm))
        painter.drawLine(middle + QPointF(-arm, arm), middle + QPointF(arm, -arm))

    def _words(self) -> str:
        return f"{SIGN} {self.text()}" if self._refused else self.text()

    def _cross(self) -> QRect:
        side = self.fontMetrics().height() + 4
        return QRect(self.width() - side, 0, side, self.height())

    # ------------------------------------------------------------ what is done to it

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802 - Qt's name
        """Click: choose it; on the cross, remove it."""
        is_left = event is not None and event.button() is Qt.MouseButton.LeftButton
        if event is not None and is_left and self._cross().contains(event.position().toPoint()):
            self.setDown(False)
            self.removed.emit()
        else:
            super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802 - Qt's name
        """Click twice: make it text again."""
        if event is not None and not self._cross().contains(event.position().toPoint()):
            self.reopened.emit()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:  # noqa: N802 - Qt's name
        """Keys: remove, change, go on; what is typed belongs into the field."""
        if event is None:
            return
        key, held = event.key(), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit()
        elif key == Qt.Key.Key_F2 or (key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not held):
            self.reopened.emit()
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.left.emit(-1 if key == Qt.Key.Key_Left else +1)
        elif event.text().isprintable() and event.text().strip() and not held & ~Qt.KeyboardModifier.ShiftModifier:
            self.typed.emit(event.text())
        else:
            event.ignore()  # Escape, and Enter with Ctrl, are the window's

    def event(self, event: QEvent | None) -> bool:
        """Draw it anew when the focus comes or goes."""
        if event is not None and event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.update()
        return super().event(event)
