# SPDX-License-Identifier: GPL-3.0-or-later
"""The bar in which a new number is typed a second time, where the administrator wants that.

It is typed, not pasted: a copy of a slip is the same slip.
"""

from __future__ import annotations

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent, QKeySequence, QMouseEvent
from PyQt6.QtWidgets import QLineEdit

from faxcore.i18n import gettext as _
from faxcore.qt.message import MessageBar
from faxcore.qt.speaking import speak

_PASTE = (QKeySequence.StandardKey.Paste, QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo)
WIDTH = 26
"""Characters of a number that are seen at once."""


class SecondTyping(MessageBar):
    """Says which number is new, and takes its second spelling."""

    typed = pyqtSignal(str)
    """The number was typed, and Enter or Send pressed."""

    def __init__(self) -> None:
        super().__init__()
        self.edit = TypedLine()
        self.edit.setObjectName("number-again")
        self.edit.setAccessibleName(_("The number once more"))
        self.edit.setToolTip(_("Type it from where you have it; it cannot be pasted."))
        self.edit.setPlaceholderText(_("the number once more"))
        self.edit.setMinimumWidth(self.edit.fontMetrics().averageCharWidth() * WIDTH)
        self.edit.returnPressed.connect(self._type)
        layout = self.layout()
        assert layout is not None
        layout.addWidget(self.edit)
        self.say("")

    def ask(self, sentence: str) -> None:
        """Say what is wanted, and bring the person there."""
        self.say(sentence, buttons=((_("Send"), self._type),))
        self.edit.clear()
        self.edit.setAccessibleDescription(sentence)
        self.edit.setFocus(Qt.FocusReason.OtherFocusReason)
        speak(self.window() or self, sentence)

    def _type(self) -> None:
        text = self.edit.text().strip()
        if text:
            self.typed.emit(text)
        else:
            self.edit.setFocus(Qt.FocusReason.OtherFocusReason)


class TypedLine(QLineEdit):
    """A line into which nothing can be pasted or dropped."""

    def __init__(self) -> None:
        super().__init__()
        self.setMaxLength(60)
        self.setAcceptDrops(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.setInputMethodHints(Qt.InputMethodHint.ImhDialableCharactersOnly)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:  # noqa: N802 - Qt's name
        """Take every key but those that paste."""
        if event is not None and not any(event.matches(each) for each in _PASTE):
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802 - Qt's name
        """The middle button pastes what is selected elsewhere: not here."""
        if event is not None and event.button() is not Qt.MouseButton.MiddleButton:
            super().mouseReleaseEvent(event)
