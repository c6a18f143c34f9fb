# SPDX-License-Identifier: GPL-3.0-or-later
"""The right of the window: what is known of the fax that is selected, and its pages."""

from __future__ import annotations

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from faxcore.i18n import gettext as _
from faxcore.qt.pages.page_pane import PagePane
from faxcore.qt.style import muted
from notifier.faxes.details_panel import DetailsPanel
from notifier.faxes.entry import Entry
from notifier.faxes.fax_actions import FaxActions
from notifier.faxes.fax_head import FaxHead

WIDTH = 260
"""The least width of the pane."""
DETAILS_HIGH = 190
"""The height of the details, which are scrolled in it."""


class FaxPane(QWidget):
    """One entry. `shown_entry` tells that it shows another one, or a change of it."""

    shown_entry = pyqtSignal(object)
    """Entry, or None."""

    def __init__(self, actions: FaxActions) -> None:
        super().__init__()
        self._actions = actions
        self.entry: Entry | None = None
        self.binned = self.present = False
        self.head = FaxHead()
        self.pages = PagePane()
        self.details = DetailsPanel()
        self.nothing = muted(QLabel(_("No fax is selected.")))
        self._below = QScrollArea()
        self._build()
        self.show_entry(None)

    def _build(self) -> None:
        self.setMinimumWidth(WIDTH)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.pages.fit_width()
        self._below.setWidget(self.details)
        self._below.setWidgetResizable(True)
        self._below.setFrameShape(QFrame.Shape.NoFrame)
        self._below.setMaximumHeight(DETAILS_HIGH)
        self._below.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._below.hide()
        self.head.details_wanted.connect(self._show_details)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.head)
        layout.addWidget(self._below)
        layout.addWidget(self.pages, 1)
        layout.addWidget(self.nothing, 1)

    def show_entry(self, entry: Entry | None) -> None:
        """Show this entry; its pages come by themselves."""
        self.entry = entry
        self._actions.enable(entry, self.present, self.binned)
        self.head.setVisible(entry is not None)
        self.pages.setVisible(entry is not None and not entry.broadcast)
        self.nothing.setVisible(self.pages.isHidden())
        broadcast = entry is not None and bool(entry.broadcast)
        self.nothing.setText(_("Press Enter to see every recipient.") if broadcast else _("No fax is selected."))
        if entry is not None:
            self.head.show_entry(entry, self._actions.remedies(entry, self.binned))
            if entry.fax is not None:
                self.details.show_fax(entry.fax)
        self._show_details(self.head.details_button.isChecked())
        self.shown_entry.emit(entry)

    def set_present(self, present: bool) -> None:
        """Take note whether the service can be asked."""
        self.present = present
        self._actions.enable(self.entry, present, self.binned)

    def set_binned(self, binned: bool) -> None:
        """Take note that what is shown lies in the bin, or does not."""
        self.binned = binned

    def _show_details(self, wanted: bool) -> None:
        self._below.setVisible(wanted and self.entry is not None and self.entry.fax is not None)
