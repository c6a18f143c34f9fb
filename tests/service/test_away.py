# SPDX-License-Identifier: GPL-3.0-or-later
"""While the database is away nothing is dialled, answered or accepted; people are told, and all goes on by itself."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from faxcore.api.api_error import ApiError, from_trouble
from faxcore.contract.bus import ErrorCode
from faxcore.contract.listed import FaxQuery
from faxcore.store.store_error import StoreAway
from tests.support.cluster import Cluster
from tests.support.service_parts import DATABASE, ME, Gate, document, log, running, script, submit
from tests.support.waiting import async_test, until


@pytest.fixture(autouse=True)
def on_a_server(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(DATABASE, cluster.make_database())
    monkeypatch.setattr("faxcore.queue.scheduler.TROUBLE_SECONDS", 0.02)


async def refused(call: Callable[[], Awaitable[object]]) -> ErrorCode:
    """The code with which the bus's gate would answer."""
    try:
        await call()
    except ApiError as error:
        return error.code
    except StoreAway as error:
        assert "cannot reach its database" in str(from_trouble(error).sentence)
        return from_trouble(error).code
    raise AssertionError("it was not refused")


@async_test
async def test_nothing_begins_while_it_is_away(cluster: Cluster, tmp_path: Path) -> None:
    ring = tmp_path / "ring"
    script(
        tmp_path,
        {"0199000002": ["ok-slow"], "0199000003": ["ok"]},
        ring={"line-1": {"pages": 1, "end": "ok", "when": str(ring)}},
    )
    gate = Gate(tmp_path)
    async with running(tmp_path) as (service, listener):
        first = await submit(service, document(tmp_path))
        await listener.until_dialling(first)
        waits = await submit(service, document(tmp_path), "0199000003")
        cluster.stop()
        api = service.api
        assert await refused(lambda: submit(service, document(tmp_path))) is ErrorCode.AWAY
        assert await refused(lambda: api.list_faxes(ME, FaxQuery())) is ErrorCode.AWAY
        assert await refused(lambda: api.cancel_job(ME, waits)) is ErrorCode.AWAY
        status = await api.status(ME)
        assert "cannot be reached" in str(status.trouble) and len(status.lines) == 1
        gate.let_through()
        # The call that was under way ends before it would ask for what cannot be written down.
        await until("the line to be free, but for the end of its call", lambda: "page 0199000002 1" in log(tmp_path))
        assert "dial 0199000003 1" not in log(tmp_path)
        cluster.start()
        await until(
            "the next call", lambda: "dial 0199000003 1" in log(tmp_path) or "dial 0199000002 2" in log(tmp_path)
        )
        gate.let_through()
        for job in (first, waits):
            await listener.until_job(job, "done")
        assert not (await api.status(ME)).trouble
        assert log(tmp_path).count("complete 0199000002") == log(tmp_path).count("complete 0199000003") == 1
        cluster.stop()
        ring.write_text("now")
        await until("the call to be declined", lambda: "declined line-1" in log(tmp_path))
        cluster.start()
    gate.close()


@async_test
async def test_a_stop_does_not_wait_for_it(cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A call whose worker does not end in time is left to the next start, which cannot be waited for."""
    monkeypatch.setattr("faxcore.service.STOP_SECONDS", 0.1)
    monkeypatch.setattr("faxcore.lines.worker_line.QUIT_SECONDS", 0.1)
    script(tmp_path, {"0199000002": ["ok-slow", "ok"]})
    gate = Gate(tmp_path)
    async with running(tmp_path) as (service, listener):
        job = await submit(service, document(tmp_path))
        await listener.until_dialling(job)
        cluster.stop()
        async with asyncio.timeout(20):
            await service.stop()
        cluster.start()
    async with running(tmp_path) as (_service, listener):
        await listener.until_job(job, "done")
    gate.close()


@async_test
async def test_a_server_that_stands_still_is_given_up_once(cluster: Cluster, tmp_path: Path) -> None:
    script(tmp_path, {"0199000002": ["ok"]})
    async with running(tmp_path) as (service, listener):
        with cluster.frozen():
            for _again in range(20):
                assert await refused(lambda: service.api.list_faxes(ME, FaxQuery())) is ErrorCode.AWAY
            assert service.store.database.is_away
        await until("the database to be back", lambda: not service.store.database.is_away)
        job = await submit(service, document(tmp_path))
        await listener.until_job(job, "done")


@async_test
async def test_the_administrator_is_told_while_it_is_away(cluster: Cluster, tmp_path: Path) -> None:
    """Whoever looks after the service reads nothing that is not there."""
    script(tmp_path)
    async with running(tmp_path) as (service, _listener):
        cluster.stop()
        assert await refused(lambda: service.api.list_faxes(ME, FaxQuery())) is ErrorCode.AWAY
        service.health.check()
        assert service.status().lines
        cluster.start()
