# SPDX-License-Identifier: GPL-3.0-or-later
"""Contacts as vCards (RFC 2426 and 6350, and the 2.1 of old telephones), by the library vobject.

A card has as many contacts as it has fax numbers (TEL with the type FAX); one without any has none, unless every
telephone number is wanted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

import vobject
from vobject.base import Component, ParseError

from faxcore.contact_files.foreign_text import decode_text
from faxcore.contact_files.listed_contact import AddressFile, ListedContact, find_kind
from faxcore.contact_files.people_table import ListRefused
from faxcore.contract.address_book import Contact, ContactKind
from faxcore.model.sentence import Sentence, literal
from faxcore.model.text import clean_text

FAX: Final = "FAX"


def read_vcards(octets: bytes, any_number: bool = False) -> AddressFile:
    """Read every contact of a file of vCards; `any_number` takes other telephone numbers where a card has no fax.
    ListRefused if it is not one, with the reason of the library.
    """
    text = decode_text(octets)
    if text is None:
        raise ListRefused(Sentence("This is not a file of vCards."))
    found: list[ListedContact] = []
    left_out: list[str] = []
    cards = 0
    try:
        for card in vobject.readComponents(text, ignoreUnreadable=True):
            if card.name != "VCARD":
                raise ListRefused(Sentence("This is not a file of vCards."))
            cards += 1
            contacts = list(_read_card(card, any_number))
            found += contacts
            left_out += [] if contacts else [_flat(_first(card.contents, "fn")) or "?"]
    except (ParseError, ValueError, KeyError, IndexError, AttributeError, TypeError, RecursionError) as error:
        # Whatever the library meets in a stranger's file.
        reason = literal(clean_text(str(error), 200))
        sentence = Sentence("Card {number} cannot be read: {reason}", {"number": cards + 1, "reason": reason})
        raise ListRefused(sentence) from None
    if not cards:
        raise ListRefused(Sentence("This is not a file of vCards."))
    return AddressFile(tuple(found), tuple(left_out))


def write_vcards(contacts: Iterable[ListedContact]) -> str:
    """Write contacts as vCards of version 3.0, which every address book reads."""
    return "".join(_write_card(each) for each in contacts)


def _read_card(card: Component, any_number: bool) -> Iterator[ListedContact]:
    values = card.contents
    name = _first(values, "n")
    last_name, first_name = (_flat(getattr(name, part, "")) for part in ("family", "given"))
    organisation = _first(values, "org")
    company, *departments = organisation if isinstance(organisation, list) and organisation else [organisation]
    company = _flat(company)
    if not (last_name or first_name) and _flat(_first(values, "fn")) != company:
        last_name = _flat(_first(values, "fn"))
    texts: dict[str, Any] = {
        "role": _flat(_first(values, "title")) or _flat(_first(values, "role")),
        "department": _flat([each for each in departments if each]),
        "note": _flat(_first(values, "note")),
    }
    categories = [_flat(name) for line in values.get("categories", ()) for name in _listed(line.value)]
    groups = tuple(dict.fromkeys(filter(None, categories)))
    kind = find_kind(last_name, first_name, company)
    numbers = {_number(line.value): FAX in _types(line) for line in values.get("tel", ())}
    chosen = [number for number, is_fax in numbers.items() if number and is_fax]
    if not chosen and any_number:
        chosen = [number for number in numbers if number]
    for number in chosen:
        names: dict[str, Any] = {"last_name": last_name, "first_name": first_name, "company": company}
        yield ListedContact(Contact(kind=kind, number=number, **names, **texts), groups)


def _first(values: dict[str, Any], name: str) -> Any:
    lines = values.get(name, ())
    return lines[0].value if lines else ""


def _listed(value: Any) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else str(value).split(",")


def _flat(value: Any) -> str:
    """Give a value as one line; one that is a list, with commas."""
    return clean_text(", ".join(map(str, value)) if isinstance(value, list) else str(value)).strip()


def _number(value: Any) -> str:
    """Give a telephone number, which version 4 may write as an address ("tel:+33-1-99-00-00-02")."""
    return _flat(value).removeprefix("tel:").split(";")[0]


def _types(line: Any) -> set[str]:
    """The types of a telephone number: version 2.1 writes them without TYPE=."""
    types = [each for given in line.params.get("TYPE", ()) for each in str(given).split(",")]
    return {each.strip(' "').upper() for each in (*types, *line.singletonparams)}


def _write_card(listed: ListedContact) -> str:
    contact, card = listed.contact, vobject.vCard()
    person = f"{contact.first_name} {contact.last_name}".strip()
    card.add("n").value = vobject.vcard.Name(family=contact.last_name, given=contact.first_name)
    card.add("fn").value = person or contact.company or contact.number
    if contact.company or contact.department:
        card.add("org").value = [contact.company, *filter(None, [contact.department])]
    for name, text in (("title", contact.role), ("note", contact.note)):
        if text:
            card.add(name).value = text
    if listed.groups:
        card.add("categories").value = list(listed.groups)
    number = card.add("tel")
    number.value = contact.e164 if contact.e164.startswith("+") else contact.number
    number.params["TYPE"] = ["WORK", FAX]
    if contact.kind is ContactKind.COMPANY:
        card.add("x-abshowas").value = "COMPANY"
    return str(card.serialize())
