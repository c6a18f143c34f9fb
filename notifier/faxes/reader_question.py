# SPDX-License-Identifier: GPL-3.0-or-later
"""Asks to whom a received fax is to be given."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QLineEdit, QVBoxLayout, QWidget

from faxcore.i18n import gettext as _
from notifier.fax import Fax


class ReaderQuestion(QDialog):
    """A small window before the others. `give` is called with the names of people and groups."""

    def __init__(self, window: QWidget, fax: Fax, give: Callable[[tuple[str, ...]], object]) -> None:
        super().__init__(window)
        self._give = give
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Give a fax to somebody"))
        about = QLabel(_("To whom is the fax from {name} to be given?").format(name=fax.name))
        about.setTextFormat(Qt.TextFormat.PlainText)
        about.setWordWrap(True)
        more = QLabel(_("Names of users or groups of this computer, with commas between them. It leaves your inbox."))
        more.setWordWrap(True)
        self.names = QLineEdit()
        self.names.setAccessibleName(_("Names"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        button = buttons.addButton(_("&Give"), QDialogButtonBox.ButtonRole.AcceptRole)
        assert button is not None
        self.give_button = button
        self.give_button.setEnabled(False)
        layout = QVBoxLayout(self)
        for widget in (about, self.names, more, buttons):
            layout.addWidget(widget)
        self.names.textChanged.connect(lambda _text: self.give_button.setEnabled(bool(self._read())))
        buttons.accepted.connect(self._accept)
        buttons.rejected.connect(self.reject)

    def _read(self) -> tuple[str, ...]:
        return tuple(filter(None, (name.strip() for name in self.names.text().split(","))))

    def _accept(self) -> None:
        people = self._read()
        self.accept()
        self._give(people)
