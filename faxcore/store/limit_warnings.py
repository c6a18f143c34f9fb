# SPDX-License-Identifier: GPL-3.0-or-later
"""Warnings that a limit is nearly used up: each once for a limit, whose it is, and its period, whoever is told."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import Row, select

from faxcore.model.sentence import Sentence, from_text, to_text
from faxcore.store import bill_tables, deliveries
from faxcore.store.database import Database
from faxcore.store.deliveries import Deliveries
from faxcore.store.ids_and_times import new_id


@dataclass(frozen=True)
class NewWarning:
    """A warning that may have been given already."""

    limit: str
    """Its name."""
    person: str
    """Whose it is, if each has it by themselves."""
    payer: str
    first: date
    """The first day of the period."""
    sentence: Sentence
    people: Collection[str] = ()
    """Those who are told."""


@dataclass(frozen=True)
class WarningRow:
    """A warning that was given."""

    id: str
    name: str
    """The limit's."""
    created: str
    sentence: Sentence


class LimitWarnings:
    """The table `limit_warning`."""

    def __init__(self, database: Database, deliveries: Deliveries) -> None:
        self._db = database
        self._deliveries = deliveries

    def add(self, new: NewWarning) -> bool:
        """Give a warning, unless it was given in this period; True if it was not. In the caller's transaction."""
        table, id = bill_tables.limit_warning, new_id()
        whom = {"name": new.limit, "person": new.person, "payer": new.payer, "first": new.first.isoformat()}
        added = self._db.insert(table).values(id=id, **whom, sentence=to_text(new.sentence), created=self._db.now())
        if not self._db.run(added.on_conflict_do_nothing(index_elements=list(whom))):
            return False
        for person in sorted(new.people):
            self._deliveries.add(deliveries.LIMIT, id, person)
        return True

    def several(self, ids: Sequence[str]) -> list[WarningRow]:
        """Those of these warnings that there are."""
        table = bill_tables.limit_warning
        return [_read(row) for row in self._db.rows(select(*_COLUMNS).where(table.c.id.in_(ids)))]


_COLUMNS: Final = tuple(bill_tables.limit_warning.c[name] for name in WarningRow.__dataclass_fields__)


def _read(row: Row[Any]) -> WarningRow:
    return WarningRow(**{**row._mapping, "sentence": from_text(row.sentence)})
