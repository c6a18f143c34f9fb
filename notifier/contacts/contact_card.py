# SPDX-License-Identifier: GPL-3.0-or-later
"""The card of one contact: its fields, and what can be done with it."""

from __future__ import annotations

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from faxcore.contract.address_book import Contact
from faxcore.i18n import gettext as _
from faxcore.qt.style import ElidedLabel, accent
from notifier.contacts.contact_fields import ContactFields
from notifier.contacts.contact_words import is_new, tell_name


class ContactCard(QWidget):
    """One contact. What a person wants done comes as a signal."""

    edited = pyqtSignal()
    save_wanted = pyqtSignal()
    discard_wanted = pyqtSignal()
    delete_wanted = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self.title = ElidedLabel()
        self.fields = ContactFields()
        self.save = QPushButton(_("&Save"))
        self.discard = QPushButton(_("D&iscard changes"))
        self.delete = QPushButton(_("&Delete"))
        self._build()
        self.fields.edited.connect(self.edited)
        self.save.clicked.connect(self.save_wanted)
        self.discard.clicked.connect(self.discard_wanted)
        self.delete.clicked.connect(self.delete_wanted)
        for line in (*self.fields.lines.values(), self.fields.number.edit):
            line.returnPressed.connect(self.save_wanted)

    def _build(self) -> None:
        font = self.title.font()
        font.setBold(True)
        font.setPointSizeF(font.pointSizeF() * 1.3)
        self.title.setFont(font)
        accent(self.save).setToolTip(_("Ctrl+S"))
        self.discard.setToolTip(_("Show the contact as it was saved last."))
        area = QScrollArea()
        area.setWidget(self.fields)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area = area
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.delete)
        buttons.addStretch(1)
        buttons.addWidget(self.discard)
        buttons.addWidget(self.save)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self.title)
        column.addWidget(area, 1)
        column.addLayout(buttons)

    def show_contact(self, kept: Contact, typed: Contact | None) -> None:
        """Show a contact, as it was typed if that is not saved yet."""
        self.fields.fill(kept, typed or kept)
        self.tell_title(typed or kept)

    def tell_title(self, contact: Contact) -> None:
        """Name the contact over its fields."""
        self.title.setText(tell_name(contact))

    def enable(self, kept: Contact, edited: bool, present: bool, saving: bool) -> None:
        """Offer what can be done now; `present` is False while the service is away."""
        new = is_new(kept)
        self.save.setEnabled((edited or new) and present and not saving)
        self.discard.setEnabled(edited or new)
        self.delete.setEnabled((present or new) and not saving)
        self.delete.setVisible(not new)
        # A sentence over several lines makes the least width of the form.
        bar = self._area.verticalScrollBar()
        if bar is not None:
            self._area.setMinimumWidth(self.fields.minimumSizeHint().width() + bar.sizeHint().width())
