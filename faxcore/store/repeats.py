# SPDX-License-Identifier: GPL-3.0-or-later
"""Repeats: faxes of today that have the very pages of another document, for the same number.

Documents are the same if their pages are, dot by dot: their digest is that of the pages as the service has written
them. What they were made from, and when, is not in it, so that a document that is printed once more is the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC
from typing import Final

from sqlalchemy import or_, select

from faxcore.model.job import JobKind, State
from faxcore.store import schema
from faxcore.store.database import Database, in_pieces
from faxcore.store.ids_and_times import format_time
from faxcore.store.jobs import JobRow, Jobs

_MISSED: Final = (State.ENTERING, State.FAILED, State.CANCELLED)
"""States of a job that does not count: it is no fax yet, or has not arrived."""
_ENDED: Final = (State.DONE, State.UNCERTAIN)
"""States of a job that counts on the day in which it came into them."""


class Repeats:
    """Looks for faxes by the pages of their documents."""

    def __init__(self, database: Database, jobs: Jobs) -> None:
        self._db = database
        self._jobs = jobs

    def find(self, owner: str, sha256: str, numbers: Iterable[str], but: str = "") -> list[JobRow]:
        """Find a person's faxes with pages of this digest that went to one of these numbers today, or are on
        their way there, newest first; `but` is the submission that is left out.
        """
        if not sha256:
            return []
        job, submission, table = schema.job, schema.submission, schema.document
        midnight = self._db.local_now().replace(hour=0, minute=0, second=0, microsecond=0)
        ended = job.c.state.in_([state.value for state in _ENDED])
        same = (
            select(job.c.id)
            .join_from(job, submission)
            .join(table, table.c.id == submission.c.document)
            .where(
                table.c.sha256 == sha256,
                submission.c.owner == owner,
                submission.c.id != but,
                job.c.kind == JobKind.SEND.value,
                job.c.state.not_in([state.value for state in _MISSED]),
                or_(~ended, job.c.changed >= format_time(midnight.astimezone(UTC))),
            )
        )
        ids = [
            str(row[0])
            for piece in in_pieces(sorted(set(numbers)))
            for row in self._db.rows(same.where(job.c.destination.in_(piece)))
        ]
        return sorted(self._jobs.several(ids), key=lambda found: found.id, reverse=True)
