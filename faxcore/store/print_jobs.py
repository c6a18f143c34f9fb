# SPDX-License-Identifier: GPL-3.0-or-later
"""Print jobs that were handed over, by the name that cupsd has given them: what each became, and whether its answer was
heard.

cupsd hands a print job over again when its backend did not hear our answer: that is the same fax. When the backend has
heard it and the print job comes once more, a person has printed it again. The two look alike to the service but for
`heard`, which the backend says with a call of its own after the answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import delete, select, update

from faxcore.contract.printed import Accepted, Handover
from faxcore.store import schema
from faxcore.store.database import Database

DAYS: Final = 90
"""Days for which a print job is known. cupsd keeps documents that can be printed again for one day, unless told."""

PIECE: Final = 500


@dataclass(frozen=True)
class PrintJobRow:
    """A print job, and what it became."""

    sha256: str
    """Of its pages, as they were written anew here."""
    destination: str
    """The number it was to be sent to without a dialog; empty: none."""
    handover: Handover
    heard: bool


class PrintJobs:
    """The table `print_job`."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def get(self, owner: str, key: str) -> PrintJobRow | None:
        """The print job of this name of a person."""
        table = schema.print_job
        row = self._db.row(
            select(table.c.sha256, table.c.destination, table.c.kind, table.c.subject, table.c.heard).where(
                table.c.owner == owner, table.c.key == key
            )
        )
        if row is None:
            return None
        return PrintJobRow(row.sha256, row.destination, Handover(Accepted(row.kind), row.subject), row.heard)

    def put(self, owner: str, key: str, row: PrintJobRow) -> None:
        """Keep what a print job has become now. In the caller's transaction, with the row that it became."""
        table = schema.print_job
        self._db.run(delete(table).where(table.c.owner == owner, table.c.key == key))
        self._db.add(
            table,
            owner=owner,
            key=key,
            sha256=row.sha256,
            destination=row.destination,
            kind=row.handover.kind.value,
            subject=row.handover.id,
            heard=row.heard,
            created=self._db.now(),
        )

    def set_heard(self, subject: str) -> None:
        """Note that the backend has heard what its print job became; harmless for anything else."""
        table = schema.print_job
        self._db.run(update(table).where(table.c.subject == subject).values(heard=True))

    def forget(self, days: int = DAYS) -> int:
        """Forget print jobs of so many days ago; how many, PIECE at most."""
        table = schema.print_job
        old = select(table.c.owner, table.c.key).where(table.c.created <= self._db.days_ago(days)).limit(PIECE)
        rows = self._db.rows(old)
        with self._db.transaction():
            for row in rows:
                self._db.run(delete(table).where(table.c.owner == row.owner, table.c.key == row.key))
        return len(rows)
