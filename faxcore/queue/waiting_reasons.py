# SPDX-License-Identifier: GPL-3.0-or-later
"""The reasons why faxes wait, found once for everybody who asks in the same moment: they are the same for all, and when
the service has come back every tray asks for them twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from faxcore.config import Config, LineConfig
from faxcore.config.current import CurrentConfig
from faxcore.contract.service_status import HeldBack
from faxcore.model.job import State
from faxcore.queue.holding_back import Situation, explain_waiting
from faxcore.store.store import Store

MOMENT_SECONDS: Final = 1.0
"""Seconds for which reasons hold while nothing is seen that changes them."""


@dataclass(frozen=True)
class _Seen:
    """The state of the queue and of the lines for which reasons were found."""

    config: Config
    counts: Counter[State]
    free: Sequence[LineConfig]


class WaitingReasons:
    """Finds the reasons, or gives those of a moment ago."""

    def __init__(self, store: Store, config: CurrentConfig, monotonic: Callable[[], float]) -> None:
        self._store = store
        self._config = config
        self._monotonic = monotonic
        self._seen: _Seen | None = None
        self._found: tuple[HeldBack, ...] = ()
        self._until = 0.0

    def explain(self, counts: Counter[State], free: Sequence[LineConfig]) -> tuple[HeldBack, ...]:
        """Say what holds back the faxes that wait, so many in each state, with these lines free. StoreUnavailable."""
        seen, now = _Seen(self._config.value, counts, free), self._monotonic()
        if seen != self._seen or now >= self._until:
            self._found = self._find(seen)
            self._seen, self._until = seen, now + MOMENT_SECONDS
        return self._found

    def _find(self, seen: _Seen) -> tuple[HeldBack, ...]:
        turns = self._store.turns
        ready = turns.candidates(frozenset()) if seen.counts[State.READY] else []
        busy = frozenset(each.destination for each in turns.engaged())
        situation = Situation(self._store.database.local_now(), seen.free, busy)
        return explain_waiting(seen.counts, ready, situation, seen.config)
