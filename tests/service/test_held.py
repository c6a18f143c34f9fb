# SPDX-License-Identifier: GPL-3.0-or-later
"""Faxes that are held, released, and sent later: before a call, in the middle of one, over restarts."""

import asyncio
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from faxcore.api.api_error import ApiError
from faxcore.contract.bus import ErrorCode
from faxcore.contract.sent_fax import Job
from faxcore.queue import scheduler
from faxcore.service import FaxService
from faxcore.store.ids_and_times import format_time
from tests.support.service_parts import (
    ME,
    OTHER,
    Gate,
    WaitingComposer,
    document,
    forbid_breaking_off,
    log,
    running,
    script,
    submit,
)
from tests.support.waiting import until

TO, ELSEWHERE = "0199000002", "0199000007"


async def show(service: FaxService, job: str) -> Job:
    return (await service.api.show_job(ME, job)).job


async def refused(work: Any) -> ErrorCode:
    with pytest.raises(ApiError) as error:
        await work
    return error.value.code


def test_a_held_fax_waits_until_it_is_released(tmp_path: Path) -> None:
    async def main() -> None:
        async with running(tmp_path) as (service, listener):
            first = await submit(service, document(tmp_path))
            await listener.until_dialling(first)
            held = await submit(service, document(tmp_path), ELSEWHERE)
            await service.api.hold_job(ME, held)
            assert (await listener.until_job(held, "held")).state.value == "held"
            assert await refused(service.api.hold_job(ME, held)) is ErrorCode.STATE
            gate.let_through()
            await listener.until_job(first, "done")
            # The line is free, and what comes after it goes before it.
            later = await submit(service, document(tmp_path), ELSEWHERE)
            await listener.until_job(later, "done")
            assert (await show(service, held)).state.value == "held"
            assert (await service.api.status(ME)).queued == 1
            await service.api.release_job(ME, held)
            await listener.until_job(held, "done")
            for work in (service.api.hold_job, service.api.release_job):
                assert await refused(work(ME, held)) is ErrorCode.STATE
                assert await refused(work(OTHER, held)) is ErrorCode.UNKNOWN

    gate = Gate(tmp_path)
    script(tmp_path, {TO: ["ok-slow"], ELSEWHERE: ["ok"]})
    asyncio.run(main())
    gate.close()


def test_a_fax_held_in_the_middle_of_a_call_goes_on_where_it_was(tmp_path: Path) -> None:
    async def main() -> None:
        async with running(tmp_path) as (service, listener):
            job = await submit(service, document(tmp_path))
            await listener.until(lambda _person, _name, news: isinstance(news, Job) and news.confirmed == 1)
            await service.api.hold_job(ME, job)
            held = await listener.until_job(job, "held")
            assert (held.confirmed, held.next_try) == (1, "")
            await service.api.release_job(ME, job)
            await listener.until_job(job, "done")

    script(tmp_path, {TO: ["hang-after-1", "ok"]})
    asyncio.run(main())
    assert [line for line in log(tmp_path) if line.startswith("dial")] == [f"dial {TO} 1", f"dial {TO} 2"]


def test_holding_takes_no_try(tmp_path: Path) -> None:
    async def main() -> None:
        async with running(tmp_path) as (service, listener):
            job = await submit(service, document(tmp_path))
            for calls in range(1, 5):
                await until("the call", lambda calls=calls: log(tmp_path).count(f"dial {TO} 1") == calls)
                await service.api.hold_job(ME, job)
                await until_state(service, job, "held")
                assert (await show(service, job)).dials == 0
                await service.api.release_job(ME, job)
            await listener.until_job(job, "done")

    script(tmp_path, {TO: ["hang", "hang", "hang", "hang", "ok"]})
    asyncio.run(main())


async def until_state(service: FaxService, job: str, state: str) -> None:
    """Return when the job is in this state, again perhaps."""

    def is_there() -> bool:
        found = service.store.jobs.get(job)
        return found is not None and found.state.value == state

    await until(f"the fax to be {state}", is_there)


def test_a_fax_held_while_its_pages_are_made_is_not_dialled(tmp_path: Path) -> None:
    async def main() -> None:
        composer = WaitingComposer()

        async with running(tmp_path, composer=composer) as (service, listener):
            job = await submit(service, document(tmp_path))
            await composer.composing.wait()
            await service.api.hold_job(ME, job)
            composer.may_go_on.set()
            assert (await listener.until_job(job, "held")).dials == 0
            assert log(tmp_path) == []
            await service.api.release_job(ME, job)
            await listener.until_job(job, "done")

    script(tmp_path, {TO: ["ok"]})
    asyncio.run(main())


def test_a_wish_to_hold_is_taken_back_before_the_call_has_ended(tmp_path: Path) -> None:
    async def main() -> None:
        async with running(tmp_path) as (service, listener):
            job = await submit(service, document(tmp_path))
            await listener.until_dialling(job)
            service.store.jobs.request_hold(job)
            await service.api.release_job(ME, job)
            gate.let_through()
            await listener.until_job(job, "done")

    gate = Gate(tmp_path)
    script(tmp_path, {TO: ["ok-slow"]})
    asyncio.run(main())
    gate.close()


def test_a_call_that_fails_by_itself_leaves_a_fax_held_that_is_to_be(tmp_path: Path) -> None:
    """Even if nobody could break the call off: the wish is on disk."""

    async def main() -> None:
        async with running(tmp_path) as (service, listener):
            job = await submit(service, document(tmp_path))
            await listener.until_dialling(job)
            service.store.jobs.request_hold(job)
            gate.let_through()
            await listener.until_job(job, "held")

    gate = Gate(tmp_path)
    script(tmp_path, {TO: ["partial-slow"]})
    asyncio.run(main())
    gate.close()


def test_a_fax_whose_last_page_is_out_is_not_broken_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It may have arrived already: broken off now, nobody would know."""

    async def main() -> None:
        async with running(tmp_path) as (service, listener):
            job = await submit(service, document(tmp_path))
            await listener.until_job(job, "final-pending")
            await until("the other end to have it", lambda: log(tmp_path)[-1] == f"complete {TO}")
            forbid_breaking_off(monkeypatch)
            await service.api.hold_job(ME, job)
            monkeypatch.undo()
            assert (await show(service, job)).state.value == "final-pending"
            gate.let_through()
            assert (await listener.until_job(job, "done", "uncertain", "held")).state.value == "done"

    gate = Gate(tmp_path)
    script(tmp_path, {TO: ["ok-late"]})
    asyncio.run(main())
    gate.close()


def test_what_is_held_stays_so_over_a_restart(tmp_path: Path) -> None:
    async def main() -> None:
        async with running(tmp_path) as (service, listener):
            waiting, calling = [await submit(service, document(tmp_path), number) for number in (TO, ELSEWHERE)]
            await listener.until_dialling(waiting)
            await service.api.hold_job(ME, calling)
            service.store.jobs.request_hold(waiting)
        async with running(tmp_path) as (service, _listener):
            await until_state(service, waiting, "held")
            assert (await show(service, calling)).state.value == "held"
            await service.api.cancel_job(ME, calling)

    script(tmp_path, {TO: ["hang"], ELSEWHERE: ["ok"]})
    asyncio.run(main())


class HandClock:
    """A clock that goes on when it is told."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now


def test_a_fax_is_sent_at_its_time_even_if_the_clock_is_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The time is that of the clock on the wall: it does not move with the clock, as the time of a next try does."""

    async def main() -> None:
        clock = HandClock()
        at = clock.now + timedelta(hours=30)
        async with running(tmp_path, clock=clock) as (service, _listener):
            there = at.astimezone(timezone(timedelta(hours=-9))).isoformat()
            job = await submit(service, document(tmp_path), send_at=there)
            shown = await show(service, job)
            assert (shown.state.value, shown.next_try) == ("pending", format_time(at))
        for hours in (-5, 10, 29.9):
            clock.now = at + timedelta(hours=hours - 30)
            async with running(tmp_path, clock=clock) as (service, _listener):
                service.scheduler.turn()
                assert (await show(service, job)).state.value == "pending"
        async with running(tmp_path, clock=clock) as (service, listener):
            await until("the line", lambda: service.lines[0].free)
            for _each in range(10):
                await asyncio.sleep(0)  # the queue hears of the line
            clock.now = at  # Nobody tells it that: the clock was set, or the machine slept.
            await listener.until_job(job, "done")
            assert (await show(service, job)).next_try == ""

    monkeypatch.setattr(scheduler, "LOOK_SECONDS", 0.1)
    script(tmp_path, {TO: ["ok"]})
    asyncio.run(main())


def test_a_fax_for_later_that_was_held_still_waits_for_its_time(tmp_path: Path) -> None:
    async def main() -> None:
        clock = HandClock()
        async with running(tmp_path, clock=clock) as (service, listener):
            at = clock.now + timedelta(hours=2)
            job = await submit(service, document(tmp_path), send_at=at.isoformat())
            await service.api.hold_job(ME, job)
            assert (await show(service, job)).next_try == ""
            await service.api.release_job(ME, job)
            assert (await show(service, job)).state.value == "pending"
            await service.api.hold_job(ME, job)
            clock.now = at + timedelta(hours=1)
            service.scheduler.turn()
            assert (await show(service, job)).state.value == "held", "its time does not release it"
            await service.api.release_job(ME, job)
            await listener.until_job(job, "done")

    script(tmp_path, {TO: ["ok"]})
    asyncio.run(main())


def test_a_time_that_has_passed_is_now_and_what_is_no_time_is_refused(tmp_path: Path) -> None:
    async def main() -> None:
        async with running(tmp_path) as (service, listener):
            ago = (datetime.now(UTC) - timedelta(days=1)).isoformat()
            await listener.until_job(await submit(service, document(tmp_path), send_at=ago), "done")
            far = (datetime.now(UTC) + timedelta(days=400)).isoformat()
            for wrong in (
                "tomorrow",
                "2026-12-24T18:30",
                "9999-12-31T23:59:59-23:59",
                "\x1b[2J",
                far,
                "0001-01-01T00:00+09:00",
            ):
                assert await refused(submit(service, document(tmp_path), send_at=wrong)) is ErrorCode.BAD_ORDER

    script(tmp_path, {TO: ["ok"]})
    asyncio.run(main())
