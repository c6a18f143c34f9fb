# SPDX-License-Identifier: GPL-3.0-or-later
"""Sweeping: retention at work, in pieces between which everything else goes on; after each start, and once an hour."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final

from faxcore.config import RetentionConfig
from faxcore.model.job import State
from faxcore.store.retention import PIECE
from faxcore.store.store import Store
from faxcore.store.store_error import StoreUnavailable

log = logging.getLogger(__name__)

SWEEP_SECONDS: Final = 3600.0
HELD_SECONDS: Final = 5.0
"""From one look whether a backup needs what is there to the next."""


class Sweeping:
    """Removes what crashes left behind and what the rules say."""

    def __init__(self, store: Store, rules: Callable[[], RetentionConfig], seconds: float = SWEEP_SECONDS) -> None:
        self._store = store
        self._rules = rules
        self._seconds = seconds
        self.rests = False
        """True between two sweeps."""

    async def run(self) -> None:
        """Sweep until cancelled."""
        await self._guarded(self._clean_calls)
        while True:
            self.rests = False
            await self._guarded(self._apply_rules)
            self.rests = True
            await asyncio.sleep(self._seconds)

    async def _guarded(self, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await work()
        except (OSError, StoreUnavailable) as error:
            # Nothing needs it now; the next time will do.
            log.error("what is not needed any more could not be removed: %s", error)

    async def _clean_calls(self) -> None:
        """Remove what calls before a crash left behind."""
        names = await asyncio.to_thread(self._store.list_unclean_calls)
        for start in range(0, len(names), PIECE):
            await self._until_released()
            self._store.retention.clean_calls(names[start : start + PIECE])
            await asyncio.sleep(0)
        names = await asyncio.to_thread(self._store.list_call_folders)
        for start in range(0, len(names), PIECE):
            await self._until_released()
            self._store.retention.remove_abandoned(names[start : start + PIECE])
            await asyncio.sleep(0)

    async def _until_released(self) -> None:
        """Wait while a backup needs what is there."""
        while self._store.removal.is_held:
            await asyncio.sleep(HELD_SECONDS)

    async def _apply_rules(self) -> None:
        await self._until_released()
        self._store.removal.remove()
        self._store.retention.clean_left()
        self._store.call_history.forget_old()
        while self._store.print_jobs.forget():
            await asyncio.sleep(0)
        rules, retention = self._rules(), self._store.retention
        for what, days, sweep in (
            ("sent faxes", rules.sent, lambda days: retention.remove_jobs([State.DONE], days)),
            ("failed faxes", rules.failed, lambda days: retention.remove_jobs([State.FAILED, State.CANCELLED], days)),
            ("offers", rules.sent, retention.remove_offers),
            ("received faxes", rules.received, retention.remove_receptions),
            ("faxes in bins", rules.bin, retention.empty_bins),
            ("transcripts", rules.transcripts, retention.remove_transcripts),
            ("notes of what was told", rules.news, retention.remove_news),
            ("names in the log of calls", rules.names, self._store.calls.forget_names),
            ("names in the ledger", rules.names, self._store.ledger.forget_names),
            ("documents that would be had back", 1, self._store.taken_drafts.forget_documents),
            ("notices about print jobs", rules.news, self._store.print_notices.forget),
        ):
            removed = 0
            while days and (piece := sweep(days)):
                removed += piece
                await asyncio.sleep(0)
                await self._until_released()
            if removed:
                log.info("retention: %d %s were older than %d days and are removed", removed, what, days)
