# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands behind *Details*: further facts, the calls of a fax, and their transcripts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Final

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QFormLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from faxcore.contract.priced import CallPrice, Pricing
from faxcore.contract.sent_fax import Call
from faxcore.i18n import gettext as _
from faxcore.qt.style import muted
from notifier.cost_words import add_up_prices, explain_price, write_price
from notifier.fax import Fax
from notifier.faxes.fax_words import details_of, list_calls

COST: Final = 3
"""The column with what a call cost; it is there if any has a price, or lacks one."""
CALLS_HIGH: Final = 84
"""The least height of the list of calls, in pixels."""


class DetailsPanel(QWidget):
    """The details of one fax; its calls come by `show_calls`, and stay as they are while it is the same fax."""

    transcript_wanted = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self.calls = QTreeWidget()
        self.transcript = QPushButton(_("Show t&ranscript"))
        self._facts = QFormLayout()
        self._fax: Fax | None = None
        self._build()

    def _build(self) -> None:
        self.calls.setHeaderLabels([_("Call"), _("Line"), _("What happened"), _("Cost")])
        self.calls.setRootIsDecorated(False)
        self.calls.setAlternatingRowColors(True)
        self.calls.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.calls.setAccessibleName(_("Calls of this fax"))
        self.calls.setMinimumHeight(CALLS_HIGH)
        header = self.calls.header()
        if header is not None:
            header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
            header.setSectionsMovable(False)
        self.transcript.setToolTip(_("What the two fax machines said to each other, step by step"))
        self.transcript.clicked.connect(lambda _on: self.transcript_wanted.emit())
        self._facts.setHorizontalSpacing(12)
        self._facts.setVerticalSpacing(4)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addLayout(self._facts)
        layout.addWidget(self.calls)
        layout.addWidget(self.transcript, 0, Qt.AlignmentFlag.AlignLeft)

    def show_fax(self, fax: Fax) -> None:
        """Show the facts of this fax."""
        while self._facts.rowCount():
            self._facts.removeRow(0)
        for name, value in details_of(fax):
            text = QLabel(value)
            text.setTextFormat(Qt.TextFormat.PlainText)
            text.setWordWrap(True)
            text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._facts.addRow(muted(QLabel(name)), text)
        if self._fax is None or self._fax.key != fax.key:
            self.calls.clear()
        self._fax = fax
        self.calls.setVisible(fax.sent)

    def show_calls(self, calls: Iterable[Call]) -> None:
        """Show the calls of the fax, oldest first."""
        self.calls.clear()
        fax = self._fax
        if fax is None:
            return
        shown = list(calls)
        for (when, in_full, line, words), call in zip(list_calls(fax, shown), shown, strict=True):
            item = QTreeWidgetItem([when, line, words, write_price(call.price)])
            item.setToolTip(0, in_full)
            item.setToolTip(COST, escape(explain_price(call.price)).replace("\n", "<br>"))
            self.calls.addTopLevelItem(item)
        self._show_sum([call.price for call in shown])
        if not self.calls.topLevelItemCount():
            item = QTreeWidgetItem([_("No call was made.") if fax.ended else _("No call yet.")])
            self.calls.addTopLevelItem(item)
            item.setFirstColumnSpanned(True)

    def _show_sum(self, prices: Sequence[CallPrice]) -> None:
        """Show what the calls cost together where there are several, and no column where none has a price."""
        priced = any(price.state is not Pricing.NONE for price in prices)
        self.calls.setColumnHidden(COST, not priced)
        if priced and len(prices) > 1:
            self.calls.addTopLevelItem(QTreeWidgetItem(["", "", _("All together"), add_up_prices(prices)]))
