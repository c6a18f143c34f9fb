# SPDX-License-Identifier: GPL-3.0-or-later
"""A fax is given up when it should be: after so many calls of each kind, and when its time is over."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType

import pytest

from faxcore.api.api_error import ApiError
from faxcore.config import QueueConfig
from faxcore.contract.bus import ErrorCode
from faxcore.contract.sent_fax import Job, Verdict
from faxcore.model.call import Outcome
from faxcore.service import FaxService
from tests.service.test_crashes import kill_at
from tests.support.service_parts import ME, Listener, NoWait, configured, document, running, script, submit

TO = "0199000002"
HOUR = timedelta(hours=1)


class Clock:
    """A clock on the wall that is set by hand."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now


class Monotonic:
    """A monotonic clock that is moved by hand."""

    now = 1000.0


async def ended(listener: Listener, service: FaxService, folder: Path, state: str) -> Job:
    """A fax that was sent to TO, once it is in this state."""
    job = await submit(service, document(folder))
    return await listener.until_job(job, state)


def test_the_same_page_is_tried_three_times_and_pages_that_get_through_count_anew(tmp_path: Path) -> None:
    config = replace(configured(tmp_path), queue=QueueConfig(wait=NoWait()))

    async def main() -> Job:
        async with running(tmp_path, config) as (service, listener):
            return await ended(listener, service, tmp_path, "failed")

    script(tmp_path, {TO: ["silent", "silent", "partial", "silent", "silent", "silent", "ok"]})
    job = asyncio.run(main())
    assert (job.dials, job.tries, job.confirmed) == (6, 6, 1)
    assert str(job.reason).endswith("Given up: the same page did not get through in 3 calls.")


def test_a_number_where_no_fax_machine_ever_answered_is_called_twice(tmp_path: Path) -> None:
    config = replace(configured(tmp_path), queue=QueueConfig(wait=NoWait()))

    async def main() -> None:
        async with running(tmp_path, config) as (service, listener):
            wrong = await ended(listener, service, tmp_path, "failed")
            assert (wrong.dials, wrong.tries) == (2, 0)
            assert str(wrong.reason).endswith("Given up: no fax machine has ever answered at this number.")
            # The person at the other end has plugged the fax machine in: from now on it is one's number.
            assert (await ended(listener, service, tmp_path, "done")).dials == 1
            assert (await ended(listener, service, tmp_path, "done")).dials == 4

    script(tmp_path, {TO: ["no-fax", "no-fax", "ok", "no-fax", "no-fax", "no-fax", "ok"]})
    asyncio.run(main())


def test_the_time_for_trying_begins_with_the_first_call_and_ends(tmp_path: Path, database: str) -> None:
    clock, monotonic = Clock(), Monotonic()
    waits = QueueConfig(wait=MappingProxyType({Outcome.BUSY: 3600}), spread=0)
    config = replace(configured(tmp_path), queue=waits)

    async def main() -> None:
        async with running(tmp_path, config, clock=clock, monotonic=lambda: monotonic.now) as (service, listener):
            job = await submit(service, document(tmp_path))
            sleeping = await listener.until_job(job, "sleeping")
            assert datetime.fromisoformat(sleeping.give_up_at) - clock.now == pytest.approx(3 * HOUR, abs=HOUR / 60)
            for state in ("sleeping", "failed"):
                listener.heard.clear()
                clock.now += HOUR
                monotonic.now += HOUR.total_seconds()
                service.scheduler.wake()
                failed = await listener.until_job(job, state)
            assert (failed.state.value, failed.dials) == ("failed", 3)
            assert str(failed.reason) == "The end is busy. Given up: the time in which it was to be sent is over."
            assert failed.give_up_at == ""

    script(tmp_path, {TO: ["busy"]})
    asyncio.run(main())


def test_a_call_that_dialled_nothing_begins_no_time(tmp_path: Path) -> None:
    waits = QueueConfig(wait=MappingProxyType({Outcome.MODEM: 3600}), spread=0)

    async def main() -> None:
        async with running(tmp_path, replace(configured(tmp_path), queue=waits)) as (service, listener):
            sleeping = await listener.until_job(await submit(service, document(tmp_path)), "sleeping")
            assert (sleeping.dials, sleeping.give_up_at) == (0, "")

    script(tmp_path, {TO: ["modem"]})
    asyncio.run(main())


def test_a_fax_that_waits_for_a_line_is_given_up_at_its_senders_time_and_told_of(tmp_path: Path) -> None:
    clock = Clock()

    async def main() -> None:
        async with running(tmp_path, clock=clock) as (service, listener):
            at = (clock.now + HOUR).isoformat()
            late = await submit(service, document(tmp_path), give_up_at=at)
            patient = await submit(service, document(tmp_path), "0199000007")
            clock.now += timedelta(days=3)
            service.scheduler.wake()
            failed = await listener.until_job(late, "failed")
            assert failed.dials == 0
            assert "No line was free" in str(failed.reason)
            assert (await service.api.show_job(ME, patient)).job.state.value == "ready", "its time has not begun"

    script(tmp_path, absent={"line-1": "There is none."})
    asyncio.run(main())


def test_a_person_who_releases_or_sends_again_gives_all_the_time_anew(tmp_path: Path) -> None:
    clock = Clock()
    waits = QueueConfig(wait=MappingProxyType({Outcome.BUSY: 3600}), spread=0)

    async def main() -> None:
        async with running(tmp_path, replace(configured(tmp_path), queue=waits), clock=clock) as (service, listener):
            job = await submit(service, document(tmp_path))
            before = (await listener.until_job(job, "sleeping")).give_up_at
            await service.api.hold_job(ME, job)
            clock.now += timedelta(days=2)
            service.scheduler.wake()
            assert (await service.api.show_job(ME, job)).job.state.value == "held", "it is not given up meanwhile"
            listener.heard.clear()
            await service.api.release_job(ME, job)
            ready = await listener.until_job(job, "ready", "active")
            assert ready.give_up_at == "" or ready.give_up_at > before, "two days ago is no deadline of today"
            await listener.until_job(job, "uncertain")
            await service.api.resolve_job(ME, job, Verdict.AGAIN)
            after = await listener.until_job(job, "sleeping")
            assert (after.dials, after.give_up_at > before) == (1, True)

    script(tmp_path, {TO: ["busy", "unconfirmed", "busy"]})
    asyncio.run(main())


def test_a_service_that_is_restarted_in_each_call_does_not_dial_for_ever(tmp_path: Path, database: str) -> None:
    config = replace(configured(tmp_path), queue=QueueConfig(dials=1, wait=NoWait()))

    async def main() -> Job:
        async with running(tmp_path, config) as (service, listener):
            (job,) = await service.api.list_jobs(ME)
            return await listener.until_job(job.id, "failed")

    document(tmp_path)
    script(tmp_path, {TO: ["ok"]})
    kill_at("composed, not dialled", tmp_path)
    assert asyncio.run(main()).dials == 1


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_time_to_give_up_before_the_time_to_send_is_refused(tmp_path: Path, hours: int) -> None:
    async def main() -> None:
        async with running(tmp_path) as (service, _listener):
            now = datetime.now(UTC)
            with pytest.raises(ApiError) as refused:
                await submit(
                    service,
                    document(tmp_path),
                    send_at=(now + 2 * HOUR).isoformat(),
                    give_up_at=(now + hours * HOUR).isoformat(),
                )
            assert refused.value.code is ErrorCode.BAD_ORDER
            assert await service.api.list_jobs(ME) == []

    script(tmp_path)
    asyncio.run(main())
