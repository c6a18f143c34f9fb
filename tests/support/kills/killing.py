# SPDX-License-Identifier: GPL-3.0-or-later
"""Who kills: at random moments, and aimed at those that matter most, of which the service itself tells."""

from __future__ import annotations

import asyncio
import random
from collections import Counter

from faxcore.bus import client
from faxcore.contract.sent_fax import Job
from faxcore.model.job import State
from tests.support.kills.house import House, Process

WEIGHTS = {"service": 3, "worker": 5, "exchange": 1, "document": 4, "mailer": 4}
LONGEST_PAUSE = 4.0
AIMED_SHARE = 0.15
"""The share of the moments that are told at which something is killed."""
PATIENCE = 120.0
"""Seconds in which a page of a fax has been confirmed; nothing waits for them to pass."""
LONGEST_AIM = 0.3
"""Seconds in which a service has done what it was asked, or has put the copy of a fax into the archive."""


class Killer:
    """Kills so many processes."""

    def __init__(self, house: House, kills: int, seed: int) -> None:
        self._house = house
        self._kills = kills
        self._random = random.Random(seed)
        self.killed: Counter[str] = Counter()
        self._hung_up = asyncio.Event()
        house.mail.at_step = self._aim_at_mailer

    async def run(self) -> None:
        """Kill until it is enough."""
        aiming = asyncio.create_task(self._aim())
        while self.killed.total() < self._kills:
            await asyncio.sleep(self._random.uniform(0.02, LONGEST_PAUSE))
            self._kill_one(self._house.processes(), "")
        await asyncio.wait_for(self._hung_up.wait(), PATIENCE)
        aiming.cancel()
        await asyncio.gather(aiming, return_exceptions=True)

    async def _aim(self) -> None:
        """Listen to what becomes of each fax: the last page is out, a page is confirmed, a fax is sent."""
        async with client.connect(self._house.address) as desk:
            desk.on_job_changed = self._aim_at
            desk.on_service_changed = lambda present: asyncio.ensure_future(register(desk)) if present else None
            await register(desk)
            await desk.closed()

    def aim_at_moment(self) -> None:
        """Something is about to be asked of the service."""
        if self._may_aim():
            self._aim_later("service")

    def _aim_at_mailer(self, _step: str) -> None:
        """The mail server was asked something, and has not answered. (In its own thread.)"""
        if self._may_aim():
            self._kill_one(self._list("mailer"), "aimed at ")

    def _aim_at(self, job: Job) -> None:
        if job.state is State.ACTIVE and job.confirmed and not self._hung_up.is_set():
            self._hang_up(job)
        elif job.state is State.READY or not self._may_aim():
            return
        elif job.state is State.DONE:
            self._aim_later("service", "document", "mailer")
        else:
            self._kill_one(self._list("service", "worker"), "aimed at ")

    def _hang_up(self, job: Job) -> None:
        """Let the far end be gone behind the first page, once at least."""
        line = f"line-{job.number[-1]}"
        far_end = [each for each in self._list("worker") if each.line == line]
        if far_end:
            self._kill_one(far_end, "far end's ")
            self._hung_up.set()

    def _may_aim(self) -> bool:
        return self._random.random() <= AIMED_SHARE and self.killed.total() < self._kills

    def _aim_later(self, *kinds: str) -> None:
        seconds = self._random.uniform(0, LONGEST_AIM)
        asyncio.get_running_loop().call_later(seconds, lambda: self._kill_one(self._list(*kinds), "aimed at "))

    def _list(self, *kinds: str) -> list[Process]:
        return [each for each in self._house.processes() if each.kind in kinds]

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
