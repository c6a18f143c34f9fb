# SPDX-License-Identifier: GPL-3.0-or-later
"""Used numbers: those that an address book has, or at which a fax of this office has arrived."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from faxcore.model.job import JobKind, State
from faxcore.store import schema
from faxcore.store.contacts import Contacts
from faxcore.store.database import Database, in_pieces


class UsedNumbers:
    """Looks for numbers that nobody has used yet."""

    def __init__(self, database: Database, contacts: Contacts) -> None:
        self._db = database
        self._contacts = contacts

    def find_new(self, person: str, keys: Collection[str]) -> frozenset[str]:
        """Find those of these numbers that are in no address book which this person sees, and to which no fax of
        anybody's here has gone and arrived.
        """
        job, call = schema.job, schema.call
        used = set(self._contacts.find_names(person, keys))
        for piece in in_pieces(sorted(set(keys) - used)):
            arrived = select(job.c.destination).where(
                job.c.state == State.DONE.value, job.c.kind == JobKind.SEND.value, job.c.destination.in_(piece)
            )
            # The log of calls is kept longer than the faxes.
            called = select(call.c.destination).where(
                schema.IS_WEIGHED, call.c.direction == "out", call.c.destination.in_(piece)
            )
            for rows in (arrived.distinct(), called.distinct()):
                used |= {str(row[0]) for row in self._db.rows(rows)}
        return frozenset(keys) - used
