# SPDX-License-Identifier: GPL-3.0-or-later
"""Limits lifted by the administrator: how much more there is for the rest of a period, who has said so, and why.

Nothing of it is changed or removed. Each stands in the ledger, too, sealed as calls are: what is added is read from
here, and whether it is what was written is seen there.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select

from faxcore.store import bill_tables
from faxcore.store.database import Database
from faxcore.store.ids_and_times import new_id
from faxcore.store.ledger import Ledger


class LimitLifts:
    """The table `limit_lift`."""

    def __init__(self, database: Database, ledger: Ledger) -> None:
        self._db = database
        self._ledger = ledger

    def add(self, name: str, person: str, payer: str, first: date, added: int, author: str, reason: str) -> None:
        """Lift a limit, for a person or a payer, or, with neither, for a group together, in the period that begins on
        this day.
        """
        whom = {"name": name, "person": person, "payer": payer, "first": first.isoformat()}
        told = {"author": author, "reason": reason, "created": self._db.now()}
        facts: dict[str, str | int] = {"limit": name, "first": first.isoformat(), "added": added, "reason": reason}
        with self._db.transaction():
            self._db.add(bill_tables.limit_lift, id=new_id(), **whom, added=added, **told)
            self._ledger.add_lift(person, payer, author, facts)

    def sum_added(self, name: str, person: str, payer: str, first: date) -> int:
        """Sum what has been added to a limit."""
        table = bill_tables.limit_lift.c
        whom = (table.name == name, table.first == first.isoformat(), table.person == person, table.payer == payer)
        return int(self._db.value(select(func.coalesce(func.sum(table.added), 0)).where(*whom)))
