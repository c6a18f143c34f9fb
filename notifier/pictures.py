# SPDX-License-Identifier: GPL-3.0-or-later
"""The small pictures of the tray and the main window, drawn from the palette so that dark themes stay right."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QFont, QIcon, QPainter, QPalette, QPen, QPixmap, QPolygonF
from PyQt6.QtWidgets import QWidget

from faxcore.qt.style import ICON, is_dark
from notifier.fax import Mood

SIZES: Final = (16, 22, 24, 32, 48, 64)
BLUE: Final = QColor("#1f5fa8")


def fax_icon() -> QIcon:
    """The program's icon."""
    return QIcon.fromTheme("org.facteur.Facteur", QIcon(str(ICON)))


def tray_icon(waiting: int, present: bool) -> QIcon:
    """The icon for the panel: pale while the service is away, with a count of what waits for the person."""
    icon = QIcon()
    source = fax_icon()
    for size in SIZES:
        with _drawing(size) as (picture, painter):
            _tray(painter, source, size, waiting, present)
        icon.addPixmap(picture)
    return icon


def arrow_icon(widget: QWidget, sent: bool) -> QIcon:
    """An arrow: up and out for sent, down and in for received."""
    dark = is_dark(widget)
    colour = QColor(("#8ab4f8" if dark else "#1f5fa8") if sent else ("#81c995" if dark else "#1e7d3c"))
    icon = QIcon()
    for size in (16, 32):
        with _drawing(size) as (picture, painter):
            _arrow(painter, colour, size, sent)
        icon.addPixmap(picture)
        with _drawing(size) as (picture, painter):
            _arrow(painter, widget.palette().color(QPalette.ColorRole.HighlightedText), size, sent)
        icon.addPixmap(picture, QIcon.Mode.Selected)
    return icon


def document_icon(widget: QWidget) -> QIcon:
    """A sheet of paper: a document that waits for its recipient."""
    icon = QIcon()
    roles = {QIcon.Mode.Normal: QPalette.ColorRole.Text, QIcon.Mode.Selected: QPalette.ColorRole.HighlightedText}
    for mode, role in roles.items():
        for size in (16, 32):
            with _drawing(size) as (picture, painter):
                painter.scale(size / 16, size / 16)
                painter.setPen(QPen(widget.palette().color(role), 1.2))
                painter.drawPolygon(QPolygonF([QPointF(*at) for at in _SHEET]))
                painter.drawPolyline(QPolygonF([QPointF(9.5, 2), QPointF(9.5, 5.5), QPointF(13, 5.5)]))
            icon.addPixmap(picture, mode)
    return icon


_SHEET: Final = ((3, 2), (9.5, 2), (13, 5.5), (13, 14), (3, 14))
"""The corners of the sheet, the upper right one folded."""


def mood_colours(widget: QWidget) -> dict[Mood, QColor]:
    """The colours of states that a person should notice, legible on this widget's ground."""
    if is_dark(widget):
        return {Mood.BAD: QColor("#ff8a80"), Mood.QUESTION: QColor("#ffcc80"), Mood.UNDER_WAY: QColor("#8ab4f8")}
    return {Mood.BAD: QColor("#b3261e"), Mood.QUESTION: QColor("#9a5b00"), Mood.UNDER_WAY: QColor("#1f5fa8")}


def _tray(painter: QPainter, source: QIcon, size: int, waiting: int, present: bool) -> None:
    painter.setOpacity(1.0 if present else 0.4)
    source.paint(painter, 0, 0, size, size)
    painter.setOpacity(1.0)
    if not waiting:
        return
    side = size * 0.62
    spot = QRectF(size - side, 0, side, side)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor("#c62828"))
    painter.drawEllipse(spot)
    font = QFont()
    font.setBold(True)
    font.setPixelSize(max(7, round(side * 0.78)))
    painter.setFont(font)
    painter.setPen(QColor("white"))
    painter.drawText(spot, Qt.AlignmentFlag.AlignCenter, str(waiting) if waiting < 10 else "9+")


def _arrow(painter: QPainter, colour: QColor, size: int, sent: bool) -> None:
    painter.scale(size / 16, size / 16)
    if not sent:
        painter.translate(16, 16)
        painter.rotate(180)
    painter.setPen(QPen(colour, 2.0, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
    painter.drawLine(QPointF(4, 12), QPointF(11.5, 4.5))
    painter.drawPolyline(QPolygonF([QPointF(6, 4), QPointF(12, 4), QPointF(12, 10)]))


@contextmanager
def _drawing(size: int) -> Iterator[tuple[QPixmap, QPainter]]:
    picture = QPixmap(size, size)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    yield picture, painter
    painter.end()
