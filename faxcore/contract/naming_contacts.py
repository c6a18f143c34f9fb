# SPDX-License-Identifier: GPL-3.0-or-later
"""The names of contacts: as lists show them, and as they are sorted."""

from __future__ import annotations

from faxcore.contract.address_book import Contact, ContactKind
from faxcore.model.folding import fold


def name_contact(found: Contact) -> str:
    """Give the name of a contact, as lists show it."""
    person = f"{found.first_name} {found.last_name}".strip()
    if found.kind is ContactKind.GROUP:
        return found.name
    if found.kind is ContactKind.COMPANY:
        return found.company or person or found.number
    return person or found.company or found.number


def sort_name(found: Contact) -> str:
    """Give the name by which a contact is sorted: the last name first, without capitals and accents."""
    if found.kind is ContactKind.PERSON and found.last_name:
        return fold(f"{found.last_name} {found.first_name}".strip())
    return fold(name_contact(found))
