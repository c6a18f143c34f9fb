# SPDX-License-Identifier: GPL-3.0-or-later
"""Changes of a person's lists that no fax tells of: read marks, the bin, comments, and what was given to others.

Whoever reads through many faxes changes the lists many times a second: the programs are told once for all of it, with
the counts as they are then. It is no news that waits for somebody: lists say it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Iterable
from typing import Final, Protocol

from faxcore.contract.listed import ListsChange
from faxcore.store.store import Store
from faxcore.store.store_error import StoreUnavailable

log = logging.getLogger(__name__)

GATHER_SECONDS: Final = 0.2
"""Seconds for which further changes are waited for."""


class ListListeners(Protocol):
    """The programs that have registered."""

    def tell(self, person: str, news: ListsChange, /) -> bool:
        """Send a signal to the programs of this person."""

    def people(self) -> Collection[str]:
        """The people whose programs have registered."""


class ListChanges:
    """Tells people's programs that their lists have changed."""

    def __init__(self, store: Store, listeners: ListListeners, broken: Callable[[asyncio.Task[None]], None]) -> None:
        """`broken` hears of the end of every task."""
        self._store = store
        self._listeners = listeners
        self._broken = broken
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def note(self, people: Iterable[str]) -> None:
        """The lists of these people have changed: those of them who listen are told soon."""
        listening = self._listeners.people()
        for person in people:
            if person in listening and person not in self._tasks:
                task = self._tasks[person] = asyncio.create_task(self._tell_soon(person))
                task.add_done_callback(self._broken)

    async def stop(self) -> None:
        """Tell nothing more."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _tell_soon(self, person: str) -> None:
        try:
            await asyncio.sleep(GATHER_SECONDS)
        finally:
            # What changes from now on is told of by another signal.
            del self._tasks[person]
        try:
            folders = self._store.listing.count(person)
        except StoreUnavailable as error:
            log.info("a change of lists is not told: %s", error)
            return
        self._listeners.tell(person, ListsChange(tuple(folders)))
