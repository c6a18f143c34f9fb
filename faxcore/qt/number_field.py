# SPDX-License-Identifier: GPL-3.0-or-later
"""The field for the number, and under it what the service says of it.

Its room is kept free, so that nothing below it moves while a number is typed. The beginning of a number is not scolded:
what may still become one is only said to be none yet, until the person pauses, leaves the field or presses Enter.
"""

from __future__ import annotations

from typing import Final

from PyQt6.QtCore import QObject, Qt, QTimer, pyqtSignal
from PyQt6.QtWidgets import QLabel, QLineEdit, QStyle, QWidget

from faxcore.contract.order import JudgedNumber
from faxcore.i18n import gettext as _
from faxcore.qt.number_words import describe_judgement
from faxcore.qt.style import mark_error, muted

PATIENCE_MS: Final = 2000
"""Milliseconds without typing after which half a number is said to be wrong."""

LINES: Final = 2
"""Lines of text for which room is kept."""


class NumberField(QObject):
    """A number as it is typed: the field, and the label for what is said of it. `edited` comes with each change that a
    person makes, `judged` with each judgement.
    """

    edited = pyqtSignal()
    judged = pyqtSignal()
    entered = pyqtSignal()
    """Enter was pressed."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.edit = QLineEdit()
        self.verdict = QLabel()
        self._judged: JudgedNumber | None = None
        self._refusal = ""
        self._strict = self._asked = self._checking = False
        self.patience = QTimer(self)
        self.patience.setSingleShot(True)
        self.patience.setInterval(PATIENCE_MS)
        self._build()
        self.patience.timeout.connect(self._be_strict)
        self.edit.textEdited.connect(self._edited)
        self.edit.returnPressed.connect(self.entered)
        self.edit.editingFinished.connect(self._be_strict)

    def _build(self) -> None:
        self.edit.setObjectName("number")
        self.edit.setAccessibleName(_("Fax number"))
        self.edit.setPlaceholderText(_("required, for example +33 1 23 45 67 89"))
        self.edit.setInputMethodHints(Qt.InputMethodHint.ImhDialableCharactersOnly)
        style = self.edit.style()
        assert style is not None
        icon = style.standardIcon(QStyle.StandardPixmap.SP_MessageBoxWarning)
        self._mark = self.edit.addAction(icon, QLineEdit.ActionPosition.TrailingPosition)
        assert self._mark is not None
        self._mark.setVisible(False)
        self._mark.setText(_("This number is not called"))
        self.verdict.setObjectName("number-verdict")
        self.verdict.setTextFormat(Qt.TextFormat.PlainText)
        self.verdict.setWordWrap(True)
        self.verdict.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.verdict.setMinimumHeight(LINES * self.verdict.fontMetrics().lineSpacing() + 2)

    # ------------------------------------------------------------ what it holds

    def text(self) -> str:
        """The number as it was typed."""
        return self.edit.text()

    def show_text(self, number: str) -> None:
        """Show a number that was typed before, of which nothing is known yet."""
        self.edit.setText(number)
        self._judged, self._refusal = None, ""
        self._strict, self._asked, self._checking = True, False, False
        self.patience.stop()
        self._tell()

    @property
    def is_called(self) -> bool:
        """True if the service has said that it calls this very number."""
        return self._judged is not None and self._judged.called and not self._refusal

    @property
    def is_refused(self) -> bool:
        """True if the service has said that it does not."""
        return bool(self._refusal) or (self._judged is not None and not self._judged.called)

    # ------------------------------------------------------------ what is said of it

    def judge(self, judged: JudgedNumber | None) -> None:
        """Show the service's judgement of what stands in the field; None: there is none now."""
        self._judged, self._checking = judged, False
        self._tell()
        self.judged.emit()

    def refuse(self, sentence: str) -> None:
        """Show why a fax that was to be sent is not sent to this number."""
        self._refusal, self._checking = sentence, False
        self._tell()
        self.judged.emit()

    def wait(self) -> None:
        """Say that the judgement is awaited."""
        self._checking = True
        self._tell()

    def lead_here(self) -> None:
        """Bring the person to this field, and say what is missing or wrong."""
        self._strict, self._asked = True, not self.text().strip()
        self.edit.setFocus(Qt.FocusReason.OtherFocusReason)
        self.edit.selectAll()
        self._tell()

    # ------------------------------------------------------------ inside

    def _edited(self) -> None:
        self._judged, self._refusal = None, ""
        self._strict = self._asked = self._checking = False
        self.patience.start()
        self._tell()
        self.edited.emit()

    def _be_strict(self) -> None:
        self._strict = True
        self.patience.stop()
        self._tell()

    def _tell(self) -> None:
        sentence, wrong = self._find_words()
        self.verdict.setPalette(self.edit.palette())
        (mark_error if wrong else muted)(self.verdict)
        self.verdict.setText(sentence)
        if self._mark is not None:
            self._mark.setVisible(wrong)
        if self.edit.accessibleDescription() != sentence:
            self.edit.setAccessibleDescription(sentence)

    def _find_words(self) -> tuple[str, bool]:
        """Find what is said now, and whether something is wrong."""
        if self._asked:
            return _("Enter the number to which the fax goes."), True
        if self._refusal:
            return self._refusal, True
        return describe_judgement(self.text(), self._judged, self._strict, self._checking)
