# SPDX-License-Identifier: GPL-3.0-or-later
"""The address books: each person's own, and the one that all share, which whoever the configuration names may change.

A number is kept as it was written, and judged when a fax is sent to it: the rules of who may call where change, and a
contact is no call.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from faxcore.api.api_error import ApiError
from faxcore.api.own_drafts import DraftApi
from faxcore.config import DiallingConfig
from faxcore.contract.address_book import Book, Contact, ContactKind, ContactPage, ContactQuery, Suggestion
from faxcore.contract.bus import ErrorCode
from faxcore.contract.naming_contacts import name_contact
from faxcore.dialling.numbers import number_key, show_number
from faxcore.model.recipient import RECIPIENT_NAMES
from faxcore.model.sentence import Sentence
from faxcore.model.text import clean_text
from faxcore.store.contacts import SHARED
from faxcore.store.words import search_terms

MOST_LISTED: Final = 200
"""Contacts on one page at most."""
MOST_AT_ONCE: Final = 50
"""Contacts that are saved in one piece, for which everything else waits."""
MOST_TYPED: Final = 200
"""Characters of a search."""
MOST_IN_A_BOOK: Final = 20_000
MOST_MEMBERS: Final = 5_000
LONGEST_NOTE: Final = 2_000
_NAMES: Final = ("name", *RECIPIENT_NAMES)


class ContactApi(DraftApi):
    """The actions of people on the address books."""

    async def find_contacts(self, person: str, query: ContactQuery) -> ContactPage:
        """List a page of the contacts that the caller sees."""
        contacts = self._store.contacts
        if query.group:
            self._contact(person, query.group)
            return ContactPage(self._show(contacts.members(person, query.group)))
        most = min(max(query.most, 1), MOST_LISTED)
        words = clean_text(query.words, MOST_TYPED)
        terms = search_terms(words)
        if words and not terms:
            return ContactPage()
        found = contacts.page(person, query.book, terms, most, query.after)
        return ContactPage(self._show(found), found[-1].id if len(found) == most else "")

    async def suggest_recipients(self, person: str, words: str) -> list[Suggestion]:
        """List whom the caller may mean by these words."""
        found = self._store.suggestions.find(person, clean_text(words, MOST_TYPED))
        return [replace(each, shown=each.shown or self._show_number(each.recipient.number)) for each in found]

    async def save_contacts(self, person: str, contacts: list[Contact]) -> list[Contact]:
        """Add contacts, or change those that have an id."""
        if len(contacts) > MOST_AT_ONCE:
            values = {"count": MOST_AT_ONCE}
            raise ApiError(ErrorCode.BAD_ORDER, Sentence("Save at most {count} contacts at a time.", values))
        self._refuse_changes(person, contacts)
        checked = [self._check(person, each) for each in contacts]
        ids = []
        with self._store.transaction():
            for each, key in checked:
                owner = _owner(person, each.book)
                same = None if each.id or not key else self._store.contacts.find_same(owner, key, each)
                wanted = each if same is None else merge(same, each)
                ids.append(self._store.contacts.put(owner, wanted, key, person))
            self._refuse_full(person, {each.book for each, _key in checked})
        found = {each.id: each for each in self._store.contacts.several(person, ids)}
        return list(self._show([found[id] for id in ids]))

    async def remove_contact(self, person: str, contact: str) -> None:
        """Remove a contact."""
        found = self._contact(person, contact)
        self._refuse_stranger(person, found.book)
        self._store.contacts.remove(found.id)

    # ------------------------------------------------------------ inside

    def _contact(self, person: str, id: str) -> Contact:
        found = self._store.contacts.several(person, [id])
        if not found:
            raise _unknown()
        return found[0]

    def _refuse_changes(self, person: str, contacts: Sequence[Contact]) -> None:
        """Raise ApiError if one of them is not there, or in a book that this person may not change, now or then."""
        wanted = {each.id for each in contacts if each.id}
        found = self._store.contacts.several(person, sorted(wanted))
        if wanted - {each.id for each in found}:
            raise _unknown()
        for book in {each.book for each in (*contacts, *found)}:
            self._refuse_stranger(person, book)

    def _refuse_stranger(self, person: str, book: Book) -> None:
        """Raise ApiError if this person may not change this book."""
        config = self._config.value
        editors = config.contact_editors
        if book is Book.SHARED and editors is not None and not config.is_among(person, editors):
            raise ApiError(
                ErrorCode.DENIED,
                Sentence(
                    "You may not change the shared address book: the administrator says who may, in the configuration"
                    " ([contacts] editors)."
                ),
            )

    def _refuse_full(self, person: str, books: set[Book]) -> None:
        for book in books:
            if self._store.contacts.count(_owner(person, book)) > MOST_IN_A_BOOK:
                values = {"count": MOST_IN_A_BOOK}
                raise ApiError(ErrorCode.STATE, Sentence("An address book has at most {count} contacts.", values))

    def _check(self, person: str, new: Contact) -> tuple[Contact, str]:
        """Check a contact and give it harmless, with the key of its number. ApiError if it cannot be kept."""
        contact, key = check_contact(new, self._config.value.dialling)
        if contact.kind is ContactKind.GROUP:
            contact = replace(contact, members=self._check_members(person, contact))
        return contact, key

    def _check_members(self, person: str, group: Contact) -> tuple[str, ...]:
        """Give a group's members, each once. ApiError if it has one that it cannot have."""
        members = tuple(dict.fromkeys(group.members))
        if len(members) > MOST_MEMBERS:
            values = {"count": MOST_MEMBERS}
            raise ApiError(ErrorCode.BAD_ORDER, Sentence("A group has at most {count} members.", values))
        found = {each.id: each for each in self._store.contacts.several(person, members)}
        for member in members:
            contact = found.get(member)
            is_hidden = contact is not None and (group.book, contact.book) == (Book.SHARED, Book.OWN)
            if contact is None or contact.kind is ContactKind.GROUP or is_hidden:
                named = {"name": group.name}
                raise ApiError(
                    ErrorCode.BAD_ORDER,
                    Sentence(
                        "The group “{name}” can have contacts of its own address book and of the shared one, and no"
                        " groups.",
                        named,
                    ),
                )
        return members

    def _show(self, contacts: Sequence[Contact]) -> tuple[Contact, ...]:
        return tuple(replace(each, shown=self._show_number(each.number)) for each in contacts)

    def _show_number(self, number: str) -> str:
        return show_number(number, self._config.value.dialling)


def check_contact(new: Contact, dialling: DiallingConfig) -> tuple[Contact, str]:
    """Give a contact with harmless texts, and the key of its number. ApiError if it lacks a number, or a name."""
    texts: dict[str, Any] = {name: clean_text(getattr(new, name)) for name in (*_NAMES, "number")}
    contact = replace(new, **texts, note=clean_text(new.note, LONGEST_NOTE))
    if contact.kind is ContactKind.GROUP:
        if not contact.name:
            raise ApiError(ErrorCode.BAD_ORDER, Sentence("A group needs a name."))
        return replace(contact, number=""), ""
    contact = replace(contact, name="", members=())
    key = number_key(contact.number, dialling)
    if not any(char.isdigit() for char in key):
        named = {"name": name_contact(contact) or "?"}
        raise ApiError(ErrorCode.BAD_NUMBER, Sentence("{name}: a contact needs a fax number.", named))
    return contact, key


def merge(old: Contact, new: Contact) -> Contact:
    """Give the old contact with whatever the new one says besides: what is read a second time takes nothing away."""
    names = ("number", *RECIPIENT_NAMES, "note")
    return replace(old, kind=new.kind, **{name: getattr(new, name) or getattr(old, name) for name in names})


def _unknown() -> ApiError:
    return ApiError(ErrorCode.UNKNOWN, Sentence("There is no contact with this name."))


def _owner(person: str, book: Book) -> str:
    return SHARED if book is Book.SHARED else person
