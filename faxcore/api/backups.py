# SPDX-License-Identifier: GPL-3.0-or-later
"""The service's part in backups: snapshots of its database while it works, and faxes that a backup has brought."""

from __future__ import annotations

import asyncio
import logging
import threading
from typing import Final

from faxcore.api.api_error import ApiError
from faxcore.api.foreign_files import ForeignFiles
from faxcore.contract.administration import Released, Snapshot
from faxcore.contract.bus import ErrorCode
from faxcore.model.sentence import Sentence
from faxcore.queue.scheduler import Scheduler
from faxcore.store.ids_and_times import new_id
from faxcore.store.snapshot import write_snapshot
from faxcore.store.store import Store
from faxcore.store.store_error import is_full
from faxcore.store.synced_files import remove

log = logging.getLogger(__name__)

SECONDS: Final = 3600.0
"""Seconds that the disk of a backup has for a snapshot."""


class Backups:
    """Writes snapshots, and releases what was restored."""

    def __init__(self, store: Store, scheduler: Scheduler, reserve: int) -> None:
        """`reserve`: octets that must stay free."""
        self._store = store
        self._scheduler = scheduler
        self._reserve = reserve
        self._files = ForeignFiles(SECONDS)
        self._turn = asyncio.Lock()

    async def write(self, person: str, out: int) -> Snapshot:
        """Write a snapshot of the database to the caller's file. ApiError if that cannot be."""
        # Among the documents: if we are killed, it is a stray.
        made = self._store.documents.folder / f"{new_id()}.snapshot"
        async with self._turn:
            self._refuse_without_room()
            stopped = threading.Event()
            try:
                moment = await asyncio.to_thread(write_snapshot, self._store.database, made, stopped.is_set)
                await self._files.give(person, made, out)
            except OSError as error:
                if is_full(error):
                    raise _no_room() from error
                raise
            finally:
                stopped.set()
                remove(made, made.with_name(f"{made.name}-journal"))
        log.info("%s has had a snapshot of the database written", person)
        return Snapshot(moment, str(self._store.folder.absolute()))

    async def release(self, person: str) -> Released:
        """Let every fax go on that is held because it comes from a backup."""
        count = 0
        while jobs := self._store.restored_faxes.list_held():
            self._scheduler.release_waiting(jobs)
            count += len(jobs)
            await asyncio.sleep(0)
        log.info("%s has released %d faxes that come from a backup", person, count)
        return Released(count)

    def _refuse_without_room(self) -> None:
        if self._store.free_octets() - self._store.database.count_octets() < self._reserve:
            raise _no_room()


def _no_room() -> ApiError:
    sentence = Sentence("The disk of the fax service has no room for a snapshot of its database.")
    return ApiError(ErrorCode.NO_SPACE, sentence)
