# SPDX-License-Identifier: GPL-3.0-or-later
"""A contact as a file has it."""

from __future__ import annotations

from dataclasses import dataclass

from faxcore.contract.address_book import Contact, ContactKind


@dataclass(frozen=True)
class ListedContact:
    """A contact, and the groups that the file puts it in."""

    contact: Contact
    groups: tuple[str, ...] = ()


@dataclass(frozen=True)
class AddressFile:
    """A whole file."""

    contacts: tuple[ListedContact, ...] = ()
    left_out: tuple[str, ...] = ()
    """The names of those who have no fax number."""


def find_kind(last_name: str, first_name: str, company: str) -> ContactKind:
    """Find the kind of a contact: a company if it has the name of one and of nobody."""
    return ContactKind.COMPANY if company and not (last_name or first_name) else ContactKind.PERSON


def split_groups(text: str) -> tuple[str, ...]:
    """Split the names of groups, which stand between commas or semicolons."""
    return tuple(dict.fromkeys(name.strip() for name in text.replace(";", ",").split(",") if name.strip()))
