# SPDX-License-Identifier: GPL-3.0-or-later
"""Contacts as a table (CSV): with the columns of a list of recipients, notes and groups."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from faxcore.contact_files.listed_contact import ListedContact, find_kind, split_groups
from faxcore.contact_files.people_table import ListRefused, read_table
from faxcore.contract.address_book import Contact
from faxcore.model.recipient import RECIPIENT_NAMES
from faxcore.model.sentence import Sentence

HEADING: Final = (*RECIPIENT_NAMES, "number", "note", "groups")


def read_contact_table(octets: bytes) -> list[ListedContact]:
    """Read every contact of a table. ListRefused with the first line that has no number, or cannot be read."""
    found = []
    for line in read_table(octets):
        if line.fault:
            raise ListRefused(line.blame(line.fault))
        cells = {name: text.strip() for name, text in line.cells.items()}
        if not cells.get("number"):
            raise ListRefused(line.blame(Sentence("there is no number.")))
        names: dict[str, Any] = {name: cells.get(name, "") for name in (*RECIPIENT_NAMES, "note")}
        kind = find_kind(names["last_name"], names["first_name"], names["company"])
        contact = Contact(kind=kind, number=cells["number"], **names)
        found.append(ListedContact(contact, split_groups(cells.get("groups", ""))))
    return found


def list_rows(contacts: Iterable[ListedContact]) -> Iterator[Sequence[str]]:
    """The rows of a table of contacts, its heading first."""
    yield HEADING
    for each in contacts:
        contact = each.contact
        names = (getattr(contact, name) for name in RECIPIENT_NAMES)
        yield (*names, contact.number, contact.note, ", ".join(each.groups))
