# SPDX-License-Identifier: GPL-3.0-or-later
"""The view that stands in the dialog for some seconds after Send: the fax is the service's, and can be had back.

Enter does nothing here: who presses it twice in the dialog has neither closed this view nor taken the fax back.
"""

from __future__ import annotations

from typing import Final

from PyQt6.QtCore import QPointF, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from faxcore.i18n import gettext as _
from faxcore.i18n import ngettext
from faxcore.qt.style import is_dark, muted

SIDE: Final = 64


class Queued(QWidget):
    """A tick, whom the fax goes to, how long it can be taken back, and where its fate will be told."""

    close_wanted = pyqtSignal()
    """Close was pressed, or the seconds are over."""
    undo_wanted = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self.title = QLabel()
        self.details = muted(QLabel(_("The tray tells you when it has arrived, or why it has not.")))
        self.left = QLabel()
        self.undo_button = QPushButton(_("&Undo"))
        self.undo_button.setToolTip(_("Take the fax back: it is a document that waits again, with all that was typed."))
        self.undo_button.clicked.connect(self.undo_wanted)
        self.close_button = QPushButton(_("&Close"))
        self.close_button.clicked.connect(self.close_wanted)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._seconds, self._counted = 0, True
        self._second = QTimer(self)
        self._second.setInterval(1000)
        self._second.timeout.connect(self._count)
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
        for label in (self.title, self.left, self.details):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setWordWrap(True)
            layout.addWidget(label)
        layout.addSpacing(14)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        for button in (self.undo_button, self.close_button):
            button.setAutoDefault(True)
            button.setMinimumWidth(96)
            buttons.addWidget(button)
        buttons.addStretch(1)
        layout.addLayout(buttons)
        layout.addStretch(2)

    def begin(self, name: str, seconds: int) -> None:
        """Say for whom it is, and for so many seconds that it can be taken back."""
        self.title.setText(_("The fax to {name} is queued.").format(name=name))
        self.setAccessibleName(self.title.text())
        self._show_undo(True)
        self._seconds, self._counted = seconds, True
        self._tell_left()
        self._second.start()

    def begin_later(self, name: str, seconds: int, when: str) -> None:
        """Say for whom it is, and when it goes out; for so many seconds this is seen."""
        self.begin(name, seconds)
        self._counted = False
        self.left.setText(_("It goes out {when}.").format(when=when))

    def begin_left(self, name: str, seconds: int) -> None:
        """Say that the order waits for the service on this disk; for so many seconds this is seen."""
        self.begin(name, seconds)
        self.title.setText(_("The fax to {name} waits for the fax service.").format(name=name))
        self.setAccessibleName(self.title.text())
        self._counted = False
        self._tell_left()

    def begin_taken(self, name: str, seconds: int) -> None:
        """Say for so many seconds that the service has come back and has the fax."""
        self.begin(name, seconds)
        self._show_undo(False)
        self._counted = False
        self.left.setText(_("The fax service is back, and sends it."))

    def wait(self) -> None:
        """It is being taken back: the seconds count no more."""
        self._second.stop()
        self.undo_button.setEnabled(False)
        self.left.setText(_("The fax is being taken back …"))

    def tell(self, sentence: str, again: bool) -> None:
        """Say why it is not taken back; `again`: it may be tried once more."""
        self._second.stop()
        self._show_undo(again)
        self.left.setText(sentence)

    def stop(self) -> None:
        """Count no more."""
        self._second.stop()

    def _show_undo(self, shown: bool) -> None:
        self.undo_button.setVisible(shown)
        self.undo_button.setEnabled(shown)

    def _count(self) -> None:
        self._seconds -= 1
        if self._seconds > 0:
            if self._counted:
                self._tell_left()
        else:
            self._second.stop()
            self.close_wanted.emit()

    def _tell_left(self) -> None:
        if not self._counted:
            self.left.setText(_("It goes out by itself when the service is back."))
            return
        told = ngettext("It goes out in {count} second.", "It goes out in {count} seconds.", self._seconds)
        self.left.setText(told.format(count=self._seconds))


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
