# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines of an office at work: each in its direction and its hours, some free for receiving, the load shared."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from faxcore.api.orders import check_order
from faxcore.config import Config, KeptFree, QueueConfig
from faxcore.config.weekly_hours import parse_hours
from faxcore.contract.listed import FaxQuery, Folder
from faxcore.contract.order import Order
from faxcore.contract.service_status import KeptLines, Line
from faxcore.model.call import Outcome
from faxcore.model.line_direction import LineDirection
from faxcore.routing.own_numbers import Origin
from faxcore.service import FaxService
from tests.support.service_parts import ME, Gate, WaitingComposer, configured, document, log, running, script, submit
from tests.support.waiting import until

FAR = "0199000077"
OFFICE = parse_hours(["Mon-Fri 08:00-18:00"])


@pytest.fixture(autouse=True)
def in_paris(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The clock on the wall is one in Paris."""
    monkeypatch.setenv("TZ", "Europe/Paris")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


class Clock:
    """A clock on the wall, and a monotonic one, that are moved by hand."""

    def __init__(self, text: str) -> None:
        self.now = datetime.fromisoformat(text).astimezone()

    def __call__(self) -> datetime:
        return self.now

    def parts(self) -> dict[str, Any]:
        """The parts of a service that goes by it."""
        return {"clock": self, "monotonic": lambda: self.now.timestamp()}


def of_lines(folder: Path, *changes: dict[str, object], **more: object) -> Config:
    """A configuration of fake lines, each with these changes."""
    config = configured(folder, len(changes), **more)
    lines = (replace(line, **changed) for line, changed in zip(config.lines, changes, strict=True))
    return replace(config, lines=tuple(lines))


async def until_idle(service: FaxService) -> None:
    await until("the lines to be idle", lambda: all(line.state.value == "idle" for line in service.lines))


async def line_of(service: FaxService, job: str) -> str:
    """The line of the job's last call."""
    return (await service.api.show_job(ME, job)).calls[-1].line


def test_a_line_for_receiving_never_dials_and_one_for_sending_never_answers(tmp_path: Path) -> None:
    async def main() -> None:
        config = of_lines(tmp_path, {"direction": LineDirection.IN}, {"direction": LineDirection.OUT})
        async with running(tmp_path, config) as (service, listener):
            job = await submit(service, document(tmp_path), FAR)
            await listener.until_job(job, "done")
            assert await line_of(service, job) == "line-2"
            (tmp_path / "call").touch()
            await until("the call to be declined", lambda: "declined line-2" in log(tmp_path))
            assert await service.api.list_receptions(ME) == []
            directions = [line.direction for line in (await service.api.status(ME)).lines]
            assert directions == [LineDirection.IN, LineDirection.OUT]

    script(tmp_path, {FAR: ["ok"]}, ring={"line-2": {"pages": 1, "end": "ok", "when": str(tmp_path / "call")}})
    asyncio.run(main())


def test_lines_share_the_load_and_the_one_with_the_highest_priority_goes_first(tmp_path: Path) -> None:
    async def main() -> None:
        config = of_lines(tmp_path, {}, {}, {})
        async with running(tmp_path, config) as (service, listener):
            await until_idle(service)
            used = []
            for _turn in range(6):
                job = await submit(service, document(tmp_path), FAR)
                await listener.until_job(job, "done")
                await until_idle(service)
                used.append(await line_of(service, job))
            assert used == ["line-1", "line-2", "line-3"] * 2
            service.take_on(of_lines(tmp_path, {}, {"priority": 1}, {}))
            for _turn in range(2):
                job = await submit(service, document(tmp_path), FAR)
                await listener.until_job(job, "done")
                await until_idle(service)
                assert await line_of(service, job) == "line-2"

    script(tmp_path, {FAR: ["ok"]})
    asyncio.run(main())


def test_a_fax_waits_for_the_hours_of_its_line(tmp_path: Path) -> None:
    clock = Clock("2026-11-27T18:00")

    async def main() -> None:
        async with running(tmp_path, of_lines(tmp_path, {"hours": OFFICE}), **clock.parts()) as (service, listener):
            await until_idle(service)
            job = await submit(service, document(tmp_path), FAR)
            assert service.scheduler.turn() == pytest.approx(30), "the clock is looked at again"
            assert service.scheduler.find_startable() == "", "nothing is stuck"
            (line,) = (await service.api.status(ME)).lines
            monday = datetime.fromisoformat("2026-11-30T08:00").astimezone()
            assert (line.hours, line.dials) == (("Mon-Fri 08:00-18:00",), False)
            assert datetime.fromisoformat(line.dials_at) == monday
            (listed,) = (await service.api.list_faxes(ME, FaxQuery(Folder.OUTBOX))).jobs
            assert datetime.fromisoformat(listed.next_try) == monday, "whoever looks knows what it waits for"
            clock.now = monday - timedelta(seconds=10)
            service.scheduler.turn()
            waiting = (await service.api.show_job(ME, job)).job
            assert (waiting.state.value, datetime.fromisoformat(waiting.next_try)) == ("ready", monday)
            clock.now = monday
            service.scheduler.wake()
            await listener.until_job(job, "done")
            (line,) = (await service.api.status(ME)).lines
            assert (line.dials, line.dials_at) == (True, "")

    script(tmp_path, {FAR: ["ok"]})
    asyncio.run(main())


def test_waiting_for_the_hours_is_no_time_in_which_a_fax_is_tried(tmp_path: Path) -> None:
    clock = Clock("2026-11-27T17:30")
    waits = QueueConfig(wait=MappingProxyType({Outcome.BUSY: 3600}), spread=0, give_up_hours=2)

    async def main() -> None:
        config = of_lines(tmp_path, {"hours": OFFICE}, queue=waits)
        async with running(tmp_path, config, **clock.parts()) as (service, listener):
            job = await submit(service, document(tmp_path), FAR)
            sleeping = await listener.until_job(job, "sleeping")
            monday = datetime.fromisoformat("2026-11-30T09:30").astimezone()
            assert datetime.fromisoformat(sleeping.give_up_at) == monday

    script(tmp_path, {FAR: ["busy"]})
    asyncio.run(main())


@pytest.mark.parametrize("changed", [{"direction": LineDirection.IN}, {"hours": parse_hours(["Sun 03:00-03:01"])}])
def test_what_is_said_of_a_line_is_looked_at_again_before_it_dials(tmp_path: Path, changed: dict[str, object]) -> None:
    composer = WaitingComposer()

    async def main() -> None:
        clock = Clock("2026-11-27T12:00")
        config = of_lines(tmp_path, {"priority": 1}, {})
        async with running(tmp_path, config, composer=composer, **clock.parts()) as (service, listener):
            await until_idle(service)
            job = await submit(service, document(tmp_path), FAR)
            await composer.composing.wait()
            assert await line_of(service, job) == "line-1"
            service.take_on(of_lines(tmp_path, changed, {}))
            composer.may_go_on.set()
            done = await listener.until_job(job, "done", "failed")
            assert (done.state.value, done.dials, await line_of(service, job)) == ("done", 1, "line-2")

    script(tmp_path, {FAR: ["ok"]})
    asyncio.run(main())
    assert [line for line in log(tmp_path) if line.startswith("dial")] == [f"dial {FAR} 1"]


def test_so_many_lines_stay_free_for_receiving(tmp_path: Path) -> None:
    async def main() -> None:
        config = of_lines(tmp_path, {}, {}, kept_free=(KeptFree(1),))
        async with running(tmp_path, config) as (service, listener):
            await until_idle(service)
            assert service.status().kept_free == (KeptLines(1, "", 2),)
            first = await submit(service, document(tmp_path), FAR)
            await listener.until_dialling(first)
            second = await submit(service, document(tmp_path), "0199000078")
            assert service.scheduler.turn() is None
            assert (await service.api.show_job(ME, second)).job.state.value == "ready"
            assert service.status().kept_free == (KeptLines(1, "", 1),)
            gate.let_through()
            await listener.until_job(second, "done")

    gate = Gate(tmp_path)
    script(tmp_path, {FAR: ["ok-slow"], "0199000078": ["ok"]})
    asyncio.run(main())
    gate.close()


def test_the_lines_of_a_preview_are_those_that_dial(tmp_path: Path) -> None:
    """The number in the header line is that of a line on which the fax may go out."""

    async def main() -> tuple[Line, ...]:
        config = of_lines(tmp_path, {"direction": LineDirection.IN}, {})
        async with running(tmp_path, config) as (service, _listener):
            assert service.api._find_origin(ME, order) == (Origin("+33199000002"), True)
            return (await service.api.status(ME)).lines

    order = check_order(Order(), Config(), ME)
    script(tmp_path)
    assert [line.dials for line in asyncio.run(main())] == [False, True]
