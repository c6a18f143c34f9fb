# SPDX-License-Identifier: GPL-3.0-or-later
"""A clock that is set (P15): a fax that waits for its next try sleeps as long as it should, no more and no less."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from types import MappingProxyType

import pytest

from faxcore.config import Config, QueueConfig
from faxcore.config.current import CurrentConfig
from faxcore.model.call import Outcome
from faxcore.model.job import State
from faxcore.queue.scheduler import Scheduler
from faxcore.reception.fetched_faxes import FetchedFaxes
from faxcore.store.store import Store
from tests.support.days.far_end import FarEnd, Fate
from tests.support.days.played_worker import Workers
from tests.support.service_parts import configured, document, is_job, running, script, submit
from tests.support.virtual_time import VirtualLoop, WallClock

TO = "0199000002"
DAY = timedelta(days=1)


class Clocks:
    """The wall clock and the monotonic one, which go on together, and one of which can be set."""

    def __init__(self) -> None:
        self.wall = datetime.now(UTC)
        self.monotonic = 1000.0

    def go_on(self, seconds: float) -> None:
        self.wall += timedelta(seconds=seconds)
        self.monotonic += seconds


@pytest.fixture
def asleep(tmp_path: Path, database: str) -> tuple[Config, str]:
    """A configuration, and a fax that sleeps for 60 seconds."""
    waits = QueueConfig(wait=MappingProxyType({Outcome.BUSY: 60, Outcome.NO_ANSWER: 300}), spread=0)
    config = replace(configured(tmp_path), queue=waits)

    async def main() -> str:
        async with running(tmp_path, config) as (service, listener):
            job = await submit(service, document(tmp_path), TO)
            await listener.until_job(job, "sleeping")
            return job

    script(tmp_path, {TO: ["busy"]})
    return config, asyncio.run(main())


def scheduler(config: Config, clocks: Clocks) -> tuple[Store, Scheduler]:
    """The queue as it starts, without a line."""
    store = Store(config.state, lambda: clocks.wall, config.store.url)
    fetched = FetchedFaxes(store, lambda _reception, _report: None)
    told = lambda _job: None  # noqa: E731
    made = Scheduler(store, CurrentConfig(config), list, told, fetched, monotonic=lambda: clocks.monotonic)
    return store, made


def test_a_clock_set_back_while_a_fax_waits(asleep: tuple[Config, str]) -> None:
    config, job = asleep
    clocks = Clocks()
    store, queue = scheduler(config, clocks)
    before = queue.turn()
    assert before is not None and 50 < before <= 60
    clocks.go_on(20)
    clocks.wall -= DAY
    assert queue.turn() == pytest.approx(before - 20, abs=0.1)
    clocks.go_on(before - 21)
    assert queue.turn() == pytest.approx(1, abs=0.1)
    clocks.go_on(2)
    queue.turn()
    found = store.jobs.get(job)
    assert found is not None and found.state is State.READY
    store.close()


def test_a_clock_set_back_while_the_service_was_down(asleep: tuple[Config, str]) -> None:
    config, _job = asleep
    clocks = Clocks()
    clocks.wall -= DAY
    store, queue = scheduler(config, clocks)
    assert queue.turn() == pytest.approx(300), "the longest wait of the configuration"
    store.close()


def test_a_clock_that_is_right_changes_nothing(asleep: tuple[Config, str]) -> None:
    config, job = asleep
    clocks = Clocks()
    store, queue = scheduler(config, clocks)
    queue.turn()
    found = store.jobs.get(job)
    for _ in range(5):
        clocks.go_on(5)
        queue.turn()
    assert store.jobs.get(job) == found
    store.close()


def test_a_clock_set_forward_while_a_fax_waits(asleep: tuple[Config, str]) -> None:
    config, job = asleep
    clocks = Clocks()
    store, queue = scheduler(config, clocks)
    before = queue.turn()
    assert before is not None
    clocks.wall += DAY
    assert queue.turn() == pytest.approx(before, abs=0.1)
    clocks.go_on(before + 1)
    queue.turn()
    found = store.jobs.get(job)
    assert found is not None and found.state is State.READY
    store.close()


@pytest.mark.parametrize("step", [-3600.0, 3600.0])
def test_a_clock_set_while_a_call_lasts(tmp_path: Path, step: float) -> None:
    """The queue has not looked since: the time of the next try is written first."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        runner.run(set_clock_in_call(tmp_path, step))


async def set_clock_in_call(folder: Path, step: float) -> None:
    loop = asyncio.get_running_loop()
    clock = WallClock(datetime.now(UTC), loop)
    far_end = FarEnd(Random(1), always=Fate.BUSY)
    config = replace(configured(folder), queue=QueueConfig(wait=MappingProxyType({Outcome.BUSY: 60}), spread=0))
    virtual = {
        "worker": lambda line: [line.name],
        "starter": Workers(far_end).start,
        "clock": clock.now,
        "monotonic": loop.time,
    }
    async with running(folder, config, **virtual) as (service, listener):
        job = await submit(service, document(folder), TO)
        await listener.until_dialling(job)
        clock.set_by(step)
        await listener.until_job(job, "sleeping")
        ended = loop.time()
        await listener.until(
            lambda _person, _name, news: is_job(news, job) and news.state is State.READY and news.dials
        )
        assert loop.time() - ended == pytest.approx(60, abs=0.1)
