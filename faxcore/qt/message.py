# SPDX-License-Identifier: GPL-3.0-or-later
"""One sentence across a window: what is wrong, and what to do."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PyQt6.QtCore import QRectF, Qt
from PyQt6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QStyle, QWidget

Buttons = Sequence[tuple[str, Callable[[], None]]]
"""The words of each button, and what it does."""


class MessageBar(QWidget):
    """A sentence on a ground of its own colour; it takes no room while there is nothing to say."""

    def __init__(self) -> None:
        super().__init__()
        self._colour = QColor()
        self.text = QLabel()
        self.text.setWordWrap(True)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.icon = QLabel()
        self.buttons: list[QPushButton] = []
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 12, 8)
        row.setSpacing(10)
        row.addWidget(self.icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.text, 1)
        self.hide()

    def say(self, sentence: str, grave: bool = True, buttons: Buttons = ()) -> None:
        """Show this sentence, and buttons behind it; an empty one takes the bar away."""
        kind = QStyle.StandardPixmap.SP_MessageBoxWarning if grave else QStyle.StandardPixmap.SP_MessageBoxInformation
        style = self.style()
        if style is not None:
            size = style.pixelMetric(QStyle.PixelMetric.PM_SmallIconSize)
            self.icon.setPixmap(style.standardIcon(kind).pixmap(size, size))
        self._colour = QColor("#e0a000" if grave else "#3b82c4")
        self.text.setText(sentence)
        self.text.setAccessibleName(sentence)
        self._show_buttons(buttons if sentence else ())
        self.setVisible(bool(sentence))

    def _show_buttons(self, buttons: Buttons) -> None:
        for button in self.buttons:
            self._row.removeWidget(button)
            button.hide()
            button.deleteLater()
        self.buttons = []
        for words, do in buttons:
            button = QPushButton(words)
            button.setAutoDefault(True)
            button.clicked.connect(lambda _on, do=do: do())
            self._row.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
            self.buttons.append(button)

    def paintEvent(self, _event: QPaintEvent | None) -> None:  # noqa: N802 - Qt's name
        """A tint of the colour, which leaves the theme's text legible on light and dark grounds."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground, edge = QColor(self._colour), QColor(self._colour)
        ground.setAlpha(38)
        edge.setAlpha(150)
        painter.setBrush(ground)
        painter.setPen(QPen(edge, 1))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
