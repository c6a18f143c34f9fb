# SPDX-License-Identifier: GPL-3.0-or-later
"""[[group]]: people who belong together, beside the groups of this machine."""

from __future__ import annotations

from dataclasses import dataclass

from faxcore import people
from faxcore.config.owners import read_people
from faxcore.config.table import Table, refuse_repeated


@dataclass(frozen=True)
class GroupConfig:
    """A group of people. The groups of this machine need no entry."""

    name: str
    members: tuple[str, ...]


def read_groups(top: Table) -> tuple[GroupConfig, ...]:
    """Every [[group]]."""
    tables = top.tables("group")
    groups = tuple(_read_group(table) for table in tables)
    refuse_repeated(tables, "name", [group.name for group in groups])
    return groups


def _read_group(table: Table) -> GroupConfig:
    group = GroupConfig(table.text("name"), read_people(table, "members"))
    if not group.name or not all(char.isalnum() or char in "-_." for char in group.name):
        raise table.error("name", f"{group.name!r}: letters, digits, -, _ and . only")
    if people.is_group(group.name):
        raise table.error("name", f"{group.name!r} is a group of this machine, and needs no [[group]]")
    if not group.members:
        raise table.error("members" if "members" in table else "name", "nobody is in this group: name its members")
    table.finish()
    return group
