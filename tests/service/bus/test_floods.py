# SPDX-License-Identifier: GPL-3.0-or-later
"""Promise P21: one user floods the service, and everybody else has their turn.

What one callback takes in processor time, everybody waits for; the clock of a busy machine says nothing of it.
"""

import asyncio
import resource
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from faxcore.bus import client
from faxcore.contract.order import Order
from faxcore.daemon import Daemon
from faxcore.model.job import State
from faxcore.store.store import Store
from tests.support import service_parts
from tests.support.bus_fixture import private_bus
from tests.support.flooder import KINDS, forked
from tests.support.loop_probe import longest_callback
from tests.support.many_faxes import Ids, add_jobs, add_receptions
from tests.support.service_fixture import needs_root, public_folder

SECONDS = 0.1
"""Processor time that one callback may take here. A long message that is unpacked takes 10 to 20 s."""
MEMORY = 80_000
"""kB by which the service may grow."""


@asynccontextmanager
async def serving_here(folder: Path, address: str) -> AsyncIterator[None]:
    """A whole service in this process, where its callbacks can be watched."""
    service_parts.script(folder, {"0199000002": ["ok"]})
    daemon = Daemon(service_parts.configured(folder), address, service_parts.parts(folder))
    running = asyncio.create_task(daemon.run())
    await daemon.ready.wait()
    try:
        yield
    finally:
        daemon.stop()
        await running


@needs_root
@pytest.mark.parametrize("kind", KINDS)
def test_a_flood_leaves_everybody_else_their_turn(kind: str) -> None:
    async def main(folder: Path, address: str, begin: Callable[[], None]) -> None:
        path = service_parts.document(folder)
        async with serving_here(folder, address), client.connect(address) as desk:
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            with longest_callback() as longest:
                begin()
                for number in range(10):
                    with path.open("rb") as pages:
                        await desk.submit_document(pages, None, Order("0199000002", title=str(number)))
            assert len(await desk.list_jobs()) == 10
            assert longest.seconds < SECONDS, longest.what
            assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MEMORY

    with public_folder() as folder, private_bus(folder / "bus") as address, forked(address, kind) as begin:
        asyncio.run(main(folder, address, begin))


@needs_root
def test_twenty_trays_that_reconnect_hold_nobody_up() -> None:
    """Each asks for every folder of somebody with ten thousand faxes, and for the lists besides."""

    async def main(folder: Path, address: str, begin: Callable[[], None]) -> None:
        path = service_parts.document(folder)
        async with serving_here(folder, address), client.connect(address) as desk:
            with longest_callback() as longest:
                begin()
                for number in range(10):
                    with path.open("rb") as pages:
                        await desk.submit_document(pages, None, Order("0199000002", title=str(number)))
            assert longest.seconds < SECONDS / 2, longest.what

    with public_folder() as folder, private_bus(folder / "bus") as address, forked(address, "trays") as begin:
        store = Store(folder / "state")
        ids = Ids()
        add_jobs(store, "nobody", 5000, State.DONE, ids)
        add_receptions(store, "nobody", 5000, ids)
        store.close()
        asyncio.run(main(folder, address, begin))
