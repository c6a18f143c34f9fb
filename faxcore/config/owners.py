# SPDX-License-Identifier: GPL-3.0-or-later
"""`owners` and `folder`, which a line, a number and a sub-address may each have."""

from __future__ import annotations

from pathlib import Path

from faxcore import people
from faxcore.config.persons import list_names
from faxcore.config.table import Table


def read_owners(table: Table, key: str = "owners") -> tuple[str, ...]:
    """The names of people: users of this machine, and those of [[person]]."""
    owners = table.texts(key)
    others = list_names(table)
    for index, owner in enumerate(owners):
        if owner not in others and people.find(owner) is None:
            raise table.error(key, f"there is no user {owner!r} on this machine, and no [[person]]", index)
    return owners


def read_folder(table: Table) -> Path | None:
    """A folder of its own; None if there is not one."""
    folder = table.path("folder", Path("/"))
    return folder if "folder" in table else None
