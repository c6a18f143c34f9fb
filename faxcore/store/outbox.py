# SPDX-License-Identifier: GPL-3.0-or-later
"""News for people: a row for each, until it has been told. Telling twice is harmless, forgetting is not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from faxcore.store.database import Database, new_id

DRAFT: Final = "draft"
JOB: Final = "job"
"""Its state follows: a job may be told of as uncertain, and later as done."""
RECEPTION: Final = "reception"


@dataclass(frozen=True)
class OutboxRow:
    """One thing to tell one person."""

    id: str
    kind: str
    subject: str
    person: str


class Outbox:
    """The table `announcement`: idempotent by kind, subject and person."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def add(self, kind: str, subject: str, person: str) -> None:
        """This has to be told. In the transaction of what it tells of."""
        self._db.execute(
            "INSERT OR IGNORE INTO announcement (id, kind, subject, person, created) VALUES (?, ?, ?, ?, ?)",
            new_id(),
            kind,
            subject,
            person,
            self._db.now(),
        )

    def waiting(self, person: str) -> list[OutboxRow]:
        """List the news that this person has not been told, oldest first."""
        sql = "SELECT id, kind, subject, person FROM announcement WHERE person = ? AND done IS NULL ORDER BY id"
        return [OutboxRow(*row) for row in self._db.rows(sql, person)]

    def done(self, id: str) -> None:
        """It has been told."""
        self._db.execute("UPDATE announcement SET done = ? WHERE id = ?", self._db.now(), id)
