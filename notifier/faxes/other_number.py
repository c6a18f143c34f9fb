# SPDX-License-Identifier: GPL-3.0-or-later
"""Asks for another number to which a fax is to be sent, and judges it while it is typed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QVBoxLayout, QWidget

from faxcore.bus.client import BusError, ServiceUnavailable
from faxcore.i18n import gettext as _
from faxcore.qt.link import DeskLink
from faxcore.qt.number_field import NumberField
from faxcore.qt.number_judge import NumberJudge
from notifier.desk_work import DeskWork
from notifier.fax import Fax

LETTERS: Final = 60
"""Average letters that are as wide as the window."""


class OtherNumber(QDialog):
    """A small window before the others. `send` is called with the number as it was typed; as long as it is refused, the
    window stays, and says why.
    """

    def __init__(self, window: QWidget, link: DeskLink, fax: Fax, send: Callable[[str], Awaitable[None]]) -> None:
        super().__init__(window)
        self._send = send
        self._sending = False
        self.number = NumberField(self)
        self._work = DeskWork(lambda _sentence: None)
        """Failures are said at the number; of one that was not judged, the next change asks again."""
        self.judge = NumberJudge(link, self._work.start_quietly)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Send to another number"))
        about = QLabel(_("Send the fax to {name} to which number?").format(name=fax.name))
        about.setTextFormat(Qt.TextFormat.PlainText)
        about.setWordWrap(True)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        send_button = self.buttons.addButton(_("&Send"), QDialogButtonBox.ButtonRole.AcceptRole)
        assert send_button is not None
        self.send_button = send_button
        layout = QVBoxLayout(self)
        for widget in (about, self.number.edit, self.number.verdict):
            layout.addWidget(widget)
        layout.addStretch(1)
        layout.addWidget(self.buttons)
        self.setMinimumWidth(LETTERS * self.fontMetrics().averageCharWidth())
        self.buttons.accepted.connect(self._send_soon)
        self.buttons.rejected.connect(self.reject)
        self.number.entered.connect(self._send_soon)
        self.number.edited.connect(self._edited)
        self.judge.answered.connect(self.number.judge)
        self.send_button.setEnabled(False)

    def _edited(self) -> None:
        self._enable()
        self.judge.ask_soon(self.number.text())

    def _enable(self) -> None:
        """Light *Send*, but not while a number is on its way: it might be sent to twice."""
        self.send_button.setEnabled(bool(self.number.text().strip()) and not self._sending)

    def _send_soon(self) -> None:
        if not self.number.text().strip():
            self.number.lead_here()
        elif self.send_button.isEnabled():
            self._sending = True
            self._enable()
            self._work.start_quietly(self._try_to_send(self.number.text()))

    async def _try_to_send(self, number: str) -> None:
        try:
            await self._send(number)
        except ServiceUnavailable:
            self.number.refuse(_("The fax service does not answer. Nothing was changed; try again in a moment."))
        except BusError as error:
            self.number.refuse(str(error))
        else:
            self.accept()
            return
        self._sending = False
        self._enable()
        self.number.lead_here()
