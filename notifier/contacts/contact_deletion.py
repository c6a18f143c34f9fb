# SPDX-License-Identifier: GPL-3.0-or-later
"""A deletion that can be taken back: the contact is hidden at once, and removed by the service some seconds later."""

from __future__ import annotations

from typing import Final

from PyQt6.QtCore import QObject, pyqtSignal

from faxcore.bus.client import BusError
from faxcore.contract.address_book import Book, Contact
from faxcore.contract.bus import ErrorCode
from faxcore.i18n import gettext as _
from faxcore.i18n import pgettext
from faxcore.qt.link import DeskLink
from faxcore.qt.starting import Start
from notifier.contacts.contact_list import ContactList
from notifier.contacts.contact_words import tell_name
from notifier.notice_bar import NoticeBar

UNDO_MS: Final = 10_000
"""Milliseconds within which it can be taken back."""


class ContactDeletion(QObject):
    """Deletes contacts, one at a time: with the next one, the one before is removed."""

    hidden = pyqtSignal(str)
    """The sentence that tells of it."""
    taken_back = pyqtSignal(object)
    removed = pyqtSignal(str)
    """The id of the contact, which cannot be taken back any more."""

    def __init__(
        self,
        link: DeskLink,
        contacts: ContactList,
        notice: NoticeBar,
        start: Start,
    ) -> None:
        super().__init__()
        self._link, self._contacts, self._notice, self._start = link, contacts, notice, start

    async def begin(self, contact: Contact) -> None:
        """Hide a contact and offer to take that back. BusError if this person may not delete it."""
        if contact.book is Book.SHARED:
            # Saved as it is: whoever may not change the shared book is told so now, and not when it is too late.
            await self._link.desk.save_contacts([contact])
        self._notice.finish()
        self._contacts.hidden.add(contact.id)
        self._contacts.take(contact.id)
        sentence = _("{name} is deleted.").format(name=tell_name(contact))
        self._notice.offer(
            sentence,
            pgettext("deletion of a contact", "&Undo"),
            act=lambda: self._take_back(contact),
            over=lambda: self._remove_soon(contact),
            milliseconds=UNDO_MS,
        )
        self.hidden.emit(sentence)

    def _take_back(self, contact: Contact) -> None:
        self._show(contact)
        self.taken_back.emit(contact)

    def _show(self, contact: Contact) -> None:
        self._contacts.hidden.discard(contact.id)
        self._contacts.put(contact)

    def _remove_soon(self, contact: Contact) -> None:
        self._start(self._remove(contact))

    async def _remove(self, contact: Contact) -> None:
        try:
            await self._link.desk.remove_contact(contact.id)
        except BusError as error:
            if error.code is not ErrorCode.UNKNOWN:  # somebody else was faster
                self._show(contact)
                raise
        self._contacts.hidden.discard(contact.id)
        self.removed.emit(contact.id)
