# SPDX-License-Identifier: GPL-3.0-or-later
"""The choice how the document is drawn, where the service can do it otherwise: how fine, and whether as a photo."""

from __future__ import annotations

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QSizePolicy, QWidget

from faxcore.contract.printed import Draft
from faxcore.i18n import gettext as _
from faxcore.model.page import Resolution
from faxdialog.draft_words import name_resolutions


class DrawingChoice(QWidget):
    """A line for the one document of a draft; it takes no room where nothing can be chosen."""

    wanted = pyqtSignal(Resolution, bool)
    """So fine a person wants it, and True if as a photo."""

    def __init__(self) -> None:
        super().__init__()
        self._draft: Draft | None = None
        self.resolution = QComboBox()
        self.photo = QCheckBox(_("Photo"))
        for resolution, words in name_resolutions().items():
            self.resolution.addItem(words, resolution)
        hint = _("How fine the pages are. Finer ones take longer on the line.")
        self.resolution.setObjectName("resolution")
        self.resolution.setAccessibleName(_("Resolution"))
        self.resolution.setAccessibleDescription(hint)
        self.resolution.setToolTip(hint)
        self.resolution.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.photo.setObjectName("photo")
        self.photo.setToolTip(_("Greys as fine dots, as photos need them. Text is sharper, and sent sooner, without."))
        self.resolution.activated.connect(self._choose)
        self.photo.clicked.connect(self._choose)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self.resolution, 1)
        row.addWidget(self.photo)
        self.hide()

    def show_draft(self, draft: Draft | None) -> None:
        """Show how the document of this draft is drawn, if it could be drawn otherwise."""
        self._draft = draft
        if draft is not None and draft.redrawable:
            self.resolution.setCurrentIndex(self.resolution.findData(draft.parts[0].resolution))
            self.photo.setChecked(draft.parts[0].photo)
        self.setVisible(draft is not None and draft.redrawable)

    def show_again(self) -> None:
        """Show how it is drawn: what was wanted may have been refused."""
        self.show_draft(self._draft)

    def in_order(self) -> list[QWidget]:
        """List what takes the focus, in its order."""
        return [self.resolution, self.photo]

    def _choose(self) -> None:
        part = self._draft.parts[0] if self._draft is not None else None
        resolution, photo = self.resolution.currentData(), self.photo.isChecked()
        if part is not None and (resolution, photo) != (part.resolution, part.photo):
            self.wanted.emit(resolution, photo)
