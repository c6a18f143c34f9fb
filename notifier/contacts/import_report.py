# SPDX-License-Identifier: GPL-3.0-or-later
"""The report on a file of contacts: what was taken, and what was not and why."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QListWidget, QPushButton, QVBoxLayout, QWidget

from faxcore.contact_transfer import ImportedContacts
from faxcore.i18n import gettext as _
from faxcore.i18n import ngettext, show_sentence
from faxcore.model.text import clean_text
from faxcore.qt.style import ElidedLabel


class ImportReport(QWidget):
    """Stands in the place of the card until it is closed."""

    closed = pyqtSignal()
    any_number_wanted = pyqtSignal()
    """Those who have no fax number are to be taken with their telephone number."""

    def __init__(self) -> None:
        super().__init__()
        self.title = ElidedLabel()
        self.taken = QLabel()
        self.not_taken = QLabel()
        self.reasons = QListWidget()
        self.any_number = QPushButton(_("&Take their telephone numbers"))
        self.close_button = QPushButton(_("&Close"))
        self._build()
        self.any_number.clicked.connect(self.any_number_wanted)
        self.close_button.clicked.connect(self.closed)

    def _build(self) -> None:
        font = self.title.font()
        font.setBold(True)
        font.setPointSizeF(font.pointSizeF() * 1.3)
        self.title.setFont(font)
        for label in (self.taken, self.not_taken):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.reasons.setAccessibleName(_("Contacts that were not taken"))
        self.reasons.setWordWrap(True)
        buttons = QHBoxLayout()
        buttons.addWidget(self.any_number)
        buttons.addStretch(1)
        buttons.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 0, 0, 0)
        column.setSpacing(10)
        for widget in (self.title, self.taken, self.not_taken):
            column.addWidget(widget)
        column.addWidget(self.reasons, 1)
        column.addLayout(buttons)

    def show_result(self, file: str, done: ImportedContacts, left_out: Sequence[str]) -> None:
        """Say what became of this file."""
        self.title.setText(_("Contacts of {file}").format(file=clean_text(file, 100)))
        taken = [
            ngettext("{count} new contact", "{count} new contacts", done.new).format(count=done.new),
            ngettext("{count} known already", "{count} known already", done.known).format(count=done.known),
            ngettext("{count} group", "{count} groups", done.groups).format(count=done.groups),
        ]
        self.taken.setText(_("Taken: {what}.").format(what=", ".join(taken)))
        reasons = [show_sentence(each, 400) for each in done.refused]
        reasons += [_("{name}: the card has no fax number.").format(name=clean_text(each, 100)) for each in left_out]
        count = len(reasons)
        told = ngettext("{count} contact was not taken:", "{count} contacts were not taken:", count)
        self.not_taken.setText(told.format(count=count) if count else _("Nothing was left out."))
        self.reasons.clear()
        self.reasons.addItems(reasons)
        self.reasons.setVisible(bool(count))
        self.any_number.setVisible(bool(left_out))
        self.close_button.setFocus()
