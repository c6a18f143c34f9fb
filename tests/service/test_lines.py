# SPDX-License-Identifier: GPL-3.0-or-later
"""Supervision of the workers: restarts, glare, and the worker of an earlier service."""

import asyncio
import fcntl
import sys
from pathlib import Path

import pytest

from faxcore.lines import process
from faxcore.lines.worker_line import WorkerLine
from tests.support import waiting
from tests.support.service_parts import ME, configured, document, log, running, script, submit

TO = "0199000002"


async def until(line: WorkerLine, *states: str) -> None:
    await waiting.until(f"the line to be {' or '.join(states)}", lambda: line.state.value in states)


def test_a_call_that_comes_in_while_we_dial_is_answered(tmp_path: Path) -> None:
    async def main() -> None:
        async with running(tmp_path) as (service, listener):
            job = await submit(service, document(tmp_path))
            values = await listener.until(lambda _uid, name, _values: name == "ReceptionArrived")
            assert values.caller == "0611223344"
            await listener.until_job(job, "done")

    script(tmp_path, {TO: ["glare", "ok"]})
    asyncio.run(main())


def test_a_program_that_cannot_be_started_is_an_absent_line(tmp_path: Path) -> None:
    async def main() -> None:
        async with running(tmp_path, worker=lambda _line: [str(tmp_path / "nothing")]) as (service, _listener):
            await until(service.lines[0], "absent")
            await waiting.until("the reason", lambda: "cannot be started" in str(service.lines[0].detail))

    script(tmp_path)
    asyncio.run(main())


def test_rubbish_from_a_worker_has_it_started_again(tmp_path: Path) -> None:
    rubbish = "import os, sys; n = os.open(sys.argv[1], os.O_CREAT | os.O_APPEND | os.O_WRONLY); os.write(n, b'x');"
    rubbish += "os.write(0, b'no message' + bytes([10])); os.read(0, 1)"

    async def main() -> None:
        starts = tmp_path / "starts"
        command = [sys.executable, "-c", rubbish, str(starts)]
        async with running(tmp_path, worker=lambda _line: command) as (service, _listener):
            await waiting.until("a third start", lambda: starts.exists() and len(starts.read_bytes()) >= 3)
            assert service.lines[0].state.value != "idle"

    script(tmp_path)
    asyncio.run(main())


def test_a_line_waits_for_the_worker_of_an_earlier_service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "LOCK_SECONDS", 0.01)

    async def main() -> None:
        (tmp_path / "state/lines").mkdir(parents=True)
        with (tmp_path / "state/lines/line-1.lock").open("w") as earlier:
            fcntl.flock(earlier, fcntl.LOCK_EX)
            async with running(tmp_path) as (service, _listener):
                await until(service.lines[0], "absent")
                assert "earlier call" in str(service.lines[0].detail)
                assert service.lines[0].modem == ""
                fcntl.flock(earlier, fcntl.LOCK_UN)
                await until(service.lines[0], "idle")

    script(tmp_path)
    asyncio.run(main())


def test_three_lines_send_at_the_same_time(tmp_path: Path) -> None:
    async def main() -> None:
        async with running(tmp_path, configured(tmp_path, lines=4)) as (service, listener):
            numbers = [f"019900001{number}" for number in range(3)]
            jobs = [await submit(service, document(tmp_path), number) for number in numbers]
            for job in jobs:
                await listener.until_dialling(job)
            assert (await service.api.status(ME)).active == 3
            for job in jobs:
                await service.api.cancel_job(ME, job)
                await listener.until_job(job, "cancelled")

    script(tmp_path, {f"019900001{number}": ["hang"] for number in range(3)})
    asyncio.run(main())
    assert len(log(tmp_path)) == 3


@pytest.mark.parametrize("steps", range(5))
def test_the_queue_stops_though_something_happens_at_the_same_moment(
    tmp_path: Path, steps: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """asyncio.wait_for of Python 3.11 forgets a cancellation that comes together with what is waited for."""

    async def main() -> None:
        async with running(tmp_path) as (service, _listener):
            # As when a job sleeps until its next try.
            monkeypatch.setattr(service.scheduler, "turn", lambda: 60.0)
            queue = asyncio.create_task(service.scheduler.run())
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            service.scheduler.wake()
            for _step in range(steps):
                await asyncio.sleep(0)
            queue.cancel()
            done, _waiting = await asyncio.wait([queue], timeout=10)
            assert done
            assert queue.cancelled()

    asyncio.run(main())
