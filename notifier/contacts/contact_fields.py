# SPDX-License-Identifier: GPL-3.0-or-later
"""The fields of a contact: which there are depends on its kind."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QComboBox, QFormLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from faxcore.contract.address_book import Book, Contact, ContactKind
from faxcore.i18n import gettext as _
from faxcore.model.recipient import RECIPIENT_NAMES
from faxcore.qt.number_field import NumberField
from notifier.contacts.contact_words import is_new, name_book, name_kind
from notifier.contacts.group_members import GroupMembers

MAX_FIELD: Final = 200
"""Characters of a field: what the service keeps."""
_ONLY_GROUP: Final = ("name", "members")
_NO_GROUP: Final = (*RECIPIENT_NAMES, "number", "verdict")
_OF_A_PERSON: Final = ("last_name", "first_name", "role")
"""Fields that a company shows only if they are filled in."""


class ContactFields(QWidget):
    """The fields of a contact. `edited` comes with every change that the person makes."""

    edited = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self._shown = Contact()
        self.kind = _choice({kind.value: name_kind(kind) for kind in ContactKind}, _("Kind of contact"))
        self.book = _choice({book.value: name_book(book) for book in Book}, _("Address book"))
        self.lines = {name: QLineEdit() for name in ("name", *RECIPIENT_NAMES)}
        self.number = NumberField(self)
        self.note = QPlainTextEdit()
        self.members = GroupMembers()
        self._rows = QFormLayout()
        self._build()
        for line in self.lines.values():
            line.setMaxLength(MAX_FIELD)
            line.textEdited.connect(self.edited)
        self.number.edit.setMaxLength(MAX_FIELD)
        self.number.edited.connect(self.edited)
        self.note.textChanged.connect(self.edited)
        self.members.edited.connect(self.edited)
        self.book.activated.connect(lambda _at: self.edited.emit())
        self.kind.activated.connect(lambda _at: self._kind_chosen())

    def _build(self) -> None:
        names = {
            "name": (_("&Group name:"), _("Group name")),
            "last_name": (_("&Last name:"), _("Last name")),
            "first_name": (_("&First name:"), _("First name")),
            "role": (_("&Job title:"), _("Job title")),
            "department": (_("De&partment:"), _("Department")),
            "company": (_("C&ompany:"), _("Company")),
        }
        self._widgets: dict[str, QWidget] = {
            **self.lines,
            "number": self.number.edit,
            "verdict": self.number.verdict,
            "members": self.members,
        }
        self.note.setTabChangesFocus(True)
        self.note.setAccessibleName(_("Note"))
        self.note.setFixedHeight(3 * self.note.fontMetrics().lineSpacing() + 12)
        self.note.setToolTip(_("For whoever sees this address book; it stands on no fax."))
        self.members.setAccessibleName(_("Members of the group"))
        self.book.setToolTip(_("Your own contacts are seen by nobody else; those shared by all are seen by everybody."))
        rows = self._rows
        rows.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        rows.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        rows.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        rows.setHorizontalSpacing(14)
        rows.setVerticalSpacing(8)
        for name, (label, plain) in names.items():
            self.lines[name].setAccessibleName(plain)
            self.lines[name].setObjectName(name)
            rows.addRow(label, self.lines[name])
        rows.addRow(_("Fax &number:"), self.number.edit)
        rows.addRow(self.number.verdict)
        rows.addRow(self.members)
        rows.addRow(_("No&te:"), self.note)
        rows.addRow(_("&Address book:"), self.book)
        rows.addRow(_("&Kind:"), self.kind)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(rows)
        layout.addStretch(1)

    # ------------------------------------------------------------ what it holds

    def fill(self, kept: Contact, contact: Contact) -> None:
        """Show a contact that is kept so, as it is or as it was typed; of a group the members by their ids."""
        self._shown = kept
        for name, line in self.lines.items():
            line.setText(str(getattr(contact, name)))
        self.number.show_text(contact.number)
        self.note.blockSignals(True)
        self.note.setPlainText(contact.note)
        self.note.blockSignals(False)
        self.book.setCurrentIndex(self.book.findData(contact.book.value))
        self._offer_kinds(contact)
        self.members.show_members(contact.members)
        self._arrange(contact)

    def typed(self) -> Contact:
        """Give the contact as it was typed."""
        values: dict[str, Any] = {name: line.text() for name, line in self.lines.items()}
        kind = ContactKind(self.kind.currentData())
        if kind is not ContactKind.GROUP:
            values["name"] = self._shown.name
        members = self.members.ids() if kind is ContactKind.GROUP else self._shown.members
        book = Book(self.book.currentData())
        note = self.note.toPlainText()
        number = self.number.text()
        shown = self._shown.shown if number == self._shown.number else ""
        about: dict[str, Any] = {"number": number, "note": note, "shown": shown, "members": members}
        return replace(self._shown, kind=kind, book=book, **about, **values)

    def lead_to_first(self) -> None:
        """Put the cursor where a new contact begins."""
        kind = ContactKind(self.kind.currentData())
        first = {ContactKind.GROUP: "name", ContactKind.COMPANY: "company"}.get(kind, "last_name")
        self.lines[first].setFocus(Qt.FocusReason.OtherFocusReason)

    def in_order(self) -> list[QWidget]:
        """List what takes the focus, in its order."""
        return [*self.lines.values(), self.number.edit, *self.members.in_order(), self.note, self.book, self.kind]

    # ------------------------------------------------------------ inside

    def _kind_chosen(self) -> None:
        self._arrange(self.typed())
        self.edited.emit()

    def _arrange(self, contact: Contact) -> None:
        """Show the fields of its kind; one that is filled in is never hidden."""
        is_group = contact.kind is ContactKind.GROUP
        for name, widget in self._widgets.items():
            shown = name in _ONLY_GROUP if is_group else name in _NO_GROUP
            if contact.kind is ContactKind.COMPANY and name in _OF_A_PERSON:
                shown = bool(getattr(contact, name))
            self._rows.setRowVisible(widget, shown)
        self._rows.setRowVisible(self.kind, self.kind.count() > 1)

    def _offer_kinds(self, contact: Contact) -> None:
        """Offer the kinds that it may have: what is kept as a group stays one, and nothing else that is becomes one."""
        self.kind.clear()
        for kind in ContactKind:
            same_sort = (kind is ContactKind.GROUP) is (self._shown.kind is ContactKind.GROUP)
            if same_sort or is_new(self._shown):
                self.kind.addItem(name_kind(kind), kind.value)
        self.kind.setCurrentIndex(self.kind.findData(contact.kind.value))


def _choice(entries: dict[str, str], name: str) -> QComboBox:
    box = QComboBox()
    for value, text in entries.items():
        box.addItem(text, value)
    box.setAccessibleName(name)
    return box
