# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes apart what was typed or pasted as recipients: numbers behind one another, lines with names, a table.

Each piece that is not empty becomes a recipient, also one in which there is no number: the service says of it that it
is not called, and the person sees which one it is. Nothing is left out in silence.
"""

from __future__ import annotations

import re
from typing import Final

from faxcore.contact_files.people_table import ListRefused, read_table
from faxcore.model.recipient import RECIPIENT_NAMES, Recipient

_SEPARATORS: Final = re.compile(r"[,;\t]")
_LINE_ENDS: Final = re.compile(r"[\r\n\u2028\u2029]+")
_NUMBER: Final = r"[+0-9(][0-9+*#().\-/ \u00a0\u202f]*"
_ONLY_NUMBER: Final = re.compile(rf"\s*{_NUMBER}\s*")
_NUMBER_LAST: Final = re.compile(rf"(?P<name>.*?)[\s:<]*(?P<number>{_NUMBER})>?\s*")
_FEWEST_DIGITS: Final = 3
"""Digits of the shortest number: internal ones are as short as this."""


def take_apart(text: str) -> tuple[list[Recipient], str]:
    """Give the recipients in this text, and the rest, in which the person may still be typing.

    A text on one line is taken apart only where its parts are numbers: "Petit, Claire" stays as it is.
    """
    if _LINE_ENDS.search(text.strip()):
        return read_list(text), ""
    parts = _SEPARATORS.split(text)
    if len(parts) < 2 or not all(_is_number(part) for part in parts[:-1] if part.strip()):
        return [], text
    if parts[-1].strip() and not _ONLY_NUMBER.fullmatch(parts[-1]):
        return [], text
    return [Recipient(part.strip()) for part in parts[:-1] if part.strip()], parts[-1].lstrip()


def read_list(text: str) -> list[Recipient]:
    """Read a list of recipients: a table whose first line names its columns, else a recipient on each line."""
    try:
        rows = [line.cells for line in read_table(text.encode())]
    except ListRefused:
        return [found for line in _LINE_ENDS.split(text) for found in _read_line(line)]
    return [
        Recipient(row.get("number", ""), **{name: row.get(name, "") for name in RECIPIENT_NAMES}) for row in rows if row
    ]


def _read_line(line: str) -> list[Recipient]:
    """Read the recipients of a line: several numbers, or one with its name before or behind it."""
    parts = [part.strip() for part in _SEPARATORS.split(line) if part.strip()]
    numbers = [part for part in parts if _is_number(part)]
    if len(numbers) == len(parts):
        return [Recipient(number) for number in numbers]
    if len(numbers) == 1:
        return [_name([part for part in parts if part is not numbers[0]], numbers[0])]
    found = _NUMBER_LAST.fullmatch(line.strip())
    if found is None or not _is_number(found["number"]):
        return [Recipient(line.strip())]
    return [_name([part.strip() for part in _SEPARATORS.split(found["name"]) if part.strip()], found["number"].strip())]


def _name(names: list[str], number: str) -> Recipient:
    """Give a recipient its names: a single one stays whole, else they are last name, first name, company."""
    last, first, *others = [*names, "", ""][: max(len(names), 2)]
    return Recipient(number, last, first, company=" ".join(others))


def _is_number(text: str) -> bool:
    return _ONLY_NUMBER.fullmatch(text) is not None and sum(char.isdigit() for char in text) >= _FEWEST_DIGITS
