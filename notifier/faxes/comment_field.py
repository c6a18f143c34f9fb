# SPDX-License-Identifier: GPL-3.0-or-later
"""The field for the comment on a fax: as high as its lines. Enter keeps it, Shift and Enter begin a line."""

from __future__ import annotations

from typing import Final

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QFocusEvent, QKeyEvent
from PyQt6.QtWidgets import QPlainTextEdit, QSizePolicy

from faxcore.contract.listed import LONGEST_COMMENT
from faxcore.i18n import gettext as _

MOST_LINES: Final = 5
"""Lines that are seen at once."""


class CommentField(QPlainTextEdit):
    """Some lines of text. `given` comes with Enter, and when the focus goes elsewhere."""

    given = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self.setPlaceholderText(_("Comment, for everybody whose fax this is"))
        self.setAccessibleName(_("Comment"))
        self.setToolTip(_("Enter keeps it; Shift and Enter begin a new line."))
        self.setTabChangesFocus(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.textChanged.connect(self._fit)
        self._fit()

    def text(self) -> str:
        """The comment as it stands, no longer than the service keeps it."""
        return self.toPlainText()[:LONGEST_COMMENT]

    @property
    def is_modified(self) -> bool:
        """True if a person has changed it since it was shown."""
        document = self.document()
        return document is not None and document.isModified()

    def show_text(self, text: str) -> None:
        """Show a comment that is kept."""
        self.setPlainText(text)
        self.be_kept()

    def be_kept(self) -> None:
        """Take note that it is kept as it stands."""
        document = self.document()
        if document is not None:
            document.setModified(False)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:  # noqa: N802 - Qt's name
        """Enter keeps the comment."""
        if event is None or event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.insertPlainText("\n")  # Qt's own is a separator within one line
        else:
            self.given.emit()

    def focusOutEvent(self, event: QFocusEvent | None) -> None:  # noqa: N802 - Qt's name
        """Whoever goes elsewhere has written it."""
        super().focusOutEvent(event)
        if event is None or event.reason() is not Qt.FocusReason.PopupFocusReason:
            self.given.emit()

    def _fit(self) -> None:
        """Be as high as the lines are, but of many see some."""
        line, margins = self.fontMetrics().lineSpacing(), self.contentsMargins()
        frame = margins.top() + margins.bottom() + 2 * self.frameWidth() + line // 2
        self.setFixedHeight(min(max(self.blockCount(), 1), MOST_LINES) * line + frame)
