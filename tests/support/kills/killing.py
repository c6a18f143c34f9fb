# SPDX-License-Identifier: GPL-3.0-or-later
"""Who kills: at random moments, and aimed at those that matter most, of which the service itself tells."""

from __future__ import annotations

import asyncio
import random
from collections import Counter

from faxcore.bus import client
from faxcore.contract.bus import Job
from faxcore.model.job import State
from tests.support.kills.house import House, Process

WEIGHTS = {"service": 3, "worker": 5, "exchange": 1, "document": 4}
LONGEST_PAUSE = 4.0
AIMED_SHARE = 0.15
"""The share of the moments that are told at which something is killed."""


class Killer:
    """Kills so many processes."""

    def __init__(self, house: House, kills: int, seed: int) -> None:
        self._house = house
        self._kills = kills
        self._random = random.Random(seed)
        self.killed: Counter[str] = Counter()

    async def run(self) -> None:
        """Kill until it is enough."""
        aiming = asyncio.create_task(self._aim())
        while self.killed.total() < self._kills:
            await asyncio.sleep(self._random.uniform(0.02, LONGEST_PAUSE))
            self._kill_one(self._house.processes(), "")
        aiming.cancel()
        await asyncio.gather(aiming, return_exceptions=True)

    async def _aim(self) -> None:
        """Listen to what becomes of each fax: the last page is out, a page is confirmed, a fax is sent."""
        async with client.connect(self._house.address) as desk:
            desk.on_job_changed = self._aim_at
            desk.on_service_changed = lambda present: asyncio.ensure_future(register(desk)) if present else None
            await register(desk)
            await desk.closed()

    def _aim_at(self, job: Job) -> None:
        if job.state is State.READY or self._random.random() > AIMED_SHARE or self.killed.total() >= self._kills:
            return
        processes = [each for each in self._house.processes() if each.kind in ("service", "worker")]
        self._kill_one(processes, "aimed at ")

    def _kill_one(self, processes: list[Process], how: str) -> None:
        """First the kind is drawn, so that a crowd draws no fire."""
        kinds = sorted({each.kind for each in processes})
        if not kinds:
            return
        kind = self._random.choices(kinds, [WEIGHTS[each] for each in kinds])[0]
        victims = sorted((each for each in processes if each.kind == kind), key=lambda each: each.pid)
        self.killed[f"{how}{kind}"] += self._house.kill(self._random.choice(victims))


async def register(desk: client.Client) -> None:
    """Ask for news, if the service is there long enough to hear it."""
    try:
        await desk.register()
    except (client.ServiceUnavailable, client.BusError):
        return
