# SPDX-License-Identifier: GPL-3.0-or-later
"""The questions that the history asks before it does what cannot be undone."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QMessageBox, QWidget

from faxcore.i18n import gettext as _
from notifier.fax import Fax


def ask_cancel(window: QWidget, fax: Fax, yes: Callable[[], None]) -> None:
    """Ask if a fax is to be cancelled; `yes` is called if so."""
    _ask(
        window,
        _("Cancel the fax to {name}?").format(name=fax.name),
        _("Pages that the recipient already has stay there."),
        (_("&Cancel the fax"), _("&Go on sending")),
        yes,
    )


def ask_again(window: QWidget, fax: Fax, yes: Callable[[], None]) -> None:
    """Ask if a fax that may have arrived is to be sent again; `yes` is called if so."""
    _ask(
        window,
        _("Send the fax to {name} again?").format(name=fax.name),
        _("If it did arrive, the recipient gets it twice."),
        (_("&Send again"), _("&Not now")),
        yes,
    )


def _ask(window: QWidget, text: str, more: str, labels: tuple[str, str], yes: Callable[[], None]) -> None:
    question = QMessageBox(window)
    question.setIcon(QMessageBox.Icon.Question)
    question.setWindowTitle(window.windowTitle())
    question.setTextFormat(Qt.TextFormat.PlainText)
    question.setText(text)
    question.setInformativeText(more)
    do = question.addButton(labels[0], QMessageBox.ButtonRole.AcceptRole)
    question.setDefaultButton(question.addButton(labels[1], QMessageBox.ButtonRole.RejectRole))
    question.finished.connect(lambda _code: yes() if question.clickedButton() is do else None)
    question.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    question.open()
