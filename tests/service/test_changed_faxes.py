# SPDX-License-Identifier: GPL-3.0-or-later
"""Faxes that are changed after they were handed in: number, header, times, priority; waiting, and in a call."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from faxcore.api.api_error import ApiError
from faxcore.config import Config, DiallingConfig, QueueConfig
from faxcore.contract.bus import ErrorCode
from faxcore.contract.listed import FaxQuery
from faxcore.contract.order import JobChange
from faxcore.contract.sent_fax import Job, Verdict
from faxcore.dialling.numbers import destination
from faxcore.model.call import RETRY
from faxcore.model.priority import Priority
from faxcore.service import FaxService
from faxcore.store import schema
from faxcore.store.wish import Wish
from tests.service.test_broadcasts import faxes_of, send_to_many
from tests.support.archived import archived, stamp, until_filed
from tests.support.service_parts import (
    ME,
    OTHER,
    Gate,
    Listener,
    NoWait,
    configured,
    document,
    forbid_breaking_off,
    log,
    running,
    script,
    submit,
)
from tests.support.waiting import until

TO, ELSEWHERE = "0199000002", "0199000007"
HOUR = timedelta(hours=1)


class HandClock:
    """A clock that goes on when it is told."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC).replace(microsecond=0)

    def __call__(self) -> datetime:
        return self.now

    def at(self, hours: float) -> str:
        """The time in so many hours."""
        return (self.now + hours * HOUR).isoformat()


def patient(folder: Path, **queue: Any) -> Config:
    """A service that waits for an hour between two calls."""
    waits = QueueConfig(wait=MappingProxyType(dict.fromkeys(RETRY, 3600)), spread=0, **queue)
    return replace(configured(folder), queue=waits)


async def show(service: FaxService, job: str) -> Job:
    return (await service.api.show_job(ME, job)).job


async def change(service: FaxService, job: str, **changes: Any) -> Job:
    await service.api.change_job(ME, job, JobChange(**changes))
    return await show(service, job)


async def refused(service: FaxService, job: str, person: str = ME, **changes: Any) -> ApiError:
    with pytest.raises(ApiError) as error:
        await service.api.change_job(person, job, JobChange(**changes))
    return error.value


async def found(service: FaxService, words: str) -> list[str]:
    return [job.id for job in (await service.api.list_faxes(ME, FaxQuery(words=words))).jobs]


async def until_first_page(listener: Listener, job: str) -> None:
    await listener.until(lambda _person, _name, news: isinstance(news, Job) and (news.id, news.confirmed) == (job, 1))


def dialled(folder: Path) -> list[str]:
    return [line for line in log(folder) if line.startswith(("dial ", "complete "))]


def test_a_fax_that_sleeps_goes_to_another_number_anew_and_at_once(tmp_path: Path) -> None:
    async def main() -> None:
        async with running(tmp_path, patient(tmp_path)) as (service, listener):
            job = await submit(service, document(tmp_path), subject="Roof")
            asleep = await listener.until_job(job, "sleeping")
            assert (asleep.confirmed, asleep.dials, asleep.tries) == (1, 1, 1)
            listener.heard.clear()
            await service.api.change_job(ME, job, JobChange(number="+33 1 99 00 00 07#12"))
            ready = await listener.until_job(job, "ready")
            assert (ready.number, ready.recipient) == ("01 99 00 00 07 #12", "Martin")
            assert (ready.confirmed, ready.dials, ready.tries, ready.next_try) == (0, 0, 0, "")
            assert (str(ready.reason), ready.give_up_at) == ("", "")
            done = await listener.until_job(job, "done")
            assert (done.confirmed, done.dials, done.tries) == (2, 1, 1)
            calls = (await service.api.show_job(ME, job)).calls
            assert [call.number for call in calls] == ["+33199000002", "+33199000007"], "who pays sees both"
            assert await found(service, "0199000007") == await found(service, "Roof Martin") == [job]
            assert await found(service, TO) == []

    script(tmp_path, {TO: ["partial"], ELSEWHERE: ["ok"]})
    asyncio.run(main())
    assert dialled(tmp_path) == [f"dial {TO} 1", f"dial {ELSEWHERE} 1", f"complete {ELSEWHERE}"]
    assert f"for {ELSEWHERE} 12" in log(tmp_path)


def test_a_fax_goes_to_another_number_in_the_middle_of_its_call(tmp_path: Path) -> None:
    async def main() -> None:
        async with running(tmp_path, patient(tmp_path)) as (service, listener):
            job = await submit(service, document(tmp_path))
            await until_first_page(listener, job)
            during = await change(service, job, number=ELSEWHERE)
            assert (during.state.value, during.number) == ("active", "01 99 00 00 02"), "what is being called is told"
            done = await listener.until_job(job, "done")
            assert (done.number, done.confirmed, done.dials, done.tries) == ("01 99 00 00 07", 2, 1, 1)
            assert await found(service, ELSEWHERE) == [job]
            assert service.store.database.count(schema.confirmation) == 2

    script(tmp_path, {TO: ["hang-after-1"], ELSEWHERE: ["ok"]})
    asyncio.run(main())
    assert dialled(tmp_path) == [f"dial {TO} 1", f"dial {ELSEWHERE} 1", f"complete {ELSEWHERE}"]


def test_a_call_whose_bound_is_reached_ends_no_fax_that_goes_elsewhere(tmp_path: Path) -> None:
    """Even if the call could not be broken off: what was wished is on disk."""

    async def main() -> None:
        async with running(tmp_path, patient(tmp_path, dials=1)) as (service, listener):
            job = await submit(service, document(tmp_path))
            await listener.until_dialling(job)
            wish_for(service, job, ELSEWHERE)
            gate.let_through()
            done = await listener.until_job(job, "done", "failed")
            assert (done.state.value, done.dials) == ("done", 1)

    gate = Gate(tmp_path)
    script(tmp_path, {TO: ["partial-slow"], ELSEWHERE: ["ok"]})
    asyncio.run(main())
    gate.close()


def wish_for(service: FaxService, job: str, number: str) -> None:
    """Let a person wish that a fax in a call goes to another number, without breaking its call off."""
    row = service.store.jobs.get(job)
    assert row is not None
    service.store.job_changes.request(row, Wish(to=destination(number, DiallingConfig())))


def test_a_fax_that_is_put_off_is_not_given_up_for_its_last_call(tmp_path: Path) -> None:
    async def main() -> None:
        async with running(tmp_path, patient(tmp_path, dials=1), clock=clock) as (service, listener):
            job = await submit(service, document(tmp_path))
            await listener.until_dialling(job)
            row = service.store.jobs.get(job)
            assert row is not None
            service.store.job_changes.request(row, Wish(send_at=clock.at(5)))
            gate.let_through()
            assert (await listener.until_job(job, "pending", "failed")).state.value == "pending"

    clock, gate = HandClock(), Gate(tmp_path)
    script(tmp_path, {TO: ["partial-slow"]})
    asyncio.run(main())
    gate.close()


def test_what_was_wished_in_a_call_is_done_after_a_restart(tmp_path: Path) -> None:
    async def main() -> None:
        async with running(tmp_path, patient(tmp_path, dials=1)) as (service, listener):
            job = await submit(service, document(tmp_path))
            await until_first_page(listener, job)
            wish_for(service, job, ELSEWHERE)
            service.store.jobs.request_hold(job)
        async with running(tmp_path, patient(tmp_path, dials=1)) as (service, listener):

            def is_held() -> bool:
                found = service.store.jobs.get(job)
                return found is not None and found.state.value == "held"

            await until("the fax to be held", is_held)
            held = await show(service, job)
            assert (held.number, held.confirmed, held.dials) == ("01 99 00 00 07", 0, 0)
            await service.api.release_job(ME, job)
            await listener.until_job(job, "done")

    script(tmp_path, {TO: ["die"], ELSEWHERE: ["ok"]})
    asyncio.run(main())


def test_a_wish_of_a_call_that_ended_in_doubt_is_not_done_later(tmp_path: Path) -> None:
    async def main() -> None:
        async with running(tmp_path, patient(tmp_path)) as (service, listener):
            job = await submit(service, document(tmp_path))
            await listener.until_dialling(job)
            wish_for(service, job, ELSEWHERE)
            gate.let_through()
            await listener.until_job(job, "uncertain")
            assert (await refused(service, job, number=ELSEWHERE)).code is ErrorCode.STATE
            await service.api.resolve_job(ME, job, Verdict.AGAIN)
            assert (await listener.until_job(job, "sleeping")).number == "01 99 00 00 02"

    gate = Gate(tmp_path)
    script(tmp_path, {TO: ["unconfirmed-slow", "busy"], ELSEWHERE: ["ok"]})
    asyncio.run(main())
    gate.close()


def test_a_fax_whose_last_page_is_out_stays_where_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        async with running(tmp_path) as (service, listener):
            job = await submit(service, document(tmp_path))
            await listener.until_job(job, "final-pending")
            await until("the other end to have it", lambda: log(tmp_path)[-1] == f"complete {TO}")
            forbid_breaking_off(monkeypatch)
            later = (datetime.now(UTC) + HOUR).isoformat()
            for wrong in ({"number": ELSEWHERE}, {"send_at": later}, {"header": "cover"}):
                assert (await refused(service, job, **wrong)).code is ErrorCode.STATE
            assert (await change(service, job, priority=Priority.BULK)).priority is Priority.BULK
            gate.let_through()
            await listener.until_job(job, "done")
            ended = await refused(service, job, priority=Priority.NORMAL)
            assert (ended.code, str(ended)) == (ErrorCode.STATE, "This cannot be done any more: the fax is sent.")

    gate = Gate(tmp_path)
    script(tmp_path, {TO: ["ok-late"]})
    asyncio.run(main())
    gate.close()


def test_a_number_is_judged_and_others_change_nothing(tmp_path: Path) -> None:
    async def main() -> None:
        async with running(tmp_path, patient(tmp_path)) as (service, listener):
            job = await submit(service, document(tmp_path))
            await listener.until_job(job, "sleeping")
            for number in ("112", "", "0899123456"):
                assert (await refused(service, job, number=number)).code is ErrorCode.BAD_NUMBER
            assert (await refused(service, job, OTHER, number=ELSEWHERE)).code is ErrorCode.UNKNOWN
            assert (await refused(service, job)).code is ErrorCode.BAD_ORDER
            assert (await refused(service, job, header="none")).code is ErrorCode.BAD_ORDER
            assert (await refused(service, job, priority=Priority.URGENT, number=ELSEWHERE)).code is ErrorCode.DENIED
            same = await change(service, job, number="+33 1 99 00 00 02")
            assert (same.state.value, same.confirmed, same.dials) == ("sleeping", 1, 1), "it is the same number"

    script(tmp_path, {TO: ["partial"]})
    asyncio.run(main())


def test_a_header_is_changed_as_long_as_no_page_has_arrived(tmp_path: Path) -> None:
    async def main() -> None:
        async with running(tmp_path, patient(tmp_path), clock=clock) as (service, listener):
            job = await submit(service, document(tmp_path), send_at=clock.at(5))
            covered = await change(service, job, header="cover")
            assert (covered.header, covered.pages, covered.state.value) == ("cover", 3, "pending")
            plain = await change(service, job, header="plain")
            assert (plain.header, plain.pages) == ("plain", 2)
            await change(service, job, send_at="")
            await listener.until_dialling(job)
            assert "hold it" in str(await refused(service, job, header="cover"))
            gate.let_through()
            await listener.until_job(job, "sleeping")
            wrong = await refused(service, job, header="cover")
            assert wrong.code is ErrorCode.STATE and "have arrived" in str(wrong)
            await service.api.hold_job(ME, job)
            both = await change(service, job, header="cover", number=ELSEWHERE)
            assert (both.header, both.pages, both.confirmed) == ("cover", 3, 0), "there, no page has arrived"

    clock, gate = HandClock(), Gate(tmp_path)
    script(tmp_path, {TO: ["partial-slow"]})
    asyncio.run(main())
    gate.close()


def test_a_header_of_one_fax_is_not_that_of_its_broadcast(tmp_path: Path) -> None:
    async def main() -> None:
        async with running(tmp_path) as (service, _listener):
            names = f"number\n{TO}\n{ELSEWHERE}\n"
            begun = await send_to_many(service, tmp_path, names, send_at=(datetime.now(UTC) + HOUR).isoformat())
            first, second = await faxes_of(service, begun.id)
            await change(service, first.id, header="cover")
            assert [job.header for job in await faxes_of(service, begun.id)] == ["cover", "plain"]
            taken = await refused(service, first.id, number=second.number)
            assert (taken.code, str(taken)) == (
                ErrorCode.BAD_ORDER,
                f"Another fax of the same broadcast goes to {second.number}.",
            )
            await change(service, first.id, number=f"{second.number}#5")
            assert (await refused(service, second.id, number=f"{second.number}#5")).code is ErrorCode.BAD_ORDER

    script(tmp_path)
    asyncio.run(main())


def test_two_faxes_of_a_broadcast_are_not_wished_to_one_number(tmp_path: Path) -> None:
    async def main() -> None:
        async with running(tmp_path) as (service, listener):
            begun = await send_to_many(service, tmp_path, f"number\n{TO}\n{ELSEWHERE}\n")
            calling, waiting = sorted(await faxes_of(service, begun.id), key=lambda job: job.id)
            await listener.until_dialling(calling.id)
            wish_for(service, calling.id, "0199000009")
            assert (await refused(service, waiting.id, number="0199000009")).code is ErrorCode.BAD_ORDER
            await service.api.cancel_broadcast(ME, begun.id)

    script(tmp_path, {TO: ["hang"], ELSEWHERE: ["ok"]})
    asyncio.run(main())


def test_the_time_to_send_is_changed_in_every_state_that_waits(tmp_path: Path) -> None:
    async def main() -> None:
        async with running(tmp_path, patient(tmp_path), clock=clock) as (service, listener):
            job = await submit(service, document(tmp_path))
            asleep = await listener.until_job(job, "sleeping")
            assert asleep.give_up_at
            later = await change(service, job, send_at=clock.at(30))
            assert (later.state.value, datetime.fromisoformat(later.next_try)) == ("pending", clock.now + 30 * HOUR)
            assert (later.give_up_at, later.dials) == ("", 1), "its time has not begun, its calls have been made"
            sooner = await change(service, job, send_at=clock.at(20))
            assert (sooner.state.value, datetime.fromisoformat(sooner.next_try)) == ("pending", clock.now + 20 * HOUR)
            await service.api.hold_job(ME, job)
            assert (await change(service, job, send_at=clock.at(10))).state.value == "held"
            await service.api.release_job(ME, job)
            assert datetime.fromisoformat((await show(service, job)).next_try) == clock.now + 10 * HOUR
            clock.now += 9 * HOUR
            service.scheduler.turn()
            assert (await show(service, job)).state.value == "pending"
            clock.now += HOUR
            service.scheduler.wake()
            listener.heard.clear()
            assert (await listener.until_job(job, "sleeping")).dials == 2
            listener.heard.clear()
            await change(service, job, send_at="")
            await listener.until_job(job, "done")

    clock = HandClock()
    script(tmp_path, {TO: ["busy", "busy", "ok"]})
    asyncio.run(main())


def test_a_fax_that_waits_for_a_line_is_put_off(tmp_path: Path) -> None:
    async def main() -> None:
        async with running(tmp_path, patient(tmp_path), clock=clock) as (service, _listener):
            job = await submit(service, document(tmp_path))
            assert (await change(service, job, send_at=clock.at(2))).state.value == "pending"
            assert (await change(service, job, send_at=clock.at(-2))).state.value == "ready"

    clock = HandClock()
    script(tmp_path, absent={"line-1": "There is none."})
    asyncio.run(main())


def test_a_fax_is_put_off_in_the_middle_of_its_call_and_goes_on_where_it_was(tmp_path: Path) -> None:
    async def main() -> None:
        async with running(tmp_path, patient(tmp_path), clock=clock) as (service, listener):
            job = await submit(service, document(tmp_path))
            await until_first_page(listener, job)
            await change(service, job, send_at="")  # it is being sent at once
            await change(service, job, send_at=clock.at(5))
            put_off = await listener.until_job(job, "pending")
            assert (put_off.confirmed, datetime.fromisoformat(put_off.next_try)) == (1, clock.now + 5 * HOUR)
            clock.now += 5 * HOUR
            service.scheduler.wake()
            await listener.until_job(job, "done")

    clock = HandClock()
    script(tmp_path, {TO: ["hang-after-1", "ok"]})
    asyncio.run(main())
    assert dialled(tmp_path) == [f"dial {TO} 1", f"dial {TO} 2", f"complete {TO}"]


def test_a_fax_that_was_put_off_in_its_call_goes_at_once_after_all(tmp_path: Path) -> None:
    """Its call may last for a while: what was wished last counts, and the end of its time is judged by that."""

    async def main() -> None:
        async with running(tmp_path, patient(tmp_path), clock=clock) as (service, listener):
            job = await submit(service, document(tmp_path))
            await listener.until_dialling(job)
            await change(service, job, send_at=clock.at(5))
            assert (await refused(service, job, give_up_at=clock.at(4))).code is ErrorCode.BAD_ORDER
            await change(service, job, send_at="")
            await change(service, job, give_up_at=clock.at(4))
            gate.let_through()
            await listener.until_job(job, "pending", "done")
            assert (await show(service, job)).state.value == "done"

    clock, gate = HandClock(), Gate(tmp_path)
    script(tmp_path, {TO: ["partial-slow", "ok"]})
    asyncio.run(main())
    gate.close()


def test_the_end_of_the_time_is_changed(tmp_path: Path) -> None:
    async def main() -> None:
        async with running(tmp_path, patient(tmp_path), clock=clock) as (service, listener):
            job = await submit(service, document(tmp_path))
            await listener.until_job(job, "sleeping")
            sooner = await change(service, job, give_up_at=clock.at(0.5))
            assert datetime.fromisoformat(sooner.give_up_at) == clock.now + 0.5 * HOUR
            assert sooner.state.value == "sleeping"
            for wrong in ({"give_up_at": clock.at(-1)}, {"send_at": clock.at(1)}, {"give_up_at": "tomorrow"}):
                assert (await refused(service, job, **wrong)).code is ErrorCode.BAD_ORDER
            assert (await change(service, job, give_up_at="")).give_up_at == ""
            await change(service, job, give_up_at=clock.at(0.5))
            clock.now += 0.6 * HOUR
            service.scheduler.wake()
            failed = await listener.until_job(job, "failed")
            assert str(failed.reason).endswith("the time in which it was to be sent is over.")

    clock = HandClock()
    script(tmp_path, {TO: ["busy"]})
    asyncio.run(main())


def test_the_end_of_the_time_counts_for_the_call_under_way(tmp_path: Path) -> None:
    async def main() -> None:
        async with running(tmp_path, patient(tmp_path), clock=clock) as (service, listener):
            job = await submit(service, document(tmp_path))
            await listener.until_dialling(job)
            await change(service, job, give_up_at=clock.at(0.5))
            gate.let_through()
            assert (await listener.until_job(job, "failed", "sleeping")).state.value == "failed"

    clock, gate = HandClock(), Gate(tmp_path)
    script(tmp_path, {TO: ["partial-slow"]})
    asyncio.run(main())
    gate.close()


def test_a_priority_changes_whose_turn_it_is(tmp_path: Path) -> None:
    async def main() -> None:
        config = replace(configured(tmp_path), queue=QueueConfig(wait=NoWait(), urgent=(ME,)))
        async with running(tmp_path, config) as (service, listener):
            calling, second, third = [
                await submit(service, document(tmp_path), number) for number in (TO, "0199000008", "0199000009")
            ]
            await listener.until_dialling(calling)
            assert (await change(service, third, priority=Priority.URGENT)).priority is Priority.URGENT
            gate.let_through()
            for job in (calling, second, third):
                await listener.until_job(job, "done")

    gate = Gate(tmp_path)
    script(tmp_path, {TO: ["ok-slow"], "0199000008": ["ok"], "0199000009": ["ok"]})
    asyncio.run(main())
    gate.close()
    assert [line.split()[1] for line in dialled(tmp_path) if line.startswith("dial")] == [
        TO,
        "0199000009",
        "0199000008",
    ]


def test_the_archive_has_what_the_other_number_has_got(tmp_path: Path) -> None:
    """Not the page that the first number confirmed."""

    async def main() -> None:
        config = archived(tmp_path)
        waits = patient(tmp_path).queue
        async with running(tmp_path, replace(config, queue=waits), composer=stamp) as (service, listener):
            job = await submit(service, document(tmp_path))
            await listener.until_job(job, "sleeping")
            await change(service, job, number=ELSEWHERE)
            await listener.until_job(job, "done")
            await until_filed(service, job)
            first, second = service.store.sent_copies.calls_of(job)
            (pages,) = service.store.sent_copies.find_pages(job)
            assert (pages.call, pages.first, pages.last) == (second, 1, 2)

    script(tmp_path, {TO: ["partial"], ELSEWHERE: ["ok"]})
    asyncio.run(main())


def test_a_fax_that_waits_is_sent_now(tmp_path: Path) -> None:
    """No time to be sent is now: for the next try, for its time, and in a call, where it is now already."""

    async def main() -> None:
        async with running(tmp_path, patient(tmp_path), clock=clock) as (service, listener):
            job = await submit(service, document(tmp_path))
            asleep = await listener.until_job(job, "sleeping")
            assert datetime.fromisoformat(asleep.next_try) == clock.now + HOUR
            listener.heard.clear()
            await service.api.change_job(ME, job, JobChange(send_at=""))
            again = await listener.until_job(job, "sleeping")
            assert (again.dials, again.confirmed) == (2, 1), "it goes on where it was"
            await service.api.change_job(ME, job, JobChange(send_at=""))
            await listener.until_job(job, "done")
            assert (await refused(service, job, send_at="")).code is ErrorCode.STATE
            later = await submit(service, document(tmp_path), number=ELSEWHERE, send_at=clock.at(5))
            await service.api.change_job(ME, later, JobChange(send_at=""))
            await listener.until_job(later, "done")

    clock = HandClock()
    script(tmp_path, {TO: ["partial", "busy", "ok"], ELSEWHERE: ["ok"]})
    asyncio.run(main())
