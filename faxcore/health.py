# SPDX-License-Identifier: GPL-3.0-or-later
"""What the administrator should see to before a person misses a fax, looked at once in a while and told in the log.

Most of it is somebody else's: a disk that gets full or fails, a database that is away, a modem that says nothing. One
thing is a fault of ours: a fax that could go out, on a line that is free, and does not. It ends the service, which
recovers when it is started again.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final

from faxcore.contract.service_status import LineState
from faxcore.lines.worker_line import WorkerLine
from faxcore.model.sentence import Sentence
from faxcore.queue.scheduler import Scheduler
from faxcore.store.store import Store

log = logging.getLogger(__name__)

CHECK_SECONDS: Final = 20.0
SILENT_SECONDS: Final = 300.0
"""Seconds for which a line may be absent or starting, or a database away, before it is told."""
STUCK_SECONDS: Final = 120.0
"""Seconds for which a fax that could go out may stay."""
FAILING_SECONDS: Final = 3600.0
"""Seconds for which an error of the disk is told."""


Key = tuple[str, str]
Alarm = Callable[[Mapping[Key, Sentence], Mapping[Key, Sentence]], None]
"""Hears of what has begun to be wrong, and of what is well again, after each look."""


class Stuck(Exception):
    """A part of the service does not do its work."""


class Health:
    """Looks at disk, database, lines and queue."""

    def __init__(
        self,
        store: Store,
        lines: Callable[[], Sequence[WorkerLine]],
        scheduler: Scheduler,
        reserve: int,
        low: int,
        clock: Callable[[], float] = time.monotonic,
        seconds: float = CHECK_SECONDS,
        more: Callable[[], Iterable[Sentence]] = tuple,
        alarm: Alarm = lambda _begun, _over: None,
    ) -> None:
        """`seconds`: from one look to the next; `more`: what other parts of the service warn of; `alarm` hears of what
        is new, and of what is over.
        """
        self._store = store
        self._lines = lines
        self._scheduler = scheduler
        self._reserve = reserve
        self._low = low
        self._clock = clock
        self._seconds = seconds
        self._more = more
        self._alarm = alarm
        self._since: dict[str, float] = {}
        """When each thing that is not as it should be was seen first."""
        self._told: dict[tuple[str, str], Sentence] = {}
        self.checked = clock()
        """When everything was looked at last."""

    async def run(self) -> None:
        """Look at everything now and then, until cancelled. Stuck if a fault of ours must end the service."""
        while True:
            self.check()
            await asyncio.sleep(self._seconds)

    def check(self) -> None:
        """Look at everything, and log what is new, or over."""
        self._note_lasting()
        # One thing by what it is about, not by its figures: those change all the time.
        found = {
            (sentence.text, str(sentence.values.get("line", sentence.values.get("folder", "")))): sentence
            for sentence in self.warnings()
        }
        begun = {key: sentence for key, sentence in found.items() if key not in self._told}
        over = {key: sentence for key, sentence in self._told.items() if key not in found}
        for sentence in begun.values():
            log.error("%s", sentence)
        for sentence in over.values():
            log.info("no more: %s", sentence)
        self._told = found
        self._alarm(begun, over)
        self.checked = self._clock()
        waiting = [key for key in self._since if key.startswith("job ")]
        if waiting and self._lasts(waiting[0], STUCK_SECONDS):
            raise Stuck(f"{waiting[0]} could be sent for {STUCK_SECONDS:.0f} s, and is not")

    def warnings(self) -> tuple[Sentence, ...]:
        """Say what the administrator should see to, as it is now."""
        return tuple(self._find())

    def _find(self) -> Iterator[Sentence]:
        free = self._store.free_octets()
        if free < self._low:
            yield Sentence(
                "The disk of the fax service is nearly full: {free} MB are free. Below {least} MB, no call is answered"
                " and no fax is accepted.",
                {"free": free // 1_000_000, "least": self._reserve // 1_000_000},
            )
        failure = self._store.database.failure
        if failure is not None and self._clock() - failure.when < FAILING_SECONDS:
            yield Sentence(
                "The disk of the fax service does not work as it should ({reason}): see to it before faxes are lost.",
                {"reason": failure.reason},
            )
        if self._lasts("database", SILENT_SECONDS):
            yield Sentence("The database of the fax service has been away for minutes: no fax is sent or received.")
        lines = self._lines()
        if not lines:
            yield Sentence(
                "There is no telephone line yet: faxes wait, and none is received. “faxctl setup” finds a modem and"
                " makes a line of it."
            )
        for line in lines:
            if self._lasts(f"line {line.name}", SILENT_SECONDS):
                yield Sentence(
                    "The line {line} has not worked for minutes: {reason}",
                    {"line": line.name, "reason": line.detail or Sentence("its modem says nothing.")},
                )

        yield from self._more()

    def _note_lasting(self) -> None:
        """Note since when each thing is as it should not be, and forget those that are well again."""
        lasting = {
            f"line {line.name}" for line in self._lines() if line.state in (LineState.STARTING, LineState.ABSENT)
        }
        if self._store.database.is_away:
            lasting.add("database")
        job = self._scheduler.find_startable()
        if job:
            lasting.add(f"job {job}")
        self._since = {key: self._since.get(key, self._clock()) for key in lasting}

    def _lasts(self, key: str, seconds: float) -> bool:
        return key in self._since and self._clock() - self._since[key] >= seconds
