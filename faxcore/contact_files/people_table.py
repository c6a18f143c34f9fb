# SPDX-License-Identifier: GPL-3.0-or-later
"""Read a table of people, as spreadsheets and address books write one.

It is CSV: fields between commas, semicolons or tabs, whichever its first line has most of; UTF-8, or what Windows
writes in Western Europe. Its first line names the columns, in English or French, in any order and with or without
accents; `number` must be among them, and columns with other names are passed over.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from faxcore.contact_files.foreign_text import decode_text
from faxcore.model.folding import fold
from faxcore.model.sentence import NOTHING, Sentence, literal
from faxcore.model.text import clean_text

MOST_OCTETS: Final = 8_000_000

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "number": ("number", "fax", "fax number", "phone", "numero", "numero de fax", "telecopie"),
        "last_name": ("last name", "last_name", "surname", "name", "nom"),
        "first_name": ("first name", "first_name", "given name", "prenom"),
        "role": ("role", "function", "title", "job title", "fonction"),
        "department": ("department", "service", "division", "departement"),
        "company": ("company", "organisation", "organization", "societe", "entreprise"),
        "sub_address": ("sub_address", "sub-address", "sub address", "subaddress", "sous-adresse", "sous adresse"),
        "password": ("password", "mot de passe"),
        "note": ("note", "notes", "remark", "remarque"),
        "groups": ("groups", "group", "categories", "category", "groupes", "groupe"),
    }
)
"""The names that a column may have, by field."""
_FIELD_OF: Final = {name: field for field, names in COLUMNS.items() for name in names}


class ListRefused(Exception):
    """A list that cannot be used, and why."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence


@dataclass(frozen=True)
class TableLine:
    """A line of the table that is not empty."""

    number: int
    """Counted from 1, the heading."""
    cells: Mapping[str, str] = field(default_factory=dict)
    """By field; one that is missing is empty."""
    fault: Sentence = NOTHING
    """The reason why it cannot be read."""

    def blame(self, reason: Sentence) -> Sentence:
        """Say what is wrong with this line."""
        return Sentence("Line {line} of the list: {reason}", {"line": self.number, "reason": reason})


def read_table(octets: bytes) -> Iterator[TableLine]:
    """Read a table line by line. ListRefused if it is none, or from the line on that cannot be taken apart."""
    text = decode_text(octets)
    if text is None:
        raise ListRefused(Sentence("The list is not a text: write it as CSV."))
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=_find_delimiter(octets))
    try:
        fields = _read_heading(next(rows, []))
        for row in rows:
            if not any(cell.strip() for cell in row):
                continue
            if len(row) > len(fields):
                values = {"count": len(row), "most": len(fields)}
                fault = Sentence("{count} fields, but the first line names {most} columns.", values)
                yield TableLine(rows.line_num, fault=fault)
                continue
            yield TableLine(rows.line_num, {name: cell for name, cell in zip(fields, row, strict=False) if name})
    except csv.Error as error:
        reason = literal(f"{clean_text(str(error), 100)}.")
        raise ListRefused(TableLine(rows.line_num).blame(reason)) from None


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
                " role, department, company, sub_address, password.",
                {"column": "number"},
            )
        )
    twice = {field for field in fields if field and fields.count(field) > 1}
    if twice:
        raise ListRefused(
            Sentence("The first line of the list names the column {column} twice.", {"column": min(twice)})
        )
    return fields
