# SPDX-License-Identifier: GPL-3.0-or-later
"""[[person]]: people without an account on this machine, who may own what is received all the same."""

from __future__ import annotations

from dataclasses import dataclass

from faxcore import people
from faxcore.config.table import Table, refuse_repeated


@dataclass(frozen=True)
class PersonConfig:
    """A person by name. Accounts of this machine need no entry."""

    name: str


def read_persons(top: Table) -> tuple[PersonConfig, ...]:
    """Every [[person]]."""
    tables = top.tables("person")
    persons = tuple(_read_person(table) for table in tables)
    refuse_repeated(tables, "name", [person.name for person in persons])
    return persons


def _read_person(table: Table) -> PersonConfig:
    person = PersonConfig(table.text("name"))
    if not person.name or not all(char.isalnum() or char in "-_." for char in person.name):
        raise table.error("name", f"{person.name!r}: letters, digits, -, _ and . only")
    if people.find(person.name) is not None:
        raise table.error("name", f"{person.name!r} has an account on this machine, and needs no [[person]]")
    table.finish()
    return person
