# SPDX-License-Identifier: GPL-3.0-or-later
"""A database server that was lost is found again: a thread tries to connect, so that nothing waits for it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Final

from faxcore.store.database import Database
from faxcore.store.store_error import StoreError, StoreUnavailable

log = logging.getLogger(__name__)

PAUSE_SECONDS: Final = 1.0


class Reconnecting:
    """Watches one database."""

    def __init__(self, database: Database, returned: Callable[[], None], pause: float = PAUSE_SECONDS) -> None:
        """`returned` hears of it when the database can be used again."""
        self._database = database
        self._returned = returned
        self._pause = pause
        self._lost = asyncio.Event()
        database.lost = self._lost.set

    async def run(self) -> None:
        """Watch, until cancelled. StoreDoubtful, or another StoreError, if the service cannot go on with it."""
        while True:
            await self._lost.wait()
            self._lost.clear()
            log.error("the database is away: nothing is dialled or answered until it is back")
            while self._database.is_away:
                await self._try()
            log.warning("the database is back")
            self._returned()

    async def _try(self) -> None:
        try:
            opened = await asyncio.to_thread(self._database.reconnect)
        except StoreUnavailable:
            await asyncio.sleep(self._pause)
            return
        try:
            self._database.resume(opened)
        except StoreUnavailable as error:
            log.error("the database is away again: %s", error)
        except StoreError:
            log.critical("the database is back, but the service must begin anew")
            raise
