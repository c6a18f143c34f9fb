# SPDX-License-Identifier: GPL-3.0-or-later
"""`faxctl contacts`: the address books, one's own and the shared one (--shared).

`list [WORD ...]`, `add --to NUMBER ...`, `remove CONTACT`; `import FILE` reads vCards or CSV, and may be done again and
again: who has the same number and name is the same contact; `export [--csv]` writes either.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from faxcore.bus.client import connect
from faxcore.cli.paging import print_pages
from faxcore.contact_transfer import import_contacts, list_contacts, read_file, write_table, write_vcard_file
from faxcore.contract.address_book import Book, Contact, ContactKind, ContactPage, ContactQuery
from faxcore.contract.interfaces import Desk
from faxcore.contract.page_reading import read_pages
from faxcore.i18n import gettext as _
from faxcore.i18n import ngettext, translate
from faxcore.model.recipient import RECIPIENT_NAMES

_NAMES: Final = (*RECIPIENT_NAMES, "note")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The commands and their options."""
    commands = parser.add_subparsers(required=True, metavar=_("COMMAND"))
    listing = commands.add_parser("list", help=_("the contacts that you see"))
    listing.add_argument("words", nargs="*", metavar=_("WORD"), help=_("beginnings of names, or of a number"))
    listing.add_argument("--json", action="store_true", help=_("for scripts: one JSON value"))
    listing.set_defaults(run_here=lambda options: asyncio.run(_list(options)))
    adding = commands.add_parser("add", help=_("one contact"))
    adding.add_argument("--to", required=True, metavar=_("NUMBER"), help=_("the fax number"))
    for name, about in zip(_NAMES, _about_names(), strict=True):
        adding.add_argument("--" + name.replace("_", "-"), default="", metavar=_("TEXT"), help=about)
    adding.set_defaults(run_here=lambda options: asyncio.run(_add(options)))
    removing = commands.add_parser("remove", help=_("a contact"))
    removing.add_argument("contact", metavar=_("CONTACT"), help=_("its id, as “faxctl contacts list” shows it"))
    removing.set_defaults(run_here=lambda options: asyncio.run(_remove(options)))
    reading = commands.add_parser("import", help=_("contacts from a file of vCards, or a table (CSV)"))
    reading.add_argument("file", type=Path, metavar=_("FILE"))
    about = _("of who has no fax number, take the telephone number")
    reading.add_argument("--any-number", action="store_true", help=about)
    reading.set_defaults(run_here=lambda options: asyncio.run(_import(options)))
    writing = commands.add_parser("export", help=_("contacts as vCards, or as a table, on standard output"))
    writing.add_argument("--csv", action="store_true", help=_("as a table"))
    writing.set_defaults(run_here=lambda options: asyncio.run(_export(options)))
    for command in (listing, adding, reading, writing):
        command.add_argument("--shared", action="store_true", help=_("the address book that all share"))


def _about_names() -> tuple[str, ...]:
    return (_("last name"), _("first name"), _("job title"), _("department"), _("company"), _("a note for yourself"))


async def _list(options: argparse.Namespace) -> int:
    query = ContactQuery(" ".join(options.words), Book.SHARED if options.shared else None)
    async with connect(options.bus) as desk:
        pages = _pages(desk, query)
        return await print_pages(pages, lambda page: page.contacts, _format, options.json)


def _pages(desk: Desk, query: ContactQuery) -> AsyncIterator[ContactPage]:
    return read_pages(lambda after: desk.find_contacts(replace(query, after=after)))


def _format(contact: Contact) -> str:
    person = f"{contact.first_name} {contact.last_name}".strip()
    if contact.kind is ContactKind.GROUP:
        members = ngettext("{count} member", "{count} members", len(contact.members))
        facts = [contact.name, members.format(count=len(contact.members))]
    else:
        facts = [person, contact.role, contact.department, contact.company, contact.note]
    book = _("shared") if contact.book is Book.SHARED else ""
    return "  ".join(part for part in (contact.id, f"{contact.shown:20}", *filter(None, facts), book) if part)


async def _add(options: argparse.Namespace) -> int:
    names: dict[str, Any] = {name: getattr(options, name) for name in _NAMES}
    is_company = options.company and not (options.last_name or options.first_name)
    kind = ContactKind.COMPANY if is_company else ContactKind.PERSON
    async with connect(options.bus) as desk:
        (saved,) = await desk.save_contacts([Contact("", _book(options), kind, number=options.to, **names)])
    print(saved.id)
    return 0


async def _remove(options: argparse.Namespace) -> int:
    async with connect(options.bus) as desk:
        await desk.remove_contact(options.contact)
    return 0


async def _import(options: argparse.Namespace) -> int:
    file = read_file(options.file, options.any_number)
    async with connect(options.bus) as desk:
        done = await import_contacts(desk, file.contacts, _book(options))
    print(
        _("{new} new, {known} known already, {groups} groups.").format(
            new=done.new, known=done.known, groups=done.groups
        )
    )
    if file.left_out:
        count = len(file.left_out)
        told = ngettext(
            "{count} card without a fax number is left out; --any-number takes its telephone number.",
            "{count} cards without a fax number are left out; --any-number takes their telephone number.",
            count,
        )
        print(f"faxctl: {told.format(count=count)}", file=sys.stderr)
    for refused in done.refused:
        print(f"faxctl: {translate(refused)}", file=sys.stderr)
    return 1 if done.refused else 0


async def _export(options: argparse.Namespace) -> int:
    async with connect(options.bus) as desk:
        listed = await list_contacts(desk, _book(options))
    (write_table if options.csv else write_vcard_file)(listed, sys.stdout)
    return 0


def _book(options: argparse.Namespace) -> Book:
    return Book.SHARED if options.shared else Book.OWN
