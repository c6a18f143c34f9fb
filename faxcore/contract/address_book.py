# SPDX-License-Identifier: GPL-3.0-or-later
"""The address books of the bus contract: each person's own, and the one that all share."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from faxcore.model.recipient import Recipient


class ContactKind(Enum):
    """The kinds of entries in an address book."""

    PERSON = "person"
    COMPANY = "company"
    GROUP = "group"
    """Contacts that are chosen together."""


class Book(Enum):
    """The address books that a person sees."""

    OWN = "own"
    SHARED = "shared"


@dataclass(frozen=True)
class Contact:
    """An entry of an address book."""

    id: str = ""
    """Empty: a new one."""
    book: Book = Book.OWN
    kind: ContactKind = ContactKind.PERSON
    name: str = ""
    """The name of a group; of others it is made of the fields below, and not taken."""
    number: str = ""
    """The fax number as it is to be read; a group has none."""
    last_name: str = ""
    first_name: str = ""
    role: str = ""
    company: str = ""
    department: str = ""
    note: str = ""
    members: tuple[str, ...] = ()
    """The ids of a group's contacts, in their order: of the same book, or of the shared one."""
    shown: str = ""
    """The number as it is written here; not taken."""
    e164: str = ""
    """The number in international form, or as it stands where it has none; not taken."""


@dataclass(frozen=True)
class ContactQuery:
    """A wish for a page of contacts, in the order of their names."""

    words: str = ""
    """Beginnings of words, all of which must be in it: names, company, department, role, number in any spelling.
    Accents do not matter.
    """
    book: Book | None = None
    """None: both."""
    group: str = ""
    """The id of a group: only its members, in their order."""
    after: str = ""
    """The `after` of the page before; empty: the first page."""
    most: int = 200


@dataclass(frozen=True)
class ContactPage:
    """A page of contacts."""

    contacts: tuple[Contact, ...] = ()
    after: str = ""
    """Where the next page begins; empty: this was the last one."""


@dataclass(frozen=True)
class Suggestion:
    """Somebody who may be meant by what is typed as a recipient."""

    recipient: Recipient
    """Its number is empty for a group."""
    shown: str = ""
    """The number as it is written here."""
    contact: str = ""
    """The id of the contact; empty: known by an earlier fax only."""
    group: str = ""
    """The name, if it is a group."""
    members: int = 0
    """The number of contacts of the group."""
    last_sent: str = ""
    """The time of the caller's last fax to this number; empty: there was none."""
    payer: str = ""
    """The code of whoever paid for it; empty: nobody did."""
