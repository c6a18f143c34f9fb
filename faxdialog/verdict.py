# SPDX-License-Identifier: GPL-3.0-or-later
"""The words under the field *To*: what the service says of the recipient that is current, and of those that it refuses.

Their room is kept free, so that nothing below moves while a number is typed. The beginning of a number is not scolded:
what may still become one is only said to be none yet, until the person pauses, leaves the field or presses Enter.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from PyQt6.QtCore import Qt, QTimer
from PyQt6.QtWidgets import QLabel, QWidget

from faxcore.i18n import gettext as _
from faxcore.i18n import ngettext
from faxcore.qt.number_words import describe_judgement
from faxcore.qt.style import mark_error, muted
from faxdialog.addressed import MOST
from faxdialog.to_list import TYPING, ToList

PATIENCE_MS: Final = 2000
"""Milliseconds without typing after which half a number is said to be wrong."""
LINES: Final = 2
"""Lines of text for which room is kept."""


class Verdict(QLabel):
    """Says what the service says."""

    def __init__(self, to: ToList, field: QWidget) -> None:
        super().__init__()
        self._to, self._field = to, field
        self._strict = self._asked = self._checking = self._suggested = False
        self._names: Mapping[str, str] = {}
        self.setObjectName("to-verdict")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.setMinimumHeight(LINES * self.fontMetrics().lineSpacing() + 2)
        self.patience = QTimer(self)
        self.patience.setSingleShot(True)
        self.patience.setInterval(PATIENCE_MS)
        self.patience.timeout.connect(self.be_strict)
        to.edited.connect(self._be_patient)
        for signal in (to.judged, to.current_changed):
            signal.connect(self._tell)

    # ------------------------------------------------------------ what is known besides

    def be_strict(self) -> None:
        """Say that half a number is wrong: the person has left it, or paused."""
        self._strict = True
        self.patience.stop()
        self._tell()

    def ask(self) -> None:
        """Say what is missing or wrong, to whoever wants to send."""
        self._strict, self._asked = True, not self._to.all()
        self._tell()

    def wait(self) -> None:
        """Say that the judgement is awaited."""
        self._checking = True
        self._tell()

    def offer(self, names: Mapping[str, str], meant: bool) -> None:
        """Note who is suggested for what is typed, by number, and whether that is meant for a name."""
        self._names, self._suggested = names, meant
        self._tell()

    # ------------------------------------------------------------ inside

    def _be_patient(self) -> None:
        self._strict = self._asked = self._checking = self._suggested = False
        if self._to.text.strip():
            self.patience.start()
        self._tell()

    def _tell(self) -> None:
        sentence, wrong = self._find_words()
        self.setPalette(self._field.palette())
        (mark_error if wrong else muted)(self)
        self.setText(sentence)
        if self._field.accessibleDescription() != sentence:
            self._field.setAccessibleDescription(sentence)

    def _find_words(self) -> tuple[str, bool]:
        """Find what is said now, and whether something is wrong."""
        if self._asked:
            return _("Enter the number to which the fax goes."), True
        if self._to.too_many:
            sentence = _(
                "A fax has at most {most} recipients here; {count} were left out. For more, use “faxctl broadcast send"
                " --list”."
            )
            return sentence.format(most=MOST, count=self._to.too_many), True
        if self._to.at == TYPING and self._to.text.strip():
            return self._judge_typing()
        return self._judge_chosen()

    def _judge_typing(self) -> tuple[str, bool]:
        typing = self._to.typing
        if typing.refusal:
            return typing.refusal, True
        judged = typing.judged
        if judged is not None and not judged.called and self._suggested:
            return _("Choose with the arrow keys and Enter, or go on typing."), False
        said, wrong = describe_judgement(self._to.text, judged, self._strict, self._checking)
        known = self._names.get(judged.shown, "") if judged is not None and judged.called else ""
        return (f"{said} · {known}" if known and known != typing.number else said), wrong

    def _judge_chosen(self) -> tuple[str, bool]:
        refused = [each for each in self._to.chosen if each.is_refused]
        current = self._to.current
        if current.is_refused:
            told = current
        elif refused:
            told = refused[0]
        elif self._to.twice:
            sentence = ngettext(
                "{count} recipient was there already.", "{count} recipients were there already.", self._to.twice
            )
            return sentence.format(count=self._to.twice), False
        else:
            return describe_judgement("", current.judged, True, self._checking)
        said = [told.explain_refusal()]
        if len(self._to.all()) > 1:
            counted = ngettext(
                "{count} of {all} recipients is not called.",
                "{count} of {all} recipients are not called.",
                len(refused),
            )
            said.insert(0, counted.format(count=len(refused), all=len(self._to.all())))
            if told.name:
                said[1] = _("{recipient}: {reason}").format(recipient=told.name, reason=said[1])
        return " ".join(said), True
