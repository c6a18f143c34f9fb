# SPDX-License-Identifier: GPL-3.0-or-later
"""A service that is stopped, for an upgrade perhaps, takes no more calls and lets those that are going on come to their
end; what comes in when its patience is over is received to its end by its worker, and filed by the next service.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from faxcore.bus import client
from faxcore.contract.order import Order
from faxcore.contract.received_fax import Reception
from faxcore.contract.service_status import LineState
from faxcore.daemon import Daemon
from faxcore.model.call import Outcome
from faxcore.model.job import State
from faxcore.store.receptions import Receiving
from tests.support.bus_fixture import private_bus
from tests.support.leftovers import until_clean
from tests.support.service_fixture import public_folder
from tests.support.service_parts import ME, Gate, configured, document, log, parts, running, script, submit
from tests.support.waiting import until

TO = "0199000002"


def test_a_call_comes_to_its_end_and_no_other_begins(tmp_path: Path) -> None:
    gate = Gate(tmp_path)

    async def main() -> None:
        async with running(tmp_path) as (service, listener):
            first = await submit(service, document(tmp_path))
            await listener.until_dialling(first)
            assert (await service.api.status(ME)).stops_at == ""
            now = service.store.database.later(0)
            finishing = asyncio.create_task(service.finish_calls(60))
            await asyncio.sleep(0)
            told = (await service.api.status(ME)).stops_at
            assert now < told <= service.store.database.later(60)
            second = await submit(service, document(tmp_path), "0199000003")
            gate.let_through()
            await listener.until_job(first, "done")
            assert await asyncio.wait_for(finishing, 20) is False
            assert (await service.api.show_job(ME, second)).job.dials == 0

    script(tmp_path, {TO: ["ok-slow"], "0199000003": ["ok"]})
    asyncio.run(main())
    gate.close()
    assert "dial 0199000003 1" not in log(tmp_path)


def test_a_call_that_takes_too_long_is_broken_off_and_its_fax_waits(tmp_path: Path) -> None:
    async def main() -> str:
        async with running(tmp_path) as (service, listener):
            job = await submit(service, document(tmp_path))
            await listener.until_dialling(job)
            assert await service.finish_calls(0.05) is False
            return job

    script(tmp_path, {TO: ["hang", "ok"]})
    job = asyncio.run(main())

    async def again() -> None:
        async with running(tmp_path) as (_service, listener):
            await listener.until_job(job, "done")

    asyncio.run(again())
    assert log(tmp_path).count(f"complete {TO}") == 1


def test_who_rings_while_calls_come_to_their_end_rings_on(tmp_path: Path) -> None:
    gate = Gate(tmp_path)

    async def main() -> None:
        async with running(tmp_path, configured(tmp_path, lines=2)) as (service, listener):
            job = await submit(service, document(tmp_path), "0199000003")
            await listener.until_dialling(job)
            (idle,) = (line for line in service.lines if not line.call)
            await until("the other line to be idle", lambda: idle.state is LineState.IDLE)
            finishing = asyncio.create_task(service.finish_calls(60))
            await asyncio.sleep(0)
            (tmp_path / f"{idle.name} may ring").touch()
            await until("the line to ring", lambda: idle.state is LineState.RINGING)
            gate.let_through()
            await finishing
            assert not service.store.receptions.in_state(*Receiving)

    rings = {f"line-{number}": {"pages": 1, "when": str(tmp_path / f"line-{number} may ring")} for number in (1, 2)}
    script(tmp_path, {"0199000003": ["ok-slow"]}, ring=rings)
    asyncio.run(main())
    gate.close()
    assert not [word for word in log(tmp_path) if word.startswith("confirmed")]


def test_what_comes_in_is_received_to_its_end_without_the_service(tmp_path: Path, database: str) -> None:
    async def leave() -> None:
        async with running(tmp_path) as (service, _listener):
            (line,) = service.lines
            await until("a call to come in", lambda: line.state is LineState.RECEIVING)
            assert await service.finish_calls(0.05) is True

    async def main() -> Reception:
        async with running(tmp_path) as (service, listener):
            service.announcing.flush(ME)
            found: Reception = await listener.until(lambda _p, name, _v: name == "ReceptionArrived")
            await until_clean(service)
            return found

    script(tmp_path, ring={"line-1": {"pages": 3, "end": "ok-alone", "called": "0199000001"}})
    asyncio.run(leave())
    found = asyncio.run(main())
    assert (found.pages, found.outcome) == (3, Outcome.OK)


def test_the_process_finishes_calls_and_ends_at_once_when_it_is_told_twice(tmp_path: Path) -> None:
    """The signals of `daemon.main`, by what it connects them with."""

    async def main(address: str) -> None:
        daemon = Daemon(configured(tmp_path), address, parts(tmp_path))
        running = asyncio.create_task(daemon.run())
        await daemon.ready.wait()
        async with client.connect(address) as desk:
            with document(tmp_path).open("rb") as pages:
                job = await desk.submit_document(pages, None, Order(number=TO, last_name="Martin"))
            await until("the call to begin", lambda: f"dial {TO} 1" in log(tmp_path))
            daemon.finish()
            await asyncio.sleep(0.2)
            assert not running.done()
            assert (await desk.show_job(job)).job.state is State.ACTIVE, "people are served meanwhile"
            assert (await desk.status()).stops_at, "and told until when"
        daemon.finish()
        await asyncio.wait_for(running, 30)

    script(tmp_path, {TO: ["hang"]})
    with public_folder() as folder, private_bus(folder / "bus", let_all=True) as address:
        asyncio.run(main(address))
