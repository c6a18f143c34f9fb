# SPDX-License-Identifier: GPL-3.0-or-later
"""The queue with workers that play a script: every end of a call, a crash of the worker, a person's word."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from sqlalchemy import text

from faxcore.api.api_error import ApiError
from faxcore.config import DiallingConfig, QueueConfig
from faxcore.contract.bus import ErrorCode
from faxcore.contract.order import JobChange, Order
from faxcore.contract.sent_fax import Call, Job, JobDetails, Verdict
from faxcore.document.compose import PageOrder
from faxcore.document.document_error import DocumentError, Reason
from faxcore.document.sizes import PageSize
from faxcore.model.call import Outcome
from tests.support.service_parts import ME, OTHER, Gate, configured, document, log, running, script, submit
from tests.support.waiting import until

TO = "0199000002"


def outcome(folder: Path, ends: list[str], *states: str) -> tuple[Job, tuple[Call, ...], list[str]]:
    """Send two pages; the job in its final state, and what the far end saw."""

    async def main() -> JobDetails:
        async with running(folder) as (service, listener):
            job = await submit(service, document(folder))
            await listener.until_job(job, *states)
            return await service.api.show_job(ME, job)

    script(folder, {TO: ends})
    shown = asyncio.run(main())
    return shown.job, shown.calls, log(folder)


def test_a_fax_arrives(tmp_path: Path) -> None:
    job, calls, seen = outcome(tmp_path, ["ok"], "done")
    assert (job.state.value, job.confirmed, job.tries) == ("done", 2, 1)
    assert seen == ["dial 0199000002 1", "page 0199000002 1", "complete 0199000002"]
    (call,) = calls
    assert call.outcome.value == "ok" and call.rate == 14400 and call.remote_id == "+33199000099"


def test_a_line_that_has_jbig_on_says_so_to_its_worker(tmp_path: Path) -> None:
    async def main() -> None:
        config = configured(tmp_path)
        lines = tuple(replace(line, jbig=True) for line in config.lines)
        async with running(tmp_path, replace(config, lines=lines)) as (service, listener):
            await listener.until(lambda _uid, name, _values: name == "ReceptionArrived")
            await listener.until_job(await submit(service, document(tmp_path)), "done")

    script(tmp_path, {TO: ["ok"]}, ring={"line-1": {"pages": 1, "end": "ok"}})
    asyncio.run(main())
    assert {"jbig 0199000002", "jbig line-1"} <= set(log(tmp_path))


def careful(folder: Path, ends: list[str], jobs: int = 1, **changes: Any) -> list[str]:
    """Send so many documents, one after the other; the settings of each call that differ from the usual ones."""

    async def main() -> None:
        config = configured(folder, queue=replace(configured(folder).queue, **changes))
        async with running(folder, config) as (service, listener):
            for _ in range(jobs):
                await listener.until_job(await submit(service, document(folder)), "done", "failed")

    script(folder, {TO: ends})
    asyncio.run(main())
    return [line.removeprefix(f"careful {TO} ") for line in log(folder) if line.startswith("careful")]


def test_a_call_begins_at_the_rung_at_which_the_last_one_got_through(tmp_path: Path) -> None:
    assert careful(tmp_path, ["slow", "ok"], jobs=3) == ["14400 True V.27ter 4800", "14400 True V.29 7200"]


def test_nothing_is_remembered_where_that_is_not_wanted(tmp_path: Path) -> None:
    assert careful(tmp_path, ["slow", "ok"], jobs=2, remember_days=0) == []


def test_after_two_silent_trainings_v17_is_left_out(tmp_path: Path) -> None:
    assert careful(tmp_path, ["silent", "silent", "ok"]) == ["14400 True V.29 9600"]


def test_after_two_lost_pages_error_correction_is_left_out(tmp_path: Path) -> None:
    assert careful(tmp_path, ["lost-page", "lost-page", "ok"]) == ["14400 False "]


def test_a_line_that_is_to_be_slow_says_so_to_its_worker(tmp_path: Path) -> None:
    async def main() -> None:
        config = configured(tmp_path)
        lines = tuple(replace(line, max_rate=9600) for line in config.lines)
        async with running(tmp_path, replace(config, lines=lines)) as (service, listener):
            await listener.until(lambda _uid, name, _values: name == "ReceptionArrived")
            await listener.until_job(await submit(service, document(tmp_path)), "done")

    script(tmp_path, {TO: ["ok"]}, ring={"line-1": {"pages": 1, "end": "ok"}})
    asyncio.run(main())
    assert {f"careful {TO} 9600 True ", "slow line-1"} <= set(log(tmp_path))


def test_what_a_line_leaves_out_of_its_calls_is_said_to_its_worker(tmp_path: Path) -> None:
    async def main() -> None:
        config = configured(tmp_path)
        lines = tuple(replace(line, without=("V.17", "MMR")) for line in config.lines)
        async with running(tmp_path, replace(config, lines=lines)) as (service, listener):
            await listener.until(lambda _uid, name, _values: name == "ReceptionArrived")
            await listener.until_job(await submit(service, document(tmp_path)), "done")
            await listener.until_job(await service.api.fetch_document(ME, Order(TO)), "done")

    script(tmp_path, {TO: ["ok"]}, ring={"line-1": {"pages": 1, "end": "ok"}}, fetch={TO: ["ok"]})
    asyncio.run(main())
    assert {f"{what} without V.17 MMR" for what in ("sends", "receives", "fetches")} <= set(log(tmp_path))


def test_a_sub_address_goes_to_the_line_and_is_not_dialled(tmp_path: Path) -> None:
    async def main() -> None:
        async with running(tmp_path) as (service, listener):
            job = await submit(service, document(tmp_path), f"{TO}#42")
            done = await listener.until_job(job, "done")
            assert done.number == "01 99 00 00 02 #42"

    script(tmp_path, {TO: ["ok"]})
    asyncio.run(main())
    assert log(tmp_path)[:2] == [f"dial {TO} 1", f"for {TO} 42"]


def test_a_busy_number_is_tried_again(tmp_path: Path) -> None:
    job, calls, seen = outcome(tmp_path, ["busy", "busy", "ok"], "done")
    assert (job.dials, job.tries) == (3, 1)
    assert seen.count("dial 0199000002 1") == 3


def test_the_calls_end(tmp_path: Path) -> None:
    job, calls, seen = outcome(tmp_path, ["busy"], "failed")
    assert (job.dials, job.tries, str(job.reason)) == (3, 0, "The end is busy. Given up: calls made: 3.")
    assert len(seen) == 3


def test_a_later_try_begins_after_the_last_confirmed_page(tmp_path: Path) -> None:
    job, calls, seen = outcome(tmp_path, ["partial", "ok"], "done")
    assert seen == ["dial 0199000002 1", "page 0199000002 1", "dial 0199000002 2", "complete 0199000002"]
    assert [call.confirmed for call in calls] == [1, 2]


def test_a_refused_last_page_is_known_not_to_have_arrived(tmp_path: Path) -> None:
    job, calls, seen = outcome(tmp_path, ["refused", "ok"], "done")
    assert seen.count("complete 0199000002") == 1
    assert (job.dials, job.tries) == (2, 2)


@pytest.mark.parametrize("end", ["unconfirmed", "die-final"])
def test_doubt_is_a_state_and_nobody_redials(tmp_path: Path, end: str) -> None:
    job, calls, seen = outcome(tmp_path, [end], "uncertain")
    assert job.state.value == "uncertain"
    assert seen.count("complete 0199000002") == 1
    assert sum(word.startswith("dial") for word in seen) == 1


def test_a_worker_that_dies_costs_one_try(tmp_path: Path) -> None:
    job, calls, seen = outcome(tmp_path, ["die", "ok"], "done")
    assert job.dials == 2
    assert seen[-2:] == ["dial 0199000002 2", "complete 0199000002"]
    assert calls[0].outcome.value == "line-lost"


def test_a_modem_that_fails_in_a_call_costs_no_other_fax_a_call(tmp_path: Path) -> None:
    """Until its worker has found it again, the line is not free."""
    waits = QueueConfig(wait=MappingProxyType({Outcome.MODEM: 3600}), spread=0)

    async def main() -> None:
        async with running(tmp_path, replace(configured(tmp_path), queue=waits)) as (service, listener):
            first = await submit(service, document(tmp_path))
            second = await submit(service, document(tmp_path), "0199000007")
            await listener.until_job(first, "sleeping")
            await listener.until_job(second, "done", "sleeping")
            assert [call.outcome for call in (await service.api.show_job(ME, second)).calls] == [Outcome.OK]

    script(tmp_path, {TO: ["modem"], "0199000007": ["ok"]})
    asyncio.run(main())


def test_a_person_decides_what_became_of_an_uncertain_fax(tmp_path: Path) -> None:
    async def main() -> None:
        async with running(tmp_path) as (service, listener):
            job = await submit(service, document(tmp_path))
            await listener.until_job(job, "uncertain")
            await service.api.resolve_job(ME, job, Verdict.AGAIN)
            await listener.until_job(job, "done")
            with pytest.raises(ApiError) as refused:
                await service.api.resolve_job(ME, job, Verdict.ARRIVED)
            assert refused.value.code is ErrorCode.STATE

    script(tmp_path, {TO: ["unconfirmed", "ok"]})
    asyncio.run(main())


def test_cancelling_a_call_under_way_and_a_job_that_waits(tmp_path: Path) -> None:
    async def main() -> None:
        async with running(tmp_path) as (service, listener):
            first = await submit(service, document(tmp_path))
            second = await submit(service, document(tmp_path))
            await listener.until_dialling(first)
            await service.api.cancel_job(ME, second)
            await service.api.cancel_job(ME, first)
            await listener.until_job(first, "cancelled")
            await listener.until_job(second, "cancelled")
            with pytest.raises(ApiError) as refused:
                await service.api.cancel_job(ME, first)
            assert refused.value.code is ErrorCode.STATE
            with pytest.raises(ApiError) as refused:
                await service.api.cancel_job(OTHER, first)
            assert refused.value.code is ErrorCode.UNKNOWN

    script(tmp_path, {TO: ["hang"]})
    asyncio.run(main())


def test_one_call_at_a_time_to_a_destination_and_never_from_its_own_line(tmp_path: Path) -> None:
    async def main() -> None:
        async with running(tmp_path, configured(tmp_path, lines=3)) as (service, listener):
            jobs = [await submit(service, document(tmp_path)) for _ in range(2)]
            other = await submit(service, document(tmp_path), "0199000007")
            await listener.until_job(other, "done")
            show = [await service.api.show_job(ME, job) for job in jobs]
            assert [each.job.state.value for each in show] == ["active", "ready"]
            assert show[0].calls[0].line != "line-2", "the destination's own line is engaged"
            for job in jobs:
                gate.let_through()
                await listener.until_job(job, "done")

    gate = Gate(tmp_path)
    script(tmp_path, {TO: ["ok-slow"], "0199000007": ["ok"]})
    asyncio.run(main())
    gate.close()


def test_an_absent_modem_says_why_and_the_fax_waits(tmp_path: Path) -> None:
    async def main() -> None:
        async with running(tmp_path) as (service, _listener):
            job = await submit(service, document(tmp_path))
            line = service.lines[0]
            await until("the line to be absent", lambda: line.state.value == "absent")
            status = await service.api.status(ME)
            assert str(status.lines[0].detail) == "There is no /dev/ttyACM0."
            assert status.queued == 1
            assert (await service.api.show_job(ME, job)).job.state.value == "ready"

    script(tmp_path, absent={"line-1": "There is no /dev/ttyACM0."})
    asyncio.run(main())


@pytest.mark.parametrize("passing", [Reason.NO_SPACE, Reason.NO_WALL, Reason.KILLED])
def test_pages_that_cannot_be_made_fail_the_job_and_what_passes_does_not(tmp_path: Path, passing: Reason) -> None:
    tries: list[int] = []

    async def composer(pages: Path, out: Path, order: PageOrder) -> list[PageSize]:
        tries.append(1)
        raise DocumentError(passing if len(tries) == 1 else Reason.DAMAGED)

    async def main() -> None:
        async with running(tmp_path, composer=composer) as (service, listener):
            job = await submit(service, document(tmp_path))
            sleeping = await listener.until_job(job, "sleeping")
            assert (sleeping.reason, sleeping.dials) == (passing.sentence(), 0)
            service.store.database.run(text("UPDATE job SET next_try = created"))
            service.scheduler.wake()
            failed = await listener.until_job(job, "failed")
            assert failed.reason == Reason.DAMAGED.sentence()

    script(tmp_path, {TO: ["ok"]})
    asyncio.run(main())
    assert not log(tmp_path)


def test_what_must_be_told_waits_for_a_listener(tmp_path: Path) -> None:
    async def main() -> None:
        async with running(tmp_path) as (service, listener):
            listener.deaf = True
            job = await submit(service, document(tmp_path))

            async def done() -> bool:
                return bool((await service.api.show_job(ME, job)).job.state.value == "done")

            await until("the fax to be done", done)
        async with running(tmp_path) as (service, listener):
            service.announcing.flush(ME)
            assert [(name, values.state.value) for _uid, name, values in listener.heard] == [("JobChanged", "done")]
            service.announcing.flush(ME)
            assert len(listener.heard) == 1

    script(tmp_path, {TO: ["ok"]})
    asyncio.run(main())


def test_an_access_code_is_dialled_and_hidden_from_the_transcript(tmp_path: Path) -> None:
    async def main() -> None:
        dialling = DiallingConfig(prefix="0,8812", hide_prefix=True)
        async with running(tmp_path, replace(configured(tmp_path), dialling=dialling)) as (service, listener):
            job = await submit(service, document(tmp_path), "0199000077")
            await listener.until_job(job, "done")
            # What is dialled is put together when it is: a prefix that has changed since is the new one.
            tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
            later = await submit(service, document(tmp_path), "0199000077", send_at=tomorrow)
            service.take_on(replace(service.config.value, dialling=replace(dialling, prefix="9")))
            await service.api.change_job(ME, later, JobChange(send_at=""))
            await listener.until_job(later, "done")

    script(tmp_path, {"0,88120199000077": ["ok"], "90199000077": ["ok"]})
    asyncio.run(main())
    assert [line for line in log(tmp_path) if line.startswith(("dial", "shown"))] == [
        "dial 0,88120199000077 1",
        "shown …0199000077",
        "dial 90199000077 1",
        "shown …0199000077",
    ]
