# SPDX-License-Identifier: GPL-3.0-or-later
"""Names of people and groups in the configuration; `owners` and `folder`, which a line, a number and a sub-address may
each have.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from faxcore import people
from faxcore.config.table import Table, list_names


@dataclass(frozen=True)
class NamedPeople:
    """People and groups that are named together."""

    persons: tuple[str, ...] = ()
    """By their one names."""
    groups: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.persons or self.groups)

    def includes(self, person: str, groups: Collection[str]) -> bool:
        """Return whether they include a person, who is in these groups."""
        return person in self.persons or any(group in groups for group in self.groups)


def read_people(table: Table, key: str) -> tuple[str, ...]:
    """The names of people: users of this machine, and those of [[person]]."""
    names = table.texts(key)
    for index, name in enumerate(names):
        if not _is_person(table, name):
            raise table.unknown_name(key, f"there is no user {name!r} on this machine, and no [[person]]", index)
    return names


def read_owners(table: Table, key: str = "owners") -> tuple[str, ...]:
    """The names of people and of groups, those of this machine and those of the configuration. Where a person and a
    group have the same name, the person is meant.
    """
    owners = table.texts(key)
    for index, owner in enumerate(owners):
        _refuse_unknown(table, key, owner, index)
    return owners


def read_members(table: Table, key: str, absent: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The names of people and groups, as owners are named, of groups in which there may be nobody now; `absent` if
    nothing is said, and these names are known.
    """
    if key not in table:
        return absent
    members = table.texts(key)
    for index, name in enumerate(members):
        if name not in absent and not people.is_group(name):
            _refuse_unknown(table, key, name, index)
    return members


def read_owner(table: Table, key: str = "owner") -> str:
    """The name of one person or group, as owners are named; empty if there is none."""
    owner = table.text(key, "")
    if key in table:
        _refuse_unknown(table, key, owner)
    return owner


def _refuse_unknown(table: Table, key: str, owner: str, index: int | None = None) -> None:
    if _is_person(table, owner) or owner in list_names(table, "group"):
        return
    if not people.is_group(owner):
        nobody = f"there is no user or group {owner!r} on this machine, and no [[person]] or [[group]]"
        raise table.unknown_name(key, nobody, index)
    if not people.members_of(owner):
        nobody = f"nobody is in the group {owner!r} of this machine, as far as its directory lists them"
        raise table.unknown_name(key, f"{nobody}; [[group]] can name members, as a group of another name", index)


def read_named(table: Table, key: str, one: bool = False) -> NamedPeople:
    """The people and groups that are named under a key, as owners are; `one`: the only one, which is no list."""
    names = (read_owner(table, key),) if one else read_owners(table, key)
    persons = [people.find(name) or name for name in names if _is_person(table, name)]
    return NamedPeople(tuple(persons), tuple(name for name in names if not _is_person(table, name)))


def read_folder(table: Table) -> Path | None:
    """A folder of its own; None if there is not one."""
    folder = table.path("folder", Path("/"))
    return folder if "folder" in table else None


def _is_person(table: Table, name: str) -> bool:
    return name in list_names(table, "person") or people.find(name) is not None
