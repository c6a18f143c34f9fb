# SPDX-License-Identifier: GPL-3.0-or-later
"""The database is lost at each named point while the service goes on, and comes back: nothing is lost, nothing doubled.

A server of PostgreSQL is stopped and started again, or crashes, or stands still; the disk of SQLite is full, or the
kernel refuses every write (a limit on the size of files, which every write of this process is beyond).
"""

import asyncio
import os
import resource
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from faxcore.api.api_error import ApiError
from faxcore.checkpoint import checkpoint
from faxcore.contract.order import Order
from faxcore.document.tiff import read_pages
from faxcore.service import FaxService
from faxcore.store.store_error import StoreError
from tests.service.test_crashes import RECEIVING, SENDING
from tests.support import crash_child
from tests.support.cluster import Cluster
from tests.support.leftovers import assert_nothing_left, until_quiet
from tests.support.nth_operation import is_filed
from tests.support.service_parts import (
    DATABASE,
    ME,
    configured,
    document,
    log,
    running,
    script,
)
from tests.support.small_disk import empty, fill
from tests.support.waiting import until

AWAY_SECONDS = 0.3
"""Long enough for everything that can fail to have failed."""


class Loss:
    """A database that can be lost and come back, once."""

    def __init__(self, lose: Callable[[], None], find: Callable[[], None]) -> None:
        self._lose, self._find = lose, find
        self.lost = False
        self.found = threading.Event()

    def lose(self) -> None:
        """Lose it; it comes back by itself."""
        self.lost = True
        self._lose()
        threading.Timer(AWAY_SECONDS, self._return).start()

    def _return(self) -> None:
        self._find()
        self.found.set()


@pytest.fixture(params=["postgresql stopped", "postgresql crashed", "disk full", "input/output error"])
def loss(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Loss, Path | None]]:
    """A way to lose the database, and the folder of the state if it must be in a place of its own."""
    kind: str = request.param
    for name in ("fax_folders.filing_loop.FILE_AGAIN_SECONDS", "queue.scheduler.TROUBLE_SECONDS", "store.retry.PAUSE"):
        monkeypatch.setattr(f"faxcore.{name}", 0.02)
    monkeypatch.setattr("faxcore.queue.outgoing_call.FULL_SECONDS", 0.0)
    disk: Path | None = None
    if kind.startswith("postgresql"):
        cluster: Cluster = request.getfixturevalue("cluster")
        monkeypatch.setenv(DATABASE, cluster.make_database())
        how = signal.SIGINT if kind.endswith("stopped") else signal.SIGQUIT
        made = Loss(lambda: cluster.stop(how), cluster.start)
    elif kind == "disk full":
        disk = request.getfixturevalue("small_disk")
        made = Loss(lambda: fill(disk), lambda: empty(disk))
    else:
        hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
        made = Loss(
            lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard)),
            lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard)),
        )
    yield made, disk
    checkpoint.disarm()
    if made.lost:
        assert made.found.wait(30)


async def hand_over(service: FaxService, folder: Path) -> str:
    """Submit as a patient person does: again, when the service says that it cannot now."""
    order = Order(number="0199000002", last_name="Martin", key="one")
    for _attempt in range(1000):
        try:
            with (folder / "document.tif").open("rb") as pages, open(os.devnull, "rb") as nothing:
                return await service.api.submit_document(ME, pages.fileno(), nothing.fileno(), order)
        except (ApiError, StoreError, OSError):
            await asyncio.sleep(0.02)
    raise AssertionError("the fax was never accepted")


@pytest.mark.parametrize("point", SENDING)
def test_a_fax_is_sent_once(point: str, loss: tuple[Loss, Path | None], tmp_path: Path) -> None:
    async def main() -> None:
        config = configured(tmp_path) if disk is None else configured(tmp_path, state=disk / "state")
        async with running(tmp_path, config) as (service, listener):
            crash_child.arm(point, lost.lose)
            job = await hand_over(service, tmp_path)
            await listener.until_job(job, "done")
            assert lost.lost, f"{point!r} was not passed"
            await until("the database to be back", lambda: lost.found.is_set() and not service.store.database.is_away)
            await until_quiet(service)
            jobs = await service.api.list_jobs(ME)
            assert [(each.id, each.state.value, each.confirmed) for each in jobs] == [(job, "done", 2)]
            assert_nothing_left(service)
            assert not service.broken.is_set()

    lost, disk = loss
    document(tmp_path)
    script(tmp_path, {"0199000002": ["ok"]})
    asyncio.run(main())
    assert log(tmp_path).count("complete 0199000002") == 1


@pytest.mark.parametrize("point", RECEIVING)
def test_a_fax_is_received_once(point: str, loss: tuple[Loss, Path | None], tmp_path: Path) -> None:
    async def main() -> None:
        config = configured(tmp_path) if disk is None else configured(tmp_path, state=disk / "state")
        crash_child.arm(point, lost.lose)
        async with running(tmp_path, config) as (service, listener):
            await until(f"the point {point!r} to be passed", lambda: lost.lost)
            await until("the database to be back", lambda: lost.found.is_set() and not service.store.database.is_away)
            await until_quiet(service)
            # Where its disk is full, the worker itself cannot keep a page, and has not confirmed it.
            confirmed = 3 if disk is None else sum(line.startswith("confirmed") for line in log(tmp_path))
            if confirmed:
                await listener.until(lambda _p, name, _v: name == "ReceptionArrived")
                # It may have been told before it was in its folder, which is on the same disk.
                await until("the fax to be filed", lambda: is_filed(service))
                (filed,) = await service.api.list_receptions(ME)
                assert [page.rows[0] for page in read_pages(Path(filed.tiff))] == [1, 2, 3][:confirmed]
            assert len(await service.api.list_receptions(ME)) == int(confirmed > 0)
            assert_nothing_left(service)
            assert not service.broken.is_set()

    lost, disk = loss
    script(tmp_path, ring={"line-1": {"pages": 3, "end": "ok", "called": "0199000001"}})
    asyncio.run(main())
    if disk is None:
        assert sorted(path.suffix for path in (tmp_path / "received").iterdir()) == [".pdf", ".tif"]
