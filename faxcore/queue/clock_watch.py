# SPDX-License-Identifier: GPL-3.0-or-later
"""Sleeping jobs whose clock is set: the times of their next tries are those of the wall clock, in rows.

Set back by a day, it would have them sleep a day longer; set forward, it would wake them all at once, and those that
were busy a moment ago would use up their tries. While the service runs, the monotonic clock shows by how much it was
set, and their times are moved by as much: before anything is woken, and before another time is written by the clock as
it is now. When the service starts, nobody knows: then no job sleeps longer than the longest wait there is.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import datetime
from typing import Final

from faxcore.store.store import Store

log = logging.getLogger(__name__)

TOLERANCE: Final = 1.0
"""Seconds by which two clocks may differ that are read one after the other, or one of which is being slewed."""


class ClockWatch:
    """Watches the wall clock for steps."""

    def __init__(self, store: Store, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._store = store
        self._monotonic = monotonic
        self._before: tuple[float, float] | None = None

    def mind(self, longest: float) -> None:
        """Put right the times of sleeping jobs, none of which may be more than `longest` seconds from now, if the clock
        has been set since the last time. StoreUnavailable if that cannot be written: it is done the next time.
        """
        wall, ours = datetime.fromisoformat(self._store.database.now()).timestamp(), self._monotonic()
        if self._before is None:
            if limited := self._store.jobs.limit_wakes(longest):
                log.warning("%d faxes would have slept longer than any wait: was the clock set back?", limited)
        else:
            step = (wall - self._before[0]) - (ours - self._before[1])
            if abs(step) > TOLERANCE:
                log.warning("the clock was set by %+.0f s: so are the times of the next tries", step)
                self._store.jobs.move_wakes(step)
        self._before = wall, ours
