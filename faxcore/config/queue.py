# SPDX-License-Identifier: GPL-3.0-or-later
"""[queue]: how often and when a fax is tried again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from faxcore.config.owners import read_people
from faxcore.config.table import Table
from faxcore.model.call import RETRY, UNREACHED, Outcome

WAIT_SECONDS: Final[Mapping[Outcome, int]] = MappingProxyType(
    {
        Outcome.BUSY: 180,
        Outcome.NO_ANSWER: 300,
        Outcome.NO_DIALTONE: 300,
        Outcome.NO_FAX: 300,
        Outcome.REJECTED: 300,
        Outcome.MODEM: 30,
    }
)
OTHER_WAIT_SECONDS: Final = 60
NEVER_REACHED: Final[Mapping[Outcome, int]] = MappingProxyType({Outcome.NO_FAX: 2})
"""Calls to a number at which no fax machine has ever answered: more would wake or annoy a person."""
MOST_CALLS: Final = 100


@dataclass(frozen=True)
class QueueConfig:
    """The number of calls, and the time between them."""

    dials: int = 12
    """Calls for one fax at most."""
    tries: int = 3
    """Calls in a row that reach a fax machine and bring it no further page: then the fax has failed."""
    give_up_hours: int = 3
    """Hours behind the first call after which a fax is not tried any more, if its sender has set no time."""
    wait: Mapping[Outcome, int] = field(default_factory=lambda: WAIT_SECONDS)
    spread: int = 50
    """Per cent by which a wait is made shorter or longer, by chance, so that two machines do not meet again and again;
    0: none.
    """
    never_reached: Mapping[Outcome, int] = field(default_factory=lambda: NEVER_REACHED)
    """Calls in a row that reach no fax machine, by how the last one ended, at a number where none has ever answered; no
    bound of their own for the ends that are not here.
    """
    faxes_per_call: int = 8
    """Faxes to one number that go out in one call at most, whosoever they are; 1: each has a call of its own."""
    remember_days: int = 7
    """Days for which is remembered what calls to a destination have taught; 0: nothing is."""

    max_faxes_per_hour: int = 1000
    """Faxes that one person may hand in within an hour; 0: as many as they like."""

    max_waiting_megabytes: int = 1000
    """Megabytes of documents of one person that may wait to be sent or for a recipient; 0: as many as fit."""

    stop_seconds: int = 300
    """Seconds that calls have to come to their end when the service is stopped."""

    urgent: tuple[str, ...] = ()
    """The people who may send faxes that go before everybody else's."""

    def seconds(self, outcome: Outcome) -> int:
        """Seconds to wait after a try that ended so, but for the spread."""
        return self.wait.get(outcome, OTHER_WAIT_SECONDS)

    @property
    def longest_wait(self) -> float:
        """The most seconds that a job sleeps, the spread included."""
        return max(self.seconds(outcome) for outcome in RETRY) * (1 + self.spread / 100)


def read_queue(table: Table) -> QueueConfig:
    """[queue], [queue.wait] and [queue.never_reached]."""
    queue = QueueConfig(
        table.whole("dials", QueueConfig.dials, 1, MOST_CALLS),
        table.whole("tries", QueueConfig.tries, 1, MOST_CALLS),
        table.whole("give_up_hours", QueueConfig.give_up_hours, 1, 1000),
        _read_wait(table.table("wait")),
        table.whole("spread", QueueConfig.spread, 0, 100),
        _read_never_reached(table.table("never_reached")),
        table.whole("faxes_per_call", QueueConfig.faxes_per_call, 1, MOST_CALLS),
        table.whole("remember_days", QueueConfig.remember_days, 0, 365),
        table.whole("max_faxes_per_hour", QueueConfig.max_faxes_per_hour, 0, 1_000_000),
        table.whole("max_waiting_megabytes", QueueConfig.max_waiting_megabytes, 0, 1_000_000),
        table.whole("stop_seconds", QueueConfig.stop_seconds, 0, 480),
        read_people(table, "urgent"),
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


def _read_never_reached(table: Table) -> Mapping[Outcome, int]:
    calls = dict(NEVER_REACHED)
    for outcome in sorted(RETRY & UNREACHED, key=lambda each: each.value):
        value = table.whole(outcome.value, calls.get(outcome, 0), 0, MOST_CALLS)
        if value:
            calls[outcome] = value
        else:
            calls.pop(outcome, None)
    table.finish()
    return MappingProxyType(calls)
