# SPDX-License-Identifier: GPL-3.0-or-later
"""Of a user who asks without end, so much is read and no more; of one who asks now and then, everything at once."""

from __future__ import annotations

import asyncio
import time

import pytest

from faxcore.bus.share import Share, metered

PART, AT_ONCE = 0.25, 0.1


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_whoever_always_has_more_gets_a_part_of_the_time() -> None:
    clock = Clock()
    share, read = Share(PART, AT_ONCE, clock), 0.0
    while clock.now < 1100:
        clock.now += share.wait()
        share.charge(0.01)
        clock.now += 0.01
        read += 0.01
    assert read == pytest.approx(100 * PART, abs=2 * AT_ONCE)


def test_what_one_may_ask_for_at_once_is_read_at_once() -> None:
    share = Share(PART, AT_ONCE, Clock())
    for _message in range(10):
        assert share.wait() == 0
        share.charge(AT_ONCE / 10)
    assert share.wait() == 0
    share.charge(AT_ONCE / 10)
    assert share.wait() == pytest.approx(AT_ONCE / 10 / PART)


def test_a_long_silence_saves_nothing_up() -> None:
    clock = Clock()
    share = Share(PART, AT_ONCE, clock)
    clock.now += 3600
    share.charge(2 * AT_ONCE)
    assert share.wait() == pytest.approx(AT_ONCE / PART)


class Trouble(Exception):
    pass


def spin(seconds: float) -> None:
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        continue


def test_work_is_charged_for_its_own_time_and_nobody_elses() -> None:
    async def work(mine: float) -> str:
        spin(mine)
        await asyncio.sleep(0)
        spin(mine)
        try:
            await asyncio.wait_for(asyncio.Event().wait(), 0)
        except TimeoutError:
            return "late"
        return "never"

    async def main() -> None:
        charged: list[float] = []
        found = await asyncio.gather(metered_task(work(0.02), charged), work(0.1))
        assert found == ["late", "late"]
        assert 0.04 <= sum(charged) < 0.08

    async def metered_task(coroutine: object, charged: list[float]) -> str:
        return await metered(coroutine, charged.append)  # type: ignore[arg-type, misc]

    asyncio.run(main())


def test_an_error_of_the_work_goes_through_and_a_cancellation_into_it() -> None:
    async def fail() -> None:
        await asyncio.sleep(0)
        raise Trouble

    ended: list[str] = []

    async def wait() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("cancelled")

    async def run(work: object) -> None:
        await metered(work, lambda _seconds: None)  # type: ignore[arg-type, misc]

    async def main() -> None:
        with pytest.raises(Trouble):
            await run(fail())
        task = asyncio.ensure_future(run(wait()))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert ended == ["cancelled"]

    asyncio.run(main())
