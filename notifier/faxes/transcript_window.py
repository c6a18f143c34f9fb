# SPDX-License-Identifier: GPL-3.0-or-later
"""Shows the transcript of a fax's calls, for whoever looks for a fault."""

from __future__ import annotations

from typing import Final

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtGui import QFontDatabase
from PyQt6.QtWidgets import QDialog, QDialogButtonBox, QPlainTextEdit, QVBoxLayout, QWidget

from faxcore.i18n import gettext as _

SIZE: Final = QSize(760, 480)


class TranscriptWindow(QDialog):
    """A text that can be read, searched by the eye, and copied."""

    def __init__(self, window: QWidget, name: str, text: str) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Transcript: {name}").format(name=name))
        self.text = QPlainTextEdit(text)
        self.text.setReadOnly(True)
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.text.setAccessibleName(_("Transcript"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(self.text)
        layout.addWidget(buttons)
        self.resize(SIZE)
