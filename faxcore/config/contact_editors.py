# SPDX-License-Identifier: GPL-3.0-or-later
"""[contacts]: who may change the address book that all share."""

from __future__ import annotations

from faxcore.config.owners import read_owners
from faxcore.config.table import Table


def read_contact_editors(table: Table) -> tuple[str, ...] | None:
    """The names of people and groups; None if everybody may."""
    editors = read_owners(table, "editors") if "editors" in table else None
    table.finish()
    return editors
