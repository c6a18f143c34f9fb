# SPDX-License-Identifier: GPL-3.0-or-later
"""A contact in words: its name, and the line below it."""

from __future__ import annotations

from typing import Final

from PyQt6.QtCore import QLocale

from faxcore.contract.address_book import Book, Contact, ContactKind
from faxcore.contract.naming_contacts import name_contact
from faxcore.i18n import gettext as _
from faxcore.i18n import ngettext
from faxcore.model.text import clean_text

_LONGEST: Final = 120
_NEW: Final = "+"
"""The first sign of the id of a contact that the service does not know yet."""


def make_new_id(count: int) -> str:
    """Make the id of a contact that is not saved yet."""
    return f"{_NEW}{count}"


def is_new(contact: Contact) -> bool:
    """Return whether the service does not know this contact yet."""
    return contact.id.startswith(_NEW)


def tell_name(contact: Contact) -> str:
    """Name a contact; a new one that has no name yet too."""
    return clean_text(name_contact(contact), _LONGEST) or name_kind(contact.kind, new=True)


def describe_contact(contact: Contact, edited: bool) -> str:
    """Describe a contact in one line: its number, what else there is of it, whose book it is in, if it is not saved."""
    facts = [_("not saved")] if edited else []
    if contact.kind is ContactKind.GROUP:
        count = len(contact.members)
        facts.append(ngettext("Group, {count} member", "Group, {count} members", count).format(count=count))
    else:
        facts.append(clean_text(contact.shown or contact.number, 60))
        named = clean_text(name_contact(contact))
        facts += [
            clean_text(text, _LONGEST)
            for text in (contact.role, contact.department, contact.company)
            if clean_text(text) != named
        ]
    facts.append(name_book(contact.book) if contact.book is Book.SHARED else "")
    return " · ".join(filter(None, facts))


def name_book(book: Book) -> str:
    """Name an address book."""
    return _("Shared by all") if book is Book.SHARED else _("My contacts")


def name_kind(kind: ContactKind, new: bool = False) -> str:
    """Name a kind of contact, or a new one of that kind."""
    match kind:
        case ContactKind.PERSON:
            return _("New person") if new else _("Person")
        case ContactKind.COMPANY:
            return _("New company") if new else _("Company")
    return _("New group") if new else _("Group")


def tell_of_unsaved(count: int) -> str:
    """Say how many contacts have been changed and not saved; empty if none has."""
    words = ngettext("{count} contact is not saved", "{count} contacts are not saved", count)
    return words.format(count=count) if count else ""


def count_contacts(rows: int, complete: bool) -> str:
    """Say how many contacts are shown; if not `complete`, there are more."""
    if complete:
        return ngettext("{count} contact", "{count} contacts", rows).format(count=QLocale().toString(rows))
    return _("more than {count} contacts").format(count=QLocale().toString(rows))


def explain_nothing(words: str, known: bool, present: bool) -> str:
    """Say why no contact is shown; `known` is False while nobody knows if there is one."""
    if not known:
        return _("Searching …") if present else _("The contacts appear here when the fax service is running.")
    if words:
        return _("No contact matches the search.")
    return _("No contacts yet.\n\nNew makes one. Import brings them in from your mail program or telephone.")
