# SPDX-License-Identifier: GPL-3.0-or-later
"""A clock that is set back (P15): a fax that waits for its next try does not sleep a day longer for it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType

import pytest

from faxcore.config import Config, QueueConfig
from faxcore.config.current import CurrentConfig
from faxcore.model.call import Outcome
from faxcore.model.job import State
from faxcore.queue.scheduler import Scheduler
from faxcore.store.ids_and_times import format_time
from faxcore.store.store import Store
from tests.support.service_parts import configured, document, running, script, submit

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
    waits = QueueConfig(wait=MappingProxyType({Outcome.BUSY: 60, Outcome.NO_ANSWER: 300}))
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
    made = Scheduler(store, CurrentConfig(config), list, lambda _job: None, monotonic=lambda: clocks.monotonic)
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
    clocks.wall += DAY
    queue.turn()
    found = store.jobs.get(job)
    assert found is not None and found.state is State.READY, "a try too early harms nobody"
    assert found.created < format_time(clocks.wall)
    store.close()
