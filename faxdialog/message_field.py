# SPDX-License-Identifier: GPL-3.0-or-later
"""The field for the message on the cover page: some lines, in which Tab goes on and Enter begins a line."""

from __future__ import annotations

from typing import Final

from PyQt6.QtCore import QSize, Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import QPlainTextEdit, QSizePolicy

from faxcore.contract.order import LONGEST_COVER_MESSAGE
from faxcore.i18n import gettext as _

LEAST_LINES: Final = 2
MOST_LINES: Final = 8


class MessageField(QPlainTextEdit):
    """Some lines of text. `edited` comes with every change that a person makes, `entered` with Ctrl+Enter."""

    edited = pyqtSignal()
    entered = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("message")
        self.setAccessibleName(_("Message"))
        self.setToolTip(_("Stands on the cover page, below the subject. Ctrl+Enter sends."))
        self.setTabChangesFocus(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        line, margins = self.fontMetrics().lineSpacing(), self.contentsMargins()
        frame = margins.top() + margins.bottom() + 2 * self.frameWidth() + line // 2
        self.setMinimumHeight(LEAST_LINES * line + frame)
        self.setMaximumHeight(MOST_LINES * line + frame)
        self.textChanged.connect(self._shorten)
        self.textChanged.connect(self.edited)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As few lines as possible: it grows where there is room."""
        return QSize(super().sizeHint().width(), self.minimumHeight())

    def text(self) -> str:
        """The message as it stands."""
        return self.toPlainText()

    def show_text(self, text: str) -> None:
        """Show a message without telling that a person has typed it."""
        self.blockSignals(True)
        self.setPlainText(text)
        self.blockSignals(False)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:  # noqa: N802 - Qt's name
        """Enter begins a line; with Ctrl it sends."""
        if event is not None and _is_sending(event):
            self.entered.emit()
        else:
            super().keyPressEvent(event)

    def _shorten(self) -> None:
        """Keep what is pasted as short as the service does: what is not sent is not shown."""
        if len(self.text()) > LONGEST_COVER_MESSAGE:
            self.show_text(self.text()[:LONGEST_COVER_MESSAGE])


def _is_sending(event: QKeyEvent) -> bool:
    is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
    return is_enter and bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
