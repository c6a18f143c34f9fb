# SPDX-License-Identifier: GPL-3.0-or-later
"""Read a list of recipients, as spreadsheets and address books write one, and find every fault before anything is sent.

A list is CSV: fields between commas, semicolons or tabs, whichever its first line has most of; UTF-8, or what Windows
writes in Western Europe. Its first line names the columns, in English or French, in any order and with or without
accents; `number` must be among them, and columns with other names are passed over. A list with a fault is refused as a
whole, with the line of each: half a circular is worse than none.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from faxcore.api.api_error import ApiError
from faxcore.api.orders import check_password, check_sub_address
from faxcore.dialling.numbers import Destination
from faxcore.dialling.refusal import NumberRefused
from faxcore.dialling.sub_address import add_sub_address
from faxcore.model.recipient import Recipient
from faxcore.model.sentence import Sentence, Value, literal
from faxcore.model.text import clean_text
from faxcore.store.submissions import Addressee
from faxcore.store.words import fold

Permit = Callable[[str], Destination]
"""Finds the destination of a number that may be called; NumberRefused for any other."""

MOST_OCTETS: Final = 8_000_000
MOST_RECIPIENTS: Final = 20_000
MOST_TOLD: Final = 10
"""Faults that a refusal names."""

_COLUMNS: Final = {
    "number": ("number", "fax", "fax number", "phone", "numero", "numero de fax", "telecopie"),
    "last_name": ("last name", "last_name", "surname", "name", "nom"),
    "first_name": ("first name", "first_name", "given name", "prenom"),
    "role": ("role", "function", "title", "fonction"),
    "company": ("company", "organisation", "organization", "societe", "entreprise"),
    "sub_address": ("sub_address", "sub-address", "sub address", "subaddress", "sous-adresse", "sous adresse"),
    "password": ("password", "mot de passe"),
}
_FIELD_OF: Final = {name: field for field, names in _COLUMNS.items() for name in names}


class ListRefused(Exception):
    """A list that cannot be used, and why."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence


@dataclass(frozen=True)
class _Fault:
    line: int
    reason: Sentence

    @property
    def sentence(self) -> Sentence:
        return Sentence("Line {line} of the list: {reason}", {"line": self.line, "reason": self.reason})


def read_recipients(octets: bytes, permit: Permit) -> tuple[Addressee, ...]:
    """Read the recipients of a list, in its order. Several lines with the same number are one recipient, the first.
    ListRefused names each line that cannot be used, those whose number is not permitted among them.
    """
    rows = csv.reader(io.StringIO(_decode(octets), newline=""), delimiter=_find_delimiter(octets))
    addressees: dict[tuple[str, str], Addressee] = {}
    faults: list[_Fault] = []
    try:
        fields = _read_heading(next(rows, []))
        for row in rows:
            if not any(cell.strip() for cell in row):
                continue
            found = _read_row(fields, row, rows.line_num, permit)
            if isinstance(found, _Fault):
                faults.append(found)
            else:
                addressees.setdefault((found.to.key, found.to.sub_address), found)
            if len(addressees) > MOST_RECIPIENTS:
                raise _too_many()
    except csv.Error as error:
        raise ListRefused(_Fault(rows.line_num, literal(f"{clean_text(str(error), 100)}.")).sentence) from None
    if faults:
        raise ListRefused(_tell([fault.sentence for fault in faults]))
    if not addressees:
        raise ListRefused(Sentence("The list has no recipients."))
    return tuple(addressees.values())


def check_recipients(recipients: Sequence[Recipient], permit: Permit) -> tuple[Addressee, ...]:
    """Check the recipients that a person has chosen one by one. ListRefused names those that cannot be used."""
    addressees: dict[tuple[str, str], Addressee] = {}
    faults: list[Sentence] = []
    for recipient in recipients[: MOST_RECIPIENTS + 1]:
        try:
            to = permit(recipient.number)
            addressees.setdefault((to.key, to.sub_address), Addressee(recipient.cleaned(), to))
        except NumberRefused as refused:
            named: dict[str, Value] = {"recipient": recipient.cleaned().display_name(), "reason": refused.sentence}
            faults.append(Sentence("{recipient}: {reason}", named))
    if len(recipients) > MOST_RECIPIENTS:
        raise _too_many()
    if faults:
        raise ListRefused(_tell(faults))
    if not addressees:
        raise ListRefused(Sentence("The fax has no recipients."))
    return tuple(addressees.values())


def _decode(octets: bytes) -> str:
    if b"\0" in octets:
        raise ListRefused(Sentence("The list is not a text: write it as CSV."))
    try:
        return octets.decode("utf-8-sig")
    except UnicodeDecodeError:
        return octets.decode("cp1252", "replace")


def _find_delimiter(octets: bytes) -> str:
    heading = octets.split(b"\n", 1)[0]
    return max(";,\t", key=lambda each: heading.count(each.encode()))


def _read_heading(row: Sequence[str]) -> list[str]:
    """Find the field of each column; empty for one that we have no use for."""
    fields = [_FIELD_OF.get(fold(cell.strip()), "") for cell in row]
    if "number" not in fields:
        raise ListRefused(
            Sentence(
                "The first line of the list must name its columns, {column} among them: number, last_name, first_name,"
                " role, company, sub_address, password.",
                {"column": "number"},
            )
        )
    twice = {field for field in fields if field and fields.count(field) > 1}
    if twice:
        raise ListRefused(
            Sentence("The first line of the list names the column {column} twice.", {"column": min(twice)})
        )
    return fields


def _read_row(fields: Sequence[str], row: Sequence[str], line: int, permit: Permit) -> Addressee | _Fault:
    if len(row) > len(fields):
        values = {"count": len(row), "most": len(fields)}
        return _Fault(line, Sentence("{count} fields, but the first line names {most} columns.", values))
    cells = dict(_pair(fields, row))
    number = cells.get("number", "").strip()
    if not number:
        return _Fault(line, Sentence("there is no number."))
    try:
        to = add_sub_address(permit(number), check_sub_address(cells.get("sub_address", "")))
        password = check_password(cells.get("password", ""))
    except (NumberRefused, ApiError) as refused:
        return _Fault(line, refused.sentence)
    names = {field: cells.get(field, "") for field in ("last_name", "first_name", "role", "company")}
    return Addressee(Recipient(number, **names).cleaned(), to, password)


def _pair(fields: Sequence[str], row: Sequence[str]) -> Iterator[tuple[str, str]]:
    return ((field, cell) for field, cell in zip(fields, row, strict=False) if field)


def _too_many() -> ListRefused:
    return ListRefused(Sentence("The list has more than {count} recipients: divide it.", {"count": MOST_RECIPIENTS}))


def _tell(faults: Sequence[Sentence]) -> Sentence:
    told = faults[:MOST_TOLD]
    values = {f"fault{place}": fault for place, fault in enumerate(told)}
    each_on_a_line = "\n".join(f"{{{name}}}" for name in values)
    lines = Sentence(each_on_a_line, values)
    if len(faults) == len(told):
        return Sentence("Nothing is sent, because the list has faults:\n{faults}", {"faults": lines})
    return Sentence(
        "Nothing is sent, because the list has faults:\n{faults}\nFurther lines with a fault: {count}",
        {"faults": lines, "count": len(faults) - len(told)},
    )
