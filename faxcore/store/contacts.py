# SPDX-License-Identifier: GPL-3.0-or-later
"""The address books: each person's own, and the one that all share.

A contact is found by beginnings of its words, so each word has a row of its own in `contact_word`, whose order is that
of its octets: what begins with "pet" lies between "pet" and "pet" with the highest character behind it. Both databases
read this from the index.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, and_, delete, exists, or_, select, tuple_, update

from faxcore.contract.address_book import Book, Contact, ContactKind
from faxcore.contract.naming_contacts import name_contact, sort_name
from faxcore.model.recipient import RECIPIENT_NAMES
from faxcore.store.contact_tables import contact, contact_member, contact_word
from faxcore.store.database import Database, in_pieces
from faxcore.store.ids_and_times import new_id
from faxcore.store.words import Term, join_words

_HIGHEST: Final = "\U0010ffff"
_COLUMNS: Final = ("kind", "name", "number", *RECIPIENT_NAMES, "note")
SHARED: Final = ""
"""The owner of contacts in the book that all share."""


class Contacts:
    """The tables `contact`, `contact_word` and `contact_member`."""

    def __init__(self, database: Database) -> None:
        self._db = database

    # ------------------------------------------------------------ writing

    def put(self, owner: str, new: Contact, key: str, author: str) -> str:
        """Add a contact to somebody's book, or change the one with its id; its id. In the caller's transaction, and
        with members that are there.
        """
        id = new.id or new_id()
        values = {name: getattr(new, name) for name in _COLUMNS} | {
            "owner": owner,
            "kind": new.kind.value,
            "key": key,
            "sorted": sort_name(new),
            "changed": self._db.now(),
            "author": author,
        }
        if new.id:
            self._db.run(update(contact).where(contact.c.id == id).values(**values))
            self._db.run(delete(contact_word).where(contact_word.c.contact == id))
            self._db.run(delete(contact_member).where(contact_member.c.group_id == id))
        else:
            self._db.add(contact, id=id, created=self._db.now(), **values)
        texts = (new.name, *(getattr(new, name) for name in RECIPIENT_NAMES))
        words = join_words(texts, [key] if key else []).split()
        self._db.add_all(contact_word, [{"word": word, "contact": id} for word in words])
        members = dict.fromkeys(new.members)
        rows = [{"group_id": id, "member": member, "place": place} for place, member in enumerate(members)]
        self._db.add_all(contact_member, rows)
        return id

    def remove(self, id: str) -> None:
        """Remove a contact, from every group as well."""
        self._db.run(delete(contact).where(contact.c.id == id))

    # ------------------------------------------------------------ reading

    def several(self, person: str, ids: Sequence[str]) -> list[Contact]:
        """Those of these contacts that a person sees, in no order."""
        pieces = (_select(person, None).where(contact.c.id.in_(piece)) for piece in in_pieces(ids))
        return self._view([row for piece in pieces for row in self._db.rows(piece)])

    def find_same(self, owner: str, key: str, new: Contact) -> Contact | None:
        """Find the contact with this number and the same name, however it is written, in a book."""
        rows = self._db.rows(
            select(contact)
            .where(contact.c.owner == owner, contact.c.key == key, contact.c.sorted == sort_name(new))
            .order_by(contact.c.id)
            .limit(1)
        )
        return next(iter(self._view(rows)), None)

    def count(self, owner: str) -> int:
        """Count the contacts of a book."""
        return self._db.count(contact, contact.c.owner == owner)

    def page(self, person: str, book: Book | None, terms: Sequence[Term], most: int, after: str) -> list[Contact]:
        """The contacts that a person sees in which all of these terms are, by name, from behind the id `after`."""
        statement = _select(person, book).where(*map(_has, terms))
        if after:
            last = self._db.row(select(contact.c.sorted).where(contact.c.id == after))
            if last is not None:
                statement = statement.where(tuple_(contact.c.sorted, contact.c.id) > (last.sorted, after))
        return self._view(self._db.rows(statement.order_by(contact.c.sorted, contact.c.id).limit(most)))

    def members(self, person: str, group: str) -> list[Contact]:
        """The members of a group that a person sees, in their order."""
        joined = contact_member.join(contact, contact_member.c.member == contact.c.id)
        rows = self._db.rows(
            select(contact)
            .select_from(joined)
            .where(contact_member.c.group_id == group, contact.c.owner.in_(_owners(person, None)))
            .order_by(contact_member.c.place)
        )
        return self._view(rows)

    def find_names(self, person: str, keys: Iterable[str]) -> dict[str, str]:
        """Find the names that a person's contacts, or else the shared ones, give to these numbers, in E.164."""
        wanted = sorted({key for key in keys if key})
        names: dict[str, str] = {}
        for piece in in_pieces(wanted):
            rows = self._db.rows(
                _select(person, None)
                .where(contact.c.key.in_(piece))
                # The shared ones first, which own ones replace; the newest of several.
                .order_by(contact.c.owner != SHARED, contact.c.id)
            )
            names |= {row.key: name_contact(_contact(row)) for row in rows}
        return names

    def _view(self, rows: Sequence[Row[Any]]) -> list[Contact]:
        groups = [row.id for row in rows if row.kind == ContactKind.GROUP.value]
        members: dict[str, list[str]] = {}
        table = contact_member
        for piece in in_pieces(groups):
            some = select(table).where(table.c.group_id.in_(piece)).order_by(table.c.group_id, table.c.place)
            for row in self._db.rows(some):
                members.setdefault(row.group_id, []).append(row.member)
        return [replace(_contact(row), members=tuple(members.get(row.id, ()))) for row in rows]


def _owners(person: str, book: Book | None) -> list[str]:
    return {Book.OWN: [person], Book.SHARED: [SHARED], None: [person, SHARED]}[book]


def _select(person: str, book: Book | None) -> Select[Any]:
    return select(contact).where(contact.c.owner.in_(_owners(person, book)))


def _has(term: Term) -> ColumnElement[bool]:
    return or_(*(and_(*map(_has_beginning, way)) for way in term))


def _has_beginning(beginning: str) -> ColumnElement[bool]:
    word = contact_word.c.word
    return exists().where(contact_word.c.contact == contact.c.id, word >= beginning, word < beginning + _HIGHEST)


def _contact(row: Row[Any]) -> Contact:
    values = {name: getattr(row, name) for name in _COLUMNS}
    book = Book.OWN if row.owner else Book.SHARED
    return Contact(**{**values, "id": row.id, "book": book, "kind": ContactKind(row.kind), "e164": row.key})
