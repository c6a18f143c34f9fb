# SPDX-License-Identifier: GPL-3.0-or-later
"""The store: everything that must survive, in one place. SQL is in this package only.

Rules:
1. What another process is told has been committed before. A document's file is written, synced, renamed and its
   folder synced before its row; the row is committed before the answer.
2. A job changes state through `job.move` alone (`Jobs.event`), together with what belongs to the change.
3. After a crash at any point, `recover` makes every job live or final, and every page that was confirmed to a
   caller part of a fax that somebody is told of.

    state/facteur.db             the database
    state/documents/ID.tif       what is to be sent; ID.original what it was made from; ID.new while it is written
    state/calls/ID/              the directory of a call: composed pages or received ones, and the transcript
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

from faxcore.store.call_history import CallHistory
from faxcore.store.database import Clock, Database
from faxcore.store.drafts import Drafts
from faxcore.store.jobs import Jobs
from faxcore.store.outbox import Outbox
from faxcore.store.receptions import Receptions
from faxcore.store.synced_files import free_octets, make_folder, sync_folder


class Store:
    """The database and the folders beside it. One process has it open."""

    def __init__(self, state: Path, clock: Clock | None = None) -> None:
        self.folder = make_folder(state)
        self.documents = make_folder(state / "documents")
        self._calls = make_folder(state / "calls")
        path = state / "facteur.db"
        self.database = Database(path) if clock is None else Database(path, clock)
        sync_folder(state)
        self.drafts = Drafts(self.database, self.documents)
        self.jobs = Jobs(self.database)
        self.call_history = CallHistory(self.database)
        self.receptions = Receptions(self.database)
        self.outbox = Outbox(self.database)

    def close(self) -> None:
        """Free the database."""
        self.database.close()

    def transaction(self) -> AbstractContextManager[None]:
        """All of a block on disk, or none of it."""
        return self.database.transaction()

    def call_folder(self, call: str) -> Path:
        """The directory of a call, which may not be there yet."""
        return self._calls / call

    def free_octets(self) -> int:
        """Octets free where calls are kept."""
        return free_octets(self.folder)
