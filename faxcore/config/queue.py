# SPDX-License-Identifier: GPL-3.0-or-later
"""[queue]: how often and when a fax is tried again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from faxcore.config.table import Table
from faxcore.model.call import RETRY, Outcome

WAIT_SECONDS: Final[Mapping[Outcome, int]] = MappingProxyType(
    {
        Outcome.BUSY: 60,
        Outcome.NO_ANSWER: 300,
        Outcome.NO_DIALTONE: 60,
        Outcome.NO_FAX: 300,
        Outcome.REJECTED: 300,
        Outcome.MODEM: 30,
        Outcome.OK_PARTIAL: 30,
        Outcome.LINE_LOST: 30,
    }
)
OTHER_WAIT_SECONDS: Final = 60


@dataclass(frozen=True)
class QueueConfig:
    """The number of tries, and the time between them."""

    tries: int = 5
    wait: Mapping[Outcome, int] = field(default_factory=lambda: WAIT_SECONDS)
    remember_days: int = 7
    """Days for which is remembered what calls to a destination have taught; 0: nothing is."""

    max_faxes_per_hour: int = 1000
    """Faxes that one person may hand in within an hour; 0: as many as they like."""

    max_waiting_megabytes: int = 1000
    """Megabytes of documents of one person that may wait to be sent or for a recipient; 0: as many as fit."""

    def seconds(self, outcome: Outcome) -> int:
        """Seconds to wait after a try that ended so."""
        return self.wait.get(outcome, OTHER_WAIT_SECONDS)

    @property
    def longest_wait(self) -> int:
        """The most seconds that `seconds` gives."""
        return max(self.seconds(outcome) for outcome in RETRY)


def read_queue(table: Table) -> QueueConfig:
    """[queue] and [queue.wait]."""
    queue = QueueConfig(
        table.whole("tries", QueueConfig.tries, 1, 100),
        _read_wait(table.table("wait")),
        table.whole("remember_days", QueueConfig.remember_days, 0, 365),
        table.whole("max_faxes_per_hour", QueueConfig.max_faxes_per_hour, 0, 1_000_000),
        table.whole("max_waiting_megabytes", QueueConfig.max_waiting_megabytes, 0, 1_000_000),
    )
    table.finish()
    return queue


def _read_wait(table: Table) -> Mapping[Outcome, int]:
    seconds = dict(WAIT_SECONDS)
    for outcome in RETRY:
        usual = WAIT_SECONDS.get(outcome, OTHER_WAIT_SECONDS)
        value = table.whole(outcome.value, usual, 0, 86_400)
        if outcome.value in table:
            seconds[outcome] = value
    table.finish()
    return MappingProxyType(seconds)
