# SPDX-License-Identifier: GPL-3.0-or-later
"""The questions that are asked before something is done that cannot be undone."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QMessageBox, QWidget

from faxcore.i18n import gettext as _
from notifier.fax import Fax


def ask_stop(window: QWidget, fax: Fax, yes: Callable[[], object]) -> None:
    """Ask if a fax is to be cancelled; `yes` is called if so."""
    _ask(
        window,
        _("Stop the fax to {name}?").format(name=fax.name),
        _("Pages that the recipient already has stay there."),
        (_("&Stop the fax"), _("&Go on sending")),
        yes,
    )


def ask_again(window: QWidget, fax: Fax, yes: Callable[[], object]) -> None:
    """Ask if a fax that may have arrived is to be sent again; `yes` is called if so."""
    _ask(
        window,
        _("Send the fax to {name} again?").format(name=fax.name),
        _("If it did arrive, the recipient gets it twice."),
        (_("&Send again"), _("&Not now")),
        yes,
    )


def ask_twice(window: QWidget, fax: Fax, yes: Callable[[], object]) -> None:
    """Ask if a fax that has arrived is to be sent once more; `yes` is called if so."""
    _ask(
        window,
        _("Send the fax to {name} again?").format(name=fax.name),
        _("It has arrived: the recipient gets it twice."),
        (_("&Send again"), _("&Not now")),
        yes,
    )


def ask_remove(window: QWidget, name: str, yes: Callable[[], object]) -> None:
    """Ask if what lies in the bin is to be deleted for good; `yes` is called if so."""
    _ask(
        window,
        _("Delete “{name}” for good?").format(name=name),
        _("It cannot be brought back. Others to whom it came still have it."),
        (_("&Delete"), _("&Keep")),
        yes,
    )


def _ask(window: QWidget, text: str, more: str, labels: tuple[str, str], yes: Callable[[], object]) -> None:
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
