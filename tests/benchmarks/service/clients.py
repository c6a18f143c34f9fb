# SPDX-License-Identifier: GPL-3.0-or-later
"""What the other users' processes do: hand in, look as a tray does, flood."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from dbus_next.message import Message

from faxcore.bus import client
from faxcore.bus.wire import BUS_TROUBLE, open_bus
from faxcore.contract.order import Order
from tests.benchmarks.service.other_user import Work
from tests.support.flooder import KINDS, flood
from tests.support.tray_questions import ask_as_tray


def submitting(address: str, document: Path, first: int, most: int, pause: float, delay: float = 0) -> Work:
    """Hand a document in for one number after another, the first after a delay: people do not work in step; gives the
    seconds until each answer, and how often none came.
    """

    async def work(ended: asyncio.Event) -> tuple[list[float], int]:
        taken: list[float] = []
        unanswered = 0
        await asyncio.sleep(delay)
        async with client.connect(address) as desk:
            while len(taken) < most and not ended.is_set():
                with document.open("rb") as pages:
                    before = time.monotonic()
                    try:
                        await desk.submit_document(pages, None, Order(f"0197{first + len(taken):06}", title="Letter"))
                    except client.ServiceUnavailable:
                        unanswered += 1
                    taken.append(time.monotonic() - before)
                await asyncio.sleep(pause)
        return taken, unanswered

    return work


def looking(address: str, pause: float) -> Work:
    """Do what a tray with an open window does when the service has come, then leave, again and again; gives how often,
    how much was told, and how often it was left without an answer.
    """

    told = 0

    def count(_news: object) -> None:
        nonlocal told
        told += 1

    async def look() -> None:

        async with client.connect(address) as desk:
            desk.on_job_changed = count
            await ask_as_tray(desk)
            await asyncio.sleep(pause)

    async def work(ended: asyncio.Event) -> tuple[int, int, int]:
        times = unanswered = 0
        while not ended.is_set():
            try:
                await look()
            except client.ServiceUnavailable:
                unanswered += 1
            times += 1
        return times, told, unanswered

    return work


async def flood_again(address: str, make: Callable[[], Message]) -> None:
    """Flood by this way, again each time one is hung up on."""
    while True:
        with suppress(*BUS_TROUBLE):
            bus = await open_bus(address)
            flooding = asyncio.ensure_future(flood(bus, make))
            gone = asyncio.ensure_future(bus.gone())
            try:
                await asyncio.wait({flooding, gone}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                flooding.cancel()
                gone.cancel()
                await bus.close()


def flooding(address: str, document: Path, kinds: Sequence[str]) -> Work:
    """Flood in these ways at once, each on a connection of its own; gives how many real faxes were taken."""

    async def submit() -> int:
        taken = 0
        async with client.connect(address) as desk:

            async def one(number: int) -> bool:
                with document.open("rb") as pages, suppress(client.BusError):
                    await desk.submit_document(pages, None, Order(f"0196{number:06}", title="Flood"))
                    return True
                return False

            with suppress(asyncio.CancelledError):
                while True:
                    taken += sum(await asyncio.gather(*(one(taken + number) for number in range(8))))
        return taken

    async def work(ended: asyncio.Event) -> int:
        floods = [
            asyncio.ensure_future(flood_again(each, KINDS[kind])) for each in address.split(";") for kind in kinds
        ]
        submits = asyncio.ensure_future(submit())
        end = asyncio.ensure_future(ended.wait())
        done, _rest = await asyncio.wait({end, submits, *floods}, return_when=asyncio.FIRST_COMPLETED)
        assert done == {end}, f"the flooder was thrown off the bus: {done}"
        for task in floods:
            task.cancel()
        submits.cancel()
        await asyncio.gather(*floods, return_exceptions=True)
        return await submits

    return work


async def wait_for_service(address: str, seconds: float) -> None:
    """Return when the service is there. TimeoutError after so many seconds."""
    async with asyncio.timeout(seconds):
        while True:
            async with client.connect(address) as desk:
                come = asyncio.Event()
                desk.on_service_changed = lambda present, come=come: come.set() if present else None  # type: ignore[misc]
                if desk.present:
                    return
                # Or there is a nearer way to it now.
                ends = [asyncio.ensure_future(end) for end in (come.wait(), desk.closed())]
                await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
                for end in ends:
                    end.cancel()
