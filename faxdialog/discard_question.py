# SPDX-License-Identifier: GPL-3.0-or-later
"""The question before a document is thrown away."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QMessageBox, QWidget

from faxcore.i18n import gettext as _


def ask_discard(window: QWidget, discard: Callable[[], None]) -> None:
    """Ask whether to discard the document of a window; only its own button does."""
    question = QMessageBox(window)
    question.setIcon(QMessageBox.Icon.Question)
    question.setWindowTitle(_("Discard document"))
    question.setText(_("Discard this document without sending it?"))
    question.setInformativeText(_("It is removed from the documents that wait to be sent."))
    delete = question.addButton(_("&Discard"), QMessageBox.ButtonRole.DestructiveRole)
    keep = question.addButton(_("&Keep"), QMessageBox.ButtonRole.RejectRole)
    question.setDefaultButton(keep)
    question.setEscapeButton(keep)
    question.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    question.finished.connect(lambda _code: discard() if question.clickedButton() is delete else None)
    question.open()
