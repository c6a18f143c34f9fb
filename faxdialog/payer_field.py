# SPDX-License-Identifier: GPL-3.0-or-later
"""The choice of who pays for the fax: a budget line or a customer of those that the administrator lets a person choose.

Where there is nothing to choose, nobody sees it. Left alone it says what the service does by itself: by its rules, or
by the person's own budget line. Whoever paid for the last fax to a recipient is proposed for the next one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QComboBox, QSizePolicy

from faxcore.contract.paying import PayerChoice
from faxcore.i18n import gettext as _
from faxcore.model.text import clean_text

LETTERS: Final = 12
"""Average letters for which there is always room."""


class PayerField(QComboBox):
    """The payer; `changed` comes when a person chooses, or when a recipient brings another proposal."""

    changed = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self._by_hand = False
        self._wanted = ""
        """The code that was kept, until it is offered."""
        hint = _("The budget line or the customer that pays for the fax")
        self.setObjectName("payer")
        self.setAccessibleName(_("Paid by"))
        self.setAccessibleDescription(hint)
        self.setToolTip(hint)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(LETTERS)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.activated.connect(self._choose)

    def offer(self, payers: Sequence[PayerChoice]) -> None:
        """Offer these; who is chosen stays so if they may still pay."""
        wanted = self._wanted or self.code()
        self.clear()
        if payers:
            default = next((each for each in payers if each.is_default), None)
            usual = _("as usual") if default is None else _("as usual ({name})").format(name=_name(default))
            self.addItem(usual, "")
        for payer in payers:
            self.addItem(_name(payer), payer.code)
        self.setCurrentIndex(max(0, self.findData(wanted)) if payers else -1)

    @property
    def is_offered(self) -> bool:
        """True if there is something to choose."""
        return self.count() > 1

    def code(self) -> str:
        """The code of who was chosen; empty: as usual."""
        return str(self.currentData() or "") if self.count() else self._wanted

    def fill(self, code: str) -> None:
        """Show who was chosen before, unless somebody is chosen already."""
        if code and not self.code():
            self._wanted = code
            self._by_hand = True
            self._show(code)

    def propose(self, code: str) -> None:
        """Show whoever paid for the last fax to a recipient, unless the person has chosen by hand."""
        if not self._by_hand and code != self.code() and (not code or self.findData(code) >= 0):
            self._show(code)
            self.changed.emit()

    def _show(self, code: str) -> None:
        at = self.findData(code)
        if at >= 0:
            self.setCurrentIndex(at)

    def _choose(self, _index: int) -> None:
        self._by_hand = True
        self._wanted = ""
        self.changed.emit()


def _name(payer: PayerChoice) -> str:
    return clean_text(f"{payer.code} · {payer.name}" if payer.name else payer.code, 80)
