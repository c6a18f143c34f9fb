# SPDX-License-Identifier: GPL-3.0-or-later
"""The view that stands in the dialog for a moment after Send: the fax is the service's now."""

from __future__ import annotations

from typing import Final

from PyQt6.QtCore import QPointF, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PyQt6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from faxcore.i18n import gettext as _
from faxcore.qt.style import is_dark, muted

SIDE: Final = 64


class Queued(QWidget):
    """A tick, whom the fax goes to, and where its fate will be told."""

    close_wanted = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self.title = QLabel()
        self.details = muted(QLabel(_("The tray tells you when it has arrived, or why it has not.")))
        self.close_button = QPushButton(_("&Close"))
        self.close_button.clicked.connect(self.close_wanted)
        font = self.title.font()
        font.setPointSizeF(font.pointSizeF() * 1.3)
        font.setBold(True)
        self.title.setFont(font)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(32, 32, 32, 32)
        layout.setSpacing(10)
        layout.addStretch(1)
        layout.addWidget(_Tick(), 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addSpacing(6)
        for label in (self.title, self.details):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setWordWrap(True)
            layout.addWidget(label)
        layout.addSpacing(14)
        layout.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(2)

    def show_name(self, name: str) -> None:
        """Say for whom it is."""
        self.title.setText(_("The fax to {name} is queued.").format(name=name))


class _Tick(QWidget):
    """Drawn, for not every theme has one."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(SIDE, SIDE)

    def paintEvent(self, _event: QPaintEvent | None) -> None:  # noqa: N802 - Qt's name
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor("#81c995" if is_dark(self) else "#1e7d3c"))
        painter.drawEllipse(self.rect())
        width = SIDE / 11
        ink = QColor("#10301a" if is_dark(self) else "white")
        painter.setPen(QPen(ink, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
        painter.drawPolyline(
            QPolygonF([QPointF(SIDE * x, SIDE * y) for x, y in ((0.28, 0.52), (0.44, 0.68), (0.73, 0.36))])
        )
