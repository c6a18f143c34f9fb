# SPDX-License-Identifier: GPL-3.0-or-later
"""The few looks that the native style has no word for; all made of the palette, so that dark themes stay right."""

from __future__ import annotations

from pathlib import Path

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QColor, QPainter, QPaintEvent, QPalette
from PyQt6.QtWidgets import QLabel, QPushButton, QSizePolicy, QWidget

ICON = Path(__file__).parent / "icons" / "fax.svg"
"""The program's own picture, for desktops whose theme has not got it yet."""


def muted(label: QLabel) -> QLabel:
    """The label in the colour of things said in passing."""
    palette = label.palette()
    palette.setColor(QPalette.ColorRole.WindowText, mixed_colour(palette, 0.62))
    label.setPalette(palette)
    return label


def caption(label: QLabel) -> QLabel:
    """The label as the heading of a group of fields."""
    font = label.font()
    font.setBold(True)
    label.setFont(font)
    return label


def mark_error(label: QLabel) -> QLabel:
    """The label in a red that can be read on this window's ground."""
    palette = label.palette()
    palette.setColor(QPalette.ColorRole.WindowText, error_colour(label))
    label.setPalette(palette)
    return label


def error_colour(widget: QWidget) -> QColor:
    """The red of what is wrong, which can be read on this window's ground."""
    return QColor("#ff8a80" if is_dark(widget) else "#b3261e")


def accent(button: QPushButton) -> QPushButton:
    """The button in the desktop's own colour for what is chosen, while it can be pressed."""
    palette = button.palette()
    for group in (QPalette.ColorGroup.Active, QPalette.ColorGroup.Inactive):
        palette.setColor(group, QPalette.ColorRole.Button, palette.color(group, QPalette.ColorRole.Highlight))
        text = palette.color(group, QPalette.ColorRole.HighlightedText)
        palette.setColor(group, QPalette.ColorRole.ButtonText, text)
    button.setPalette(palette)
    return button


def is_dark(widget: QWidget) -> bool:
    """Return whether the theme draws light on dark."""
    return widget.palette().color(QPalette.ColorRole.Window).lightness() < 128


def desk_ground(widget: QWidget) -> QColor:
    """The neutral ground on which paper lies: a little darker than the window."""
    return widget.palette().color(QPalette.ColorRole.Window).darker(125 if is_dark(widget) else 112)


def paper_white(widget: QWidget) -> int:
    """The shade of white paper, of 255: a little dimmed where all around it is dark."""
    return 232 if is_dark(widget) else 255


def mixed_colour(palette: QPalette, share: float) -> QColor:
    """The colour of text, mixed with this share of it with the ground."""
    text = palette.color(QPalette.ColorRole.WindowText)
    ground = palette.color(QPalette.ColorRole.Window)
    mixed = [int(a * share + b * (1 - share)) for a, b in zip(text.getRgb()[:3], ground.getRgb()[:3], strict=True)]
    return QColor(*mixed)


class ElidedLabel(QLabel):
    """Plain text on one line, its end cut off where there is no room for it."""

    def __init__(self) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def paintEvent(self, _event: QPaintEvent | None) -> None:  # noqa: N802 - Qt's name
        painter = QPainter(self)
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        across = self.alignment() & Qt.AlignmentFlag.AlignHorizontal_Mask
        painter.drawText(self.rect(), across | Qt.AlignmentFlag.AlignVCenter, shown)
