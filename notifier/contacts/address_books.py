# SPDX-License-Identifier: GPL-3.0-or-later
"""The contacts window at work: between its parts and the service.

What is typed is kept beside each contact until it is saved or discarded, so that another one can be looked at
meanwhile.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import count
from typing import Final

from PyQt6.QtCore import QObject, Qt, pyqtSignal

from faxcore.bus.client import BusError
from faxcore.contract.address_book import Book, Contact, ContactKind, ContactQuery
from faxcore.contract.bus import ErrorCode
from faxcore.contract.order import JudgedNumber
from faxcore.i18n import gettext as _
from faxcore.model.recipient import Recipient
from faxcore.qt.link import DeskLink
from faxcore.qt.number_judge import NumberJudge
from faxcore.qt.speaking import speak
from notifier.contacts.contact_deletion import ContactDeletion
from notifier.contacts.contact_list import ContactList
from notifier.contacts.contact_pages import ContactPages
from notifier.contacts.contact_words import (
    count_contacts,
    explain_nothing,
    is_new,
    make_new_id,
    tell_name,
    tell_of_unsaved,
)
from notifier.contacts.contacts_pane import ContactsPane
from notifier.contacts.contacts_window import ContactsWindow
from notifier.contacts.file_exchange import FileExchange
from notifier.desk_work import DeskWork

OFFERED: Final = 20
"""Contacts that are offered as members at a time."""


class AddressBooks(QObject):
    """The contacts and their window. `changed` comes when the service knows other names than before."""

    changed = pyqtSignal()

    def __init__(self, link: DeskLink) -> None:
        super().__init__()
        self._link = link
        self.unsaved: dict[str, Contact] = {}
        """Contacts as they were typed and are not saved, by their ids."""
        self.contacts = ContactList(self.unsaved)
        self.pane = ContactsPane(self.contacts)
        self.window = ContactsWindow(self.pane)
        self.work = DeskWork(self._tell)
        self.pages = ContactPages(link, self.contacts, self.work.start)
        self.files = FileExchange(link, self.pane, self.work.start)
        self.judge = NumberJudge(link, self.work.start_quietly)
        self.deletion = ContactDeletion(link, self.contacts, self.pane.notice, self.work.start)
        self._shown: Contact | None = None
        self._ids = count(1)
        self._saving = False
        self._connect()
        self._set_present(link.present)

    def _connect(self) -> None:
        pane, card = self.pane, self.pane.card
        self._link.present_changed.connect(self._set_present)
        pane.column.search_wanted.connect(self.pages.search)
        pane.column.selected.connect(self._select)
        pane.new_wanted.connect(lambda kind: self.add(Contact(kind=kind)))
        card.edited.connect(self._edited)
        card.save_wanted.connect(self.save)
        card.discard_wanted.connect(self._discard)
        card.delete_wanted.connect(self._delete)
        self.deletion.hidden.connect(self._hidden)
        self.deletion.taken_back.connect(self._taken_back)
        self.deletion.removed.connect(self._removed)
        number = card.fields.number
        number.edited.connect(lambda: self.judge.ask_soon(number.text()))
        self.judge.answered.connect(self._judged)
        card.fields.members.search_wanted.connect(lambda words: self.work.start(self._offer_members(words)))
        self.pages.changed.connect(self._tell_count)
        self.pages.loaded.connect(self._came)
        self.files.changed.connect(self.pages.reload)
        self.files.changed.connect(self.changed)
        self.window.came_forward.connect(self.pages.reload)

    # ------------------------------------------------------------ what others want

    def show(self) -> None:
        """Bring the window forward."""
        self.window.bring_forward()
        if self._shown is None:
            self.pane.column.go_to_search()

    def add(self, contact: Contact) -> None:
        """Begin a contact, which is saved when the person says so."""
        book = Book.SHARED if self.pages.query.book is Book.SHARED else contact.book
        new = Contact(make_new_id(next(self._ids)), book, contact.kind)
        self.contacts.put(new)
        typed = replace(contact, id=new.id, book=book)
        if typed != new:
            self.unsaved[new.id] = typed
        self.pane.column.select(new.id)
        self.pane.show_card(True)
        self.pane.go_beside()
        self.pane.card.fields.lead_to_first()
        self._tell_count()

    def add_recipient(self, recipient: Recipient) -> None:
        """Begin a contact of somebody whose fax it is, in the window; once for each number."""
        nobody = recipient.company and not recipient.person()
        kind = ContactKind.COMPANY if nobody else ContactKind.PERSON
        self.window.bring_forward()
        begun = [id for id, each in self.unsaved.items() if is_new(each) and each.number == recipient.number]
        if begun:
            self.pane.column.select(begun[0])
            self.pane.go_beside()
            return
        self.add(Contact(kind=kind, **vars(recipient)))

    async def finish(self) -> None:
        """Do what was still to be done: a deletion that could have been taken back."""
        self.pane.notice.finish()
        await self.work.wait()

    def close(self) -> None:
        """Leave the screen."""
        self.window.close()

    # ------------------------------------------------------------ what a person does

    def _select(self, contact: Contact | None) -> None:
        before, self._shown = self._shown, contact
        left_empty = before is not None and is_new(before) and before.id not in self.unsaved
        if left_empty and before is not None and (contact is None or contact.id != before.id):
            self.contacts.take(before.id)
        if contact != before:  # the same one again, as after a new search, is perhaps just being typed into
            self._show_card()
        self.pane.show_card(contact is not None)

    def _show_card(self) -> None:
        contact = self._shown
        self.judge.stop()
        if contact is None:
            return
        self.pane.card.show_contact(contact, self.unsaved.get(contact.id))
        if self._link.present and self.pane.card.fields.number.text():
            self.judge.ask_now(self.pane.card.fields.number.text())
        if contact.kind is ContactKind.GROUP and not is_new(contact) and self._link.present:
            self.work.start(self._load_members(contact))
        self._enable()

    def _edited(self) -> None:
        contact = self._shown
        if contact is None:
            return
        typed = self.pane.card.fields.typed()
        if typed == contact:
            self.unsaved.pop(contact.id, None)
        else:
            self.unsaved[contact.id] = typed
        self.contacts.tell_changed(contact.id)
        self.pane.card.tell_title(typed)
        self._tell_count()
        self._enable()

    def save(self) -> None:
        """Hand what was typed to the service."""
        contact = self._shown
        if contact is None or self._saving or not self._link.present:
            return
        typed = self.pane.card.fields.typed()
        if typed.kind is not ContactKind.GROUP and not typed.number.strip():
            self.pane.card.fields.number.edit.setFocus(Qt.FocusReason.OtherFocusReason)
            self.pane.card.fields.number.refuse(_("A contact needs a fax number."))
            return
        self._saving = True
        self._enable()
        self.work.start(self._save(contact, typed))

    def _discard(self) -> None:
        contact = self._shown
        if contact is None:
            return
        self.unsaved.pop(contact.id, None)
        if is_new(contact):
            self.contacts.take(contact.id)
        else:
            self.contacts.tell_changed(contact.id)
            self._show_card()
        self._tell_count()

    def _delete(self) -> None:
        contact = self._shown
        if contact is not None and not is_new(contact) and self._link.present:
            self.work.start(self.deletion.begin(contact))

    # ------------------------------------------------------------ what is asked of the service

    async def _save(self, contact: Contact, typed: Contact) -> None:
        try:
            wanted = replace(typed, id="") if is_new(typed) else typed
            (kept,) = await self._link.desk.save_contacts([wanted])
        except BusError as error:
            if error.code is not ErrorCode.BAD_NUMBER or self._shown is None or self._shown.id != contact.id:
                raise
            self.pane.card.fields.number.refuse(str(error))
            return
        finally:
            self._saving = False
            self._enable()
        self._take_saved(contact, typed, kept)
        self._tell(_("{name} is saved.").format(name=tell_name(kept)), grave=False)
        self.changed.emit()

    def _take_saved(self, before: Contact, typed: Contact, kept: Contact) -> None:
        """Show a contact as the service has it; what was typed while it was saved is still to be saved."""
        now = self.unsaved.pop(before.id, typed)
        is_shown = self._shown is not None and self._shown.id == before.id
        self._shown = None if is_shown else self._shown
        self.contacts.take(before.id)
        self.contacts.put(kept)
        if now != typed:
            self.unsaved[kept.id] = replace(now, id=kept.id)
        if is_shown and not self.pane.column.select(kept.id):
            self._select(kept)  # it is in a part of the list that is not loaded
        self._tell_count()

    async def _load_members(self, group: Contact) -> None:
        page = await self._link.desk.find_contacts(ContactQuery(group=group.id))
        self.pane.card.fields.members.learn(page.contacts)

    async def _offer_members(self, words: str) -> None:
        members = self.pane.card.fields.members
        found: Sequence[Contact] = ()
        if words.strip():
            book = Book.SHARED if self.pane.card.fields.typed().book is Book.SHARED else None
            found = (await self._link.desk.find_contacts(ContactQuery(words, book, most=OFFERED))).contacts
        if members.search.text() == words:
            members.offer(found)

    # ------------------------------------------------------------ what is told

    def _set_present(self, present: bool) -> None:
        away = _("The fax service is not running. Nothing is lost; this window goes on when the service is back.")
        self.pane.message.say("" if present else away)
        if present and self.window.isVisible():
            self.pages.reload()
        self._tell_count()
        self._enable()

    def _came(self) -> None:
        """Select again what was selected, as the service has it now."""
        shown = self._shown
        if shown is None:
            return
        now = self.contacts.find(shown.id)
        if now is not None:
            self.pane.column.select(shown.id)

    def _judged(self, judged: JudgedNumber) -> None:
        self.pane.card.fields.number.judge(judged)

    def _enable(self) -> None:
        contact = self._shown
        if contact is not None:
            edited = contact.id in self.unsaved
            self.pane.card.enable(contact, edited, self._link.present, self._saving)

    def _tell_count(self) -> None:
        shown, query = self.contacts, self.pages.query
        rows = shown.rowCount()
        told = [count_contacts(rows, shown.complete)] if self.pages.known else []
        told.append(tell_of_unsaved(len(self.unsaved.keys() - shown.hidden)))
        nothing = "" if rows else explain_nothing(query.words, self.pages.known, self._link.present)
        self.pane.column.tell(" · ".join(filter(None, told)), nothing)

    def _taken_back(self, contact: Contact) -> None:
        self.pane.column.select(contact.id)
        self.pane.column.go_to_list()
        self._tell_count()

    def _removed(self, id: str) -> None:
        self.unsaved.pop(id, None)
        self.changed.emit()

    def _hidden(self, sentence: str) -> None:
        self._tell_count()
        speak(self.window, sentence)

    def _tell(self, sentence: str, grave: bool = True) -> None:
        self.pane.notice.tell(sentence, grave)
        speak(self.window, sentence)
