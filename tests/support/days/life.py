# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole of it: a service that works for so many days, with everything that befalls it."""

from __future__ import annotations

import asyncio
import logging
import time as real_time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta
from pathlib import Path
from random import Random
from typing import Final

from faxcore.config import Config, RetentionConfig
from faxcore.config.queue import QueueConfig
from faxcore.document.check import CHECKER
from faxcore.fax_folders.folder_watch import LOOK_SECONDS
from faxcore.health import CHECK_SECONDS
from faxcore.model.call import Outcome
from faxcore.service import FaxService, Parts
from tests.support.days.far_end import FarEnd
from tests.support.days.measures import Measured, find_growth, measure
from tests.support.days.office import SUMMER_ENDS, ZONE, Action, Office, Programs, at
from tests.support.days.played_worker import Workers
from tests.support.days.rules import Rules
from tests.support.service_parts import configured
from tests.support.small_disk import empty, fill, mount, unmount
from tests.support.virtual_time import VirtualLoop, WallClock

MEGABYTES: Final = 96
RESERVE: Final = 500_000
"""Octets of it below which nothing is taken on."""
SETTLED: Final = 5
"""The day from which everything must be flat: by then the database's cache and the rows of every rule are full."""
RETENTION: Final = RetentionConfig(sent=3, failed=4, received=3, bin=2, transcripts=4, news=2)


@dataclass
class Lived:
    """What has come of it."""

    mornings: list[Measured] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    """What should not have been."""
    retries: int = 0
    retries_in_double_hour: int = 0
    figures: dict[str, object] = field(default_factory=dict)


class _LogOfFaults(logging.Handler):
    """Takes in what a service says of its own faults."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.faults: list[str] = []
        self.errors = 0

    def emit(self, record: logging.LogRecord) -> None:
        self.errors += record.levelno >= logging.ERROR
        if record.exc_info or record.levelno >= logging.CRITICAL:
            self.faults.append(self.format(record))


def live(folder: Path, days: int, seed: int, faxes: int, calls: int, tell: Callable[[str], None] = print) -> Lived:
    """Live through so many days with so many faxes and calls in each; TZ must be the office's. Where root may mount
    one, the service has a disk of its own, which gets full.
    """
    disk = folder / "disk"
    disk.mkdir()
    mounted = mount(disk, MEGABYTES)
    try:
        return _live_on(disk, mounted, days, seed, faxes, calls, tell)
    finally:
        if mounted:
            unmount(disk)


def _live_on(
    folder: Path, gets_full: bool, days: int, seed: int, faxes: int, calls: int, tell: Callable[[str], None]
) -> Lived:
    handler, root = _LogOfFaults(), logging.getLogger()
    root.addHandler(handler)
    begun = real_time.monotonic()
    try:
        with asyncio.Runner(loop_factory=VirtualLoop) as runner:
            lived = runner.run(_begin(folder, days, seed, gets_full, faxes, calls, tell))
    finally:
        root.removeHandler(handler)
    lived.broken += handler.faults
    lived.figures |= {"errors in the log": handler.errors, "seconds": round(real_time.monotonic() - begun)}
    return lived


async def _begin(
    folder: Path, days: int, seed: int, gets_full: bool, faxes: int, calls: int, tell: Callable[[str], None]
) -> Lived:
    return await Life(folder, days, Random(seed), gets_full).run(faxes, calls, tell)


class Life:
    """One service, and its world."""

    def __init__(self, folder: Path, days: int, random: Random, gets_full: bool) -> None:
        self._loop = asyncio.get_running_loop()
        self._first = SUMMER_ENDS - timedelta(days=min(days // 2, 15))
        self._days = days
        self._gets_full = gets_full
        self._folder = folder
        self._clock = WallClock(at(self._first, time(6)), self._loop)
        self._far_end = FarEnd(random)
        self._workers = Workers(self._far_end)
        self._rules = Rules(self._clock, self._far_end)
        self._programs = Programs(self._rules.hear)
        (folder / "received").mkdir()
        config = replace(configured(folder, lines=2), queue=QueueConfig(remember_days=1), retention=RETENTION)
        self._service = self._rules.service = FaxService(config, self._programs, self._parts())
        self._office = Office(self._service, self._programs, self._clock, self._workers, random, folder)

    @property
    def _is_long(self) -> bool:
        return self._days > 7

    def _parts(self) -> Parts:
        return Parts(
            worker=lambda line: [line.name],
            starter=self._workers.start,
            composer=self._rules.compose,
            clock=self._clock.now,
            monotonic=self._loop.time,
            reserve=RESERVE,
            low=2 * RESERVE,
            check_seconds=CHECK_SECONDS if self._is_long else 120,
            look_seconds=LOOK_SECONDS if self._is_long else 1800,
            ahead=(CHECKER,),
        )

    async def run(self, faxes: int, calls: int, tell: Callable[[str], None]) -> Lived:
        """Live all days."""
        lived = Lived()
        self._loop.set_exception_handler(lambda _loop, context: lived.broken.append(str(context)))
        await self._service.start()
        try:
            for number in range(1, self._days + 1):
                day = self._first + timedelta(days=number - 1)
                share = 1.0 if day.weekday() < 5 or not self._is_long else 0.1
                await self._office.work(day, round(faxes * share), round(calls * share), self._incidents(day, number))
                if self._service.broken.is_set():
                    lived.broken.append(f"day {number}: a part of the service has stopped")
                    break
                self._rules.check_morning(self._office.said_again)
                lived.mornings.append(measure())
                tell(f"day {number:2}, {day}: {lived.mornings[-1]}")
        finally:
            await self._service.stop()
        lived.broken += self._rules.broken
        early = min(SETTLED, self._days - 1)
        if len(lived.mornings) == self._days:
            lived.broken += find_growth(lived.mornings[early - 1], lived.mornings[-1])
        office, rules = self._office, self._rules
        lived.retries, lived.retries_in_double_hour = rules.retries, rules.twice
        lived.figures = {
            "sent": office.sent,
            "called": office.called,
            "retries": rules.retries,
            "retries in the hour that comes twice": rules.twice,
            "latest retry": round(rules.latest, 3),
            "refused while the disk was full": office.refused,
            "fates": {fate.value: count for fate, count in self._far_end.fates.most_common()},
        }
        return lived

    # ------------------------------------------------------------ incidents

    def _incidents(self, day: date, number: int) -> dict[time, Action]:
        """What befalls the service on this day: Mondays to Wednesdays, or the first three of a few days."""
        return {
            0: {time(10, 17): self._set_clock(3600), time(15, 20): self._reload(number)},
            1: {
                time(9, 30): self._take_folder_away,
                time(12, 5): self._give_folder_back,
                time(14, 40): self._set_clock(-3600),
            },
            2: {time(11): self._fill_disk, (time(13) if self._is_long else time(12)): self._empty_disk}
            if self._gets_full
            else {},
        }.get(day.weekday() if self._is_long else number - 1, {})

    def _set_clock(self, seconds: float) -> Action:
        async def set_clock() -> None:
            self._clock.set_by(seconds)

        return set_clock

    def _reload(self, number: int) -> Action:
        """Another configuration: other waits, another speed, and a line whose worker starts anew."""

        async def reload() -> None:
            config: Config = self._service.config.value
            first, second = config.lines
            waits = {**config.queue.wait, Outcome.BUSY: 60 + number}
            changed = replace(
                config,
                queue=replace(config.queue, wait=waits),
                lines=(
                    replace(first, max_rate=9600 if number % 2 else 14400),
                    replace(second, setup=(f"S7={number}",)),
                ),
            )
            assert self._service.take_on(changed)

        return reload

    async def _take_folder_away(self) -> None:
        self._received.rename(self._folder / "away")
        self._received.write_text("a file where a folder was")

    async def _give_folder_back(self) -> None:
        self._received.unlink()
        (self._folder / "away").rename(self._received)

    @property
    def _received(self) -> Path:
        return self._service.config.value.received

    async def _fill_disk(self) -> None:
        fill(self._folder)
        self._office.disk_is_full = True
        self._rules.full_until = float("inf")

    async def _empty_disk(self) -> None:
        empty(self._folder)
        self._office.disk_is_full = False
        self._rules.full_until = self._loop.time()


def local_zone() -> str:
    """The name of the office's zone, for TZ."""
    return ZONE.key
