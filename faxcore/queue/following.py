# SPDX-License-Identifier: GPL-3.0-or-later
"""The faxes that follow the first in one telephone call: the next one is chosen, and its pages are composed, while the
one before goes out.

Until the one before has been confirmed, and that is on disk, the next is a job that waits like any other: it belongs to
no call, whatever is done to it counts, and when the call breaks off nothing has happened to it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from typing import Any, Final

from faxcore.config.current import CurrentConfig
from faxcore.document.document_error import DocumentError
from faxcore.lines.worker_line import WorkerLine
from faxcore.queue.composing import ComposedPages, Composer, compose_pages
from faxcore.routing.own_numbers import Origin, find_origin
from faxcore.store.call_history import Experience
from faxcore.store.ids_and_times import new_id
from faxcore.store.jobs import JobRow
from faxcore.store.store import Store
from faxcore.store.store_error import StoreUnavailable

log = logging.getLogger(__name__)

LONGEST_SECONDS: Final = 3600.0
"""Seconds of a telephone call after which no other fax is begun in it: the worker ends one after two hours."""

Chooser = Callable[[JobRow, WorkerLine, str, JobRow | None], JobRow | None]
"""Finds the job that goes out behind this one on this line under this station id; with a second job, whether that one
still may.
"""
Starter = Callable[[Coroutine[Any, Any, None]], asyncio.Task[None]]


@dataclass(frozen=True)
class Prepared:
    """A job whose pages are ready to go out in the call that is under way."""

    job: JobRow
    """As it was when it was chosen."""
    call: str
    """The id of its part of the call."""
    composed: ComposedPages


class Following:
    """The next fax of one telephone call."""

    def __init__(
        self,
        store: Store,
        config: CurrentConfig,
        line: WorkerLine,
        station_id: str,
        choose: Chooser,
        start: Starter,
        composer: Composer,
        monotonic: Callable[[], float],
    ) -> None:
        """`station_id` is that of the telephone call, `start` makes a task of what is done beside it."""
        self._store = store
        self._config = config
        self.line = line
        self.station_id = station_id
        self._choose = choose
        self._start = start
        self._composer = composer
        self._count = 1
        """Faxes of this telephone call, with the one that goes out."""
        self._failed = False
        """True if the pages of the one that was chosen could not be made: no other is chosen behind this fax."""
        self._monotonic = monotonic
        self._began = monotonic()
        self._task: asyncio.Task[None] | None = None
        self._prepared: Prepared | None = None

    def find_origin(self, job: JobRow) -> Origin:
        """Find what a job that goes out in this telephone call says of where it comes from."""
        origin = find_origin(self.line.line, job.owner, self._config.value)
        return replace(origin, station_id=self.station_id)

    @property
    def _may_be_more(self) -> bool:
        in_time = self._monotonic() - self._began < LONGEST_SECONDS
        return in_time and self._count < self._config.value.queue.faxes_per_call and self.line.goes_on

    def prepare(self, before: JobRow) -> None:
        """Have the next fax ready, if there is one; `before` goes out now."""
        is_idle = self._prepared is None and (self._task is None or self._task.done())
        if is_idle and not self._failed and self._may_be_more:
            try:
                job = self._choose(before, self.line, self.station_id, None)
            except StoreUnavailable as error:
                log.info("no fax is chosen that follows job %s: %s", before.id, error)
                return
            if job is not None:
                self._task = self._start(self._compose(job))

    async def _compose(self, job: JobRow) -> None:
        call = new_id()
        self._store.retention.keep(call)
        try:
            known = self._experience(job).longest
            composed = await compose_pages(
                self._store, self._config.value, job, call, self.find_origin(job), self._composer, known
            )
            self._prepared = Prepared(job, call, composed)
        except (DocumentError, OSError, StoreUnavailable) as error:
            # Its own call finds that, and says it.
            log.info("job %s does not go out in the call that is under way: %s", job.id, error)
            self._failed = True
        finally:
            if self._prepared is None:
                self._store.retention.drop_kept(call)

    def _experience(self, job: JobRow) -> Experience:
        return self._store.call_history.experience(job.destination)

    def is_ready(self, before: JobRow) -> bool:
        """Return whether a fax is ready to go out behind this one, and still may."""
        prepared = self._prepared
        if prepared is None or not self._may_be_more:
            return False
        try:
            if self._choose(before, self.line, self.station_id, prepared.job) is not None:
                return True
        except StoreUnavailable as error:
            log.info("no fax follows job %s: %s", before.id, error)
        self._drop_prepared()
        return False

    def take(self, before: JobRow) -> Prepared | None:
        """Take the fax that goes out next, as this one has just been confirmed."""
        if not self.is_ready(before):
            return None
        taken, self._prepared = self._prepared, None
        self._count += 1
        self._failed = False
        return taken

    def drop(self) -> None:
        """There is no call any more in which anything could follow."""
        if self._task is not None:
            self._task.cancel()
        self._drop_prepared()

    def _drop_prepared(self) -> None:
        if self._prepared is not None:
            self._store.retention.drop_kept(self._prepared.call)
            self._prepared = None
