# SPDX-License-Identifier: GPL-3.0-or-later
"""The contacts as a list, in the order of their names, as far as they are loaded; new ones that are not saved first.

The view asks for more when a person comes near the end, and the service gives a page. What has been typed and not saved
is shown as it was typed.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from typing import Any, Final

from PyQt6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt, pyqtSignal

from faxcore.contract.address_book import Contact
from faxcore.contract.naming_contacts import sort_name
from notifier.contacts.contact_words import describe_contact, is_new, tell_name

Role = Qt.ItemDataRole
CONTACT_ROLE: Final = Role.UserRole
SECOND_LINE_ROLE: Final = Role.UserRole + 1
EDITED_ROLE: Final = Role.UserRole + 2


class ContactList(QAbstractListModel):
    """The contacts that are shown. `unsaved` are those that have been changed, as they were typed, by their ids."""

    more_wanted = pyqtSignal()

    def __init__(self, unsaved: Mapping[str, Contact], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._unsaved = unsaved
        self._contacts: list[Contact] = []
        self._rows: dict[str, int] = {}
        self.complete = True
        """False if the service has more of them."""
        self.hidden: set[str] = set()
        """The ids of those that are being deleted."""

    # ------------------------------------------------------------ what it holds

    def replace(self, contacts: Iterable[Contact], complete: bool) -> None:
        """Show these, and the new ones that are not saved yet."""
        new = [each for each in self._contacts if is_new(each)]
        self.beginResetModel()
        self._contacts = new + [each for each in contacts if each.id not in self.hidden]
        self.complete = complete
        self._count_rows()
        self.endResetModel()

    def extend(self, contacts: Iterable[Contact], complete: bool) -> None:
        """Add a further page. One that stands somewhere else already, because it was saved meanwhile, stays there."""
        self.complete = complete
        more = [each for each in contacts if each.id not in self.hidden and each.id not in self._rows]
        if more:
            row = len(self._contacts)
            self.beginInsertRows(QModelIndex(), row, row + len(more) - 1)
            self._contacts += more
            self._count_rows()
            self.endInsertRows()

    def put(self, contact: Contact) -> bool:
        """Put a contact where it belongs; False if that is in a part which is not loaded."""
        self.take(contact.id)
        row = 0
        if not is_new(contact):
            row = bisect_left(self._contacts, _place(contact), key=_place)
            if row == len(self._contacts) and not self.complete:
                return False
        self.beginInsertRows(QModelIndex(), row, row)
        self._contacts.insert(row, contact)
        self._count_rows()
        self.endInsertRows()
        return True

    def take(self, id: str) -> None:
        """Take a contact out of the list, if it is there."""
        row = self.row_of(id)
        if row >= 0:
            self.beginRemoveRows(QModelIndex(), row, row)
            del self._contacts[row]
            self._count_rows()
            self.endRemoveRows()

    def tell_changed(self, id: str) -> None:
        """Show a contact anew: what was typed of it has changed."""
        row = self.row_of(id)
        if row >= 0:
            self.dataChanged.emit(self.index(row), self.index(row))

    def find(self, id: str) -> Contact | None:
        """Find a contact as it is kept."""
        row = self.row_of(id)
        return self._contacts[row] if row >= 0 else None

    def row_of(self, id: str) -> int:
        """Give the row of a contact, or -1."""
        return self._rows.get(id, -1)

    def _count_rows(self) -> None:
        self._rows = {each.id: row for row, each in enumerate(self._contacts)}

    # ------------------------------------------------------------ what Qt asks

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's name, Qt's default
        return 0 if parent.isValid() else len(self._contacts)

    def canFetchMore(self, parent: QModelIndex) -> bool:  # noqa: N802
        return not parent.isValid() and not self.complete

    def fetchMore(self, parent: QModelIndex) -> None:  # noqa: N802
        if self.canFetchMore(parent):
            self.more_wanted.emit()

    def data(self, index: QModelIndex, role: int = Role.DisplayRole) -> Any:
        if not index.isValid():
            return None
        kept = self._contacts[index.row()]
        edited = kept.id in self._unsaved
        contact = self._unsaved.get(kept.id, kept)
        match role:
            case Role.DisplayRole:
                return tell_name(contact)
            case Role.AccessibleTextRole:
                return f"{tell_name(contact)}, {describe_contact(contact, edited)}"
        if role == SECOND_LINE_ROLE:
            return describe_contact(contact, edited)
        if role == EDITED_ROLE:
            return edited
        return kept if role == CONTACT_ROLE else None


def _place(contact: Contact) -> tuple[bool, str, str]:
    """Give the place of a contact among the others: that in which the service gives them."""
    return (not is_new(contact), sort_name(contact), contact.id)
