# SPDX-License-Identifier: GPL-3.0-or-later
"""Whole address books between files and the service."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, TextIO

from faxcore.bus.client import BusError
from faxcore.contact_files.contact_table import list_rows, read_contact_table
from faxcore.contact_files.listed_contact import AddressFile, ListedContact
from faxcore.contact_files.people_table import MOST_OCTETS, ListRefused
from faxcore.contract.address_book import Book, Contact, ContactKind, ContactQuery
from faxcore.contract.bus import ErrorCode
from faxcore.contract.interfaces import Desk
from faxcore.contract.page_reading import read_pages
from faxcore.i18n import gettext as _
from faxcore.model.sentence import Sentence
from faxcore.model.spreadsheet import write_rows

PART: Final = 50
"""Contacts that are saved at a time."""


class FileRefused(OSError):
    """A file that is not an address book; the text says which and why."""


@dataclass
class ImportedContacts:
    """The result of an import."""

    new: int = 0
    known: int = 0
    groups: int = 0
    refused: Sequence[Sentence] = ()
    """Contacts that the service did not take, each with the reason."""


def read_file(path: Path, any_number: bool) -> AddressFile:
    """Read a file of vCards or a table. FileRefused if it is neither."""
    if path.stat().st_size > MOST_OCTETS:
        raise FileRefused(_("{file} is too long for an address book.").format(file=path))
    octets = path.read_bytes()
    try:
        if octets.lstrip(b"\xef\xbb\xbf \t\r\n")[:11].upper() == b"BEGIN:VCARD":
            # The library takes as long to load as all else of this command.
            from faxcore.contact_files.vcards import read_vcards  # noqa: PLC0415

            return read_vcards(octets, any_number)
        return AddressFile(tuple(read_contact_table(octets)))
    except ListRefused as error:
        raise FileRefused(f"{path}: {error}") from None


async def import_contacts(desk: Desk, listed: Sequence[ListedContact], book: Book) -> ImportedContacts:
    """Save contacts and the groups that they are in. One that the service refuses is left out, and told."""
    done = ImportedContacts()
    before = {each.id for each in await _read_all(desk, ContactQuery(book=book))}
    members: dict[str, list[str]] = {}
    refused: list[Sentence] = []
    for first in range(0, len(listed), PART):
        part = listed[first : first + PART]
        for each, saved in zip(part, await _save(desk, part, book, refused), strict=True):
            if saved is None:
                continue
            done.new, done.known = done.new + (saved.id not in before), done.known + (saved.id in before)
            before.add(saved.id)
            for group in each.groups:
                members.setdefault(group, []).append(saved.id)
    for name, ids in members.items():
        await _save_group(desk, name, ids, book)
    done.groups, done.refused = len(members), refused
    return done


async def _save(desk: Desk, part: Sequence[ListedContact], book: Book, refused: list[Sentence]) -> list[Contact | None]:
    """Save some contacts, at once if it can be."""
    contacts = [replace(each.contact, book=book) for each in part]
    try:
        return list(await desk.save_contacts(contacts))
    except BusError as error:
        if error.code is not ErrorCode.BAD_NUMBER:
            raise
    saved: list[Contact | None] = []
    for contact in contacts:
        try:
            saved += await desk.save_contacts([contact])
        except BusError as error:
            if error.code is not ErrorCode.BAD_NUMBER:
                raise
            refused.append(error.sentence)
            saved.append(None)
    return saved


async def _save_group(desk: Desk, name: str, ids: Sequence[str], book: Book) -> None:
    """Save a group, or add to the one with this name."""
    known = [each for each in await _read_all(desk, ContactQuery(name, book)) if each.name == name]
    group = known[0] if known else Contact("", book, ContactKind.GROUP, name)
    members = tuple(dict.fromkeys((*group.members, *ids)))
    await desk.save_contacts([replace(group, members=members)])


async def list_contacts(desk: Desk, book: Book) -> list[ListedContact]:
    """List every contact of a book, with the groups of that book that it is in."""
    found = await _read_all(desk, ContactQuery(book=book))
    groups: dict[str, list[str]] = {}
    for each in found:
        for member in each.members:
            groups.setdefault(member, []).append(each.name)
    people = (each for each in found if each.kind is not ContactKind.GROUP)
    return [ListedContact(each, tuple(groups.get(each.id, ()))) for each in people]


async def _read_all(desk: Desk, query: ContactQuery) -> list[Contact]:
    pages = read_pages(lambda after: desk.find_contacts(replace(query, after=after)))
    return [each async for page in pages for each in page.contacts]


def write_table(listed: Sequence[ListedContact], out: TextIO) -> None:
    """Write contacts as CSV."""
    write_rows(list_rows(listed), out)


def write_vcard_file(listed: Sequence[ListedContact], out: TextIO) -> None:
    """Write contacts as vCards."""
    from faxcore.contact_files.vcards import write_vcards  # noqa: PLC0415 - as in read_file

    out.write(write_vcards(listed).replace("\r\n", "\n"))
