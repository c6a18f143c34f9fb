# SPDX-License-Identifier: GPL-3.0-or-later
"""`owners` and `folder`, which a line, a number and a sub-address may each have."""

from __future__ import annotations

import pwd
from pathlib import Path

from faxcore.config.table import Table


def read_owners(table: Table) -> tuple[str, ...]:
    """The names of users of this machine."""
    owners = table.texts("owners")
    for index, owner in enumerate(owners):
        try:
            pwd.getpwnam(owner)
        except (KeyError, ValueError):
            raise table.error("owners", f"there is no user {owner!r} on this machine", index) from None
    return owners


def read_folder(table: Table) -> Path | None:
    """A folder of its own; None if there is not one."""
    folder = table.path("folder", Path("/"))
    return folder if "folder" in table else None
