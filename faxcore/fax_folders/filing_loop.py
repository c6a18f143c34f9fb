# SPDX-License-Identifier: GPL-3.0-or-later
"""Faxes on their way into their folders: each folder has a task of its own, so one that is full, away or silent keeps
no other waiting, and what could not be put there is tried again and again.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from typing import Final, Generic, Protocol, TypeVar

from faxcore.fax_folders.folder_watch import ANSWER_SECONDS
from faxcore.fax_folders.late_faxes import NO_ANSWER, explain
from faxcore.fax_folders.mount_points import DiskAway
from faxcore.model.sentence import Sentence
from faxcore.store.store_error import StoreUnavailable

log = logging.getLogger(__name__)

FILE_AGAIN_SECONDS: Final = 30.0


class Fax(Protocol):
    """Whatever is put in a folder."""

    @property
    def id(self) -> str:
        """Its id, for the log."""


F = TypeVar("F", bound=Fax)


class FilingLoop(Generic[F]):
    """Puts faxes in their folders."""

    def __init__(
        self,
        kind: str,
        collect: Callable[[], Awaitable[Mapping[str, Sequence[F]]]],
        put: Callable[[F, str], Awaitable[None]],
        tell_operator: Callable[[str, Sentence], Sentence],
        tell_late: Callable[[F, str, Sentence], None],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`kind`: what the log calls such a fax. `collect` gives what is to be put, by its folder. `put` puts one
        there; it may raise OSError, DiskAway, ValueError or StoreUnavailable. `tell_operator` makes the sentence for a
        folder and the reason why it takes nothing; `tell_late` hears of each fax that is late, its folder and the
        reason, and may raise StoreUnavailable.
        """
        self._kind = kind
        self._collect = collect
        self._put = put
        self._tell_operator = tell_operator
        self._tell_late = tell_late
        self._awake = asyncio.Event()
        self._monotonic = monotonic
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._moved: dict[str, float] = {}
        """The time at which the task of each folder was begun, or had put something there last."""
        self._again = False
        self.troubles: dict[str, Sentence] = {}
        """For the operator, by folder."""

    def wake(self) -> None:
        """Look again at what is to be put: it may be possible now."""
        self._awake.set()

    def try_again(self) -> None:
        """Go round again soon, without being woken."""
        self._again = True

    @property
    def busy(self) -> bool:
        """True while something is being put."""
        return bool(self._tasks)

    async def run(self) -> None:
        """Put what there is, until cancelled."""
        try:
            while True:
                self._awake.clear()
                await self._put_all()
                # Not asyncio.wait_for: in Python 3.11 it drops a cancellation that comes together with the event.
                with suppress(TimeoutError):
                    async with asyncio.timeout(FILE_AGAIN_SECONDS if self._again else None):
                        await self._awake.wait()
        finally:
            await self._end_tasks()

    async def _put_all(self) -> None:
        """Put everything, as far as its folder takes it in time."""
        self._again = False
        self._forget_ended()
        ready = await self._collect()
        for folder in self.troubles.keys() - ready.keys():
            del self.troubles[folder]
        begun = {folder: waiting for folder, waiting in ready.items() if folder not in self._tasks}
        for folder, waiting in begun.items():
            self._moved[folder] = self._monotonic()
            self._tasks[folder] = asyncio.create_task(self._put_in(folder, waiting))
        # Not for those of earlier rounds: their folders have had their time.
        if begun:
            await asyncio.wait([self._tasks[folder] for folder in begun], timeout=ANSWER_SECONDS)
        for folder in ready.keys() & self._tasks.keys():
            task = self._tasks[folder]
            if not task.done():
                self._judge(folder, ready[folder])
            if not task.done() or folder not in begun:
                # What came for it meanwhile is not in its task; one that has ended calls back all the same.
                task.add_done_callback(lambda _task: self._awake.set())
        self._forget_ended()

    def _judge(self, folder: str, waiting: Sequence[F]) -> None:
        """Tell of faxes that wait for a folder whose task goes on, if it takes nothing at all: that of many faxes that
        have come at once takes its time.
        """
        if self._monotonic() - self._moved[folder] < ANSWER_SECONDS:
            self._again = True
            return
        for fax in waiting:
            self._delay(fax, folder, NO_ANSWER)

    def _forget_ended(self) -> None:
        """Forget tasks that have ended; a fault of ours is raised."""
        for folder, task in list(self._tasks.items()):
            if task.done():
                del self._tasks[folder], self._moved[folder]
                task.result()

    async def _put_in(self, folder: str, waiting: Sequence[F]) -> None:
        """Put these in their folder, one after the other."""
        trouble = False
        for fax in waiting:
            try:
                await self._put(fax, folder)
            except StoreUnavailable as error:
                self.log_late(fax, error)
            except (OSError, DiskAway, ValueError) as error:
                trouble = True
                self.log_late(fax, error)
                self._delay(fax, folder, explain(error))
            self._moved[folder] = self._monotonic()
        if not trouble:
            self.troubles.pop(folder, None)

    async def _end_tasks(self) -> None:
        """Leave folders as they are: what is begun there is gone on with after the next start."""
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    def _delay(self, fax: F, folder: str, reason: Sentence) -> None:
        """Tell everybody why it is not in its folder yet."""
        trouble = self._tell_operator(folder, reason)
        if self.troubles.get(folder) != trouble:
            self.troubles[folder] = trouble
            log.error("%s", trouble)
        self.tell_late(fax, folder, reason)

    def tell_late(self, fax: F, folder: str, reason: Sentence) -> None:
        """Tell whose it is, as far as the database lets us."""
        try:
            self._tell_late(fax, folder, reason)
        except StoreUnavailable as error:
            self.log_late(fax, error)

    def log_late(self, fax: F, error: Exception) -> None:
        """Log that a fax is late, and try again soon."""
        self._again = True
        # Without the file's name: it has that of the other station, or of the document, in it.
        log.error("%s %s cannot be filed yet: %s", self._kind, fax.id, explain(error))
