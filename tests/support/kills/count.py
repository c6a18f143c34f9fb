# SPDX-License-Identifier: GPL-3.0-or-later
"""What came of the faxes of a house in which everything was killed, counted by the numbers on arrived pages."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from faxcore.bus import client
from faxcore.contract.bus import FaxQuery, Job, Reception
from faxcore.model.call import Outcome
from faxcore.model.job import FINAL, State
from tests.support.kills.house import House
from tests.support.kills.numbered import PAGES, read_numbers
from tests.support.kills.orders import AGAIN_SECONDS, Accepted

ENDED = FINAL | {State.UNCERTAIN}
PATIENCE = 600.0
"""Seconds for what waits in the end; nothing waits for them to pass."""


@dataclass
class Found:
    """The count."""

    accepted: int = 0
    states: Counter[str] = field(default_factory=Counter)
    lost: list[int] = field(default_factory=list)
    doubled: list[int] = field(default_factory=list)
    false: list[int] = field(default_factory=list)
    """Called sent, and did not arrive."""
    arrived_uncertain: int = 0
    """Uncertain ones that arrived whole."""

    @property
    def is_kept(self) -> bool:
        """True if every promise was kept."""
        return not (self.lost or self.doubled or self.false)

    def __str__(self) -> str:
        states = ", ".join(f"{count} {state}" for state, count in sorted(self.states.items()))
        return (
            f"{self.accepted} faxes: {states} ({self.arrived_uncertain} of the uncertain arrived whole);"
            f" lost {self.lost}, doubled {self.doubled}, falsely confirmed {self.false}"
        )


async def count_up(house: House, accepted: Accepted) -> Found:
    """Wait until nothing is under way, and count."""
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                _jobs, _receptions, idle = await _list_everything(house)
                # Once more: a reception that was filed after it was asked for is in no list.
                jobs, receptions, _idle = await _list_everything(house)
            except (client.ServiceUnavailable, client.BusError):
                idle = False
            if idle:
                break
            await asyncio.sleep(AGAIN_SECONDS)
    found = Found(len(accepted.jobs) + len(accepted.printed))
    whole, pages = _read_arrived(receptions)
    by_number: dict[int, list[Job]] = {}
    for job in jobs:
        by_number.setdefault(int(job.title.removeprefix("fax-")), []).append(job)
    for number in [*accepted.jobs, *accepted.printed]:
        mine = by_number.get(number, [])
        if number in accepted.jobs and accepted.jobs[number] not in [job.id for job in mine] or not mine:
            found.lost.append(number)
        if len(mine) > 1 or whole[number] > 1:
            found.doubled.append(number)
        for job in mine:
            found.states[job.state.value] += 1
            if job.state is State.DONE and pages[number] != set(range(1, PAGES + 1)):
                found.false.append(number)
            found.arrived_uncertain += job.state is State.UNCERTAIN and whole[number] > 0
    return found


async def _list_everything(house: House) -> tuple[list[Job], list[Reception], bool]:
    """All jobs, all receptions, and whether nothing is under way any more."""
    jobs: list[Job] = []
    receptions: list[Reception] = []
    async with client.connect(house.address) as desk:
        after = ""
        while True:
            page = await desk.list_faxes(FaxQuery(after=after))
            jobs += page.jobs
            receptions += page.receptions
            after = page.after
            if not after:
                break
        status = await desk.status()
        calling = [line for line in status.lines if line.call]
    unfiled = any((house.folder / "state/calls").glob("*/page-*"))
    return jobs, receptions, not calling and not unfiled and all(job.state in ENDED for job in jobs)


def _read_arrived(receptions: list[Reception]) -> tuple[Counter[int], dict[int, set[int]]]:
    """By the number of a document: how often its last page was confirmed in a call that brought it to its end, and
    which pages there are.
    """
    whole: Counter[int] = Counter()
    pages: dict[int, set[int]] = {number: set() for number in range(1, 1 << 12)}
    for reception in receptions:
        numbers = read_numbers(Path(reception.tiff))
        for number, page in numbers:
            pages[number].add(page)
            whole[number] += page == PAGES and reception.outcome is Outcome.OK
    return whole, pages
