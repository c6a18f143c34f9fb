# SPDX-License-Identifier: GPL-3.0-or-later
"""What came of the faxes of a house in which everything was killed, counted by the numbers on arrived pages."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from itertools import zip_longest
from pathlib import Path

from faxcore.bus import client
from faxcore.contract.filed import CopyQuery, FiledCopy
from faxcore.contract.listed import FaxQuery
from faxcore.contract.received_fax import Reception
from faxcore.contract.sent_fax import Job, JobDetails
from faxcore.model.call import Outcome
from faxcore.model.job import FINAL, State
from tests.support.kills.house import House
from tests.support.kills.mails import Told, count_mails
from tests.support.kills.numbered import PAGES, read_numbers
from tests.support.kills.orders import AGAIN_SECONDS, LINES, Accepted, Quiet

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
    """Called sent and did not arrive where it is said to have, or called cancelled and arrived."""
    unwanted: list[int] = field(default_factory=list)
    """Called while they were held, after they were cancelled, or at a number that they were not to go to any more."""
    miscopied: list[int] = field(default_factory=list)
    """Sent, and not just once in the archive as they were sent, with their hash; found when the service has ended."""
    sent: dict[str, int] = field(default_factory=dict)
    """Jobs that are done, with their numbers."""
    copies: list[FiledCopy] = field(default_factory=list)
    """What the service says of its archive."""
    told: Told = Told((), 0)
    arrived_uncertain: int = 0
    """Uncertain ones that arrived whole."""
    resumed: int = 0
    """Sent in several calls, of which each brought pages."""

    @property
    def is_kept(self) -> bool:
        """True if every promise was kept."""
        return not (self.lost or self.doubled or self.false or self.unwanted or self.miscopied or self.told.untold)

    def __str__(self) -> str:
        states = ", ".join(f"{count} {state}" for state, count in sorted(self.states.items()))
        return (
            f"{self.accepted} faxes: {states} ({self.arrived_uncertain} of the uncertain arrived whole,"
            f" {self.resumed} were continued); lost {self.lost}, doubled {self.doubled},"
            f" falsely confirmed {self.false}, called unwanted {self.unwanted}, miscopied {self.miscopied},"
            f" untold {list(self.told.untold)} ({self.told.doubled} mails came twice)"
        )


@dataclass(frozen=True)
class Everything:
    """All that the service has."""

    jobs: list[Job]
    receptions: list[Reception]
    copies: list[FiledCopy]
    idle: bool
    """True if nothing is under way any more."""


async def count_up(house: House, accepted: Accepted) -> Found:
    """Wait until nothing is under way, and count."""
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                waiting = await _list_everything(house, accepted)
                # Once more: a reception that was filed after it was asked for is in no list.
                everything = await _list_everything(house, accepted)
                if waiting.idle and everything.idle:
                    details = await _show_all(house, everything.jobs)
                    break
            except (client.ServiceUnavailable, client.BusError):
                pass
            await asyncio.sleep(AGAIN_SECONDS)
    return _count(accepted, everything, details, house.mail.taken)


def _count(
    accepted: Accepted, everything: Everything, details: dict[str, JobDetails], mails: list[EmailMessage]
) -> Found:
    """Count; each recipient of a broadcast is a fax of its own."""
    singles = [*accepted.jobs, *accepted.printed]
    found = Found(len(singles) + sum(map(len, accepted.broadcasts.values())))
    arrived = _read_arrived(everything.receptions)
    by_number: dict[int, list[Job]] = {}
    for job in everything.jobs:
        by_number.setdefault(int(job.title.removeprefix("fax-")), []).append(job)
    for number in singles:
        mine = by_number.pop(number, [])
        if not mine or accepted.jobs.get(number, mine[0].id) not in [job.id for job in mine]:
            found.lost.append(number)
        if len(mine) > 1 or arrived.count_whole(number) > 1:
            found.doubled.append(number)
    for number, recipients in accepted.broadcasts.items():
        to = Counter(_digits(job.number) for job in by_number.pop(number, []))
        if set(to) != set(recipients):
            found.lost.append(number)
        if to.total() > len(recipients) or any(arrived.whole[number, each] > 1 for each in recipients):
            found.doubled.append(number)
    found.doubled += by_number  # of these nobody knows
    for job in everything.jobs:
        _count_job(found, job, arrived, details[job.id])
    found.unwanted = sorted({_number(details[quiet.job].job) for quiet in accepted.quiet if _is_broken(quiet, details)})
    found.sent = {job.id: _number(job) for job in everything.jobs if job.state is State.DONE}
    found.copies = everything.copies
    found.told = count_mails(mails, everything.jobs, everything.receptions)
    return found


def _count_job(found: Found, job: Job, arrived: Arrived, details: JobDetails) -> None:
    number, to = _number(job), _digits(job.number)
    found.states[job.state.value] += 1
    if job.state is State.DONE and arrived.pages[number, to] != set(range(1, PAGES + 1)):
        found.false.append(number)
    if job.state in (State.CANCELLED, State.FAILED, State.HELD) and arrived.whole[number, to]:
        found.false.append(number)
    found.arrived_uncertain += job.state is State.UNCERTAIN and arrived.whole[number, to] > 0
    found.resumed += job.state is State.DONE and sum(call.confirmed > 0 for call in details.calls) > 1


def _is_broken(quiet: Quiet, details: dict[str, JobDetails]) -> bool:
    """Tell if a call was begun that nobody wanted any more, or not yet."""
    return any(
        (not quiet.to or quiet.to[1:] == call.number.removeprefix("+33"))
        and datetime.fromisoformat(call.started) > quiet.since
        and (quiet.until is None or datetime.fromisoformat(call.started) < quiet.until)
        for call in details[quiet.job].calls
    )


def _number(job: Job) -> int:
    return int(job.title.removeprefix("fax-"))


def _digits(number: str) -> str:
    return number.replace(" ", "")


async def _list_everything(house: House, accepted: Accepted) -> Everything:
    jobs: list[Job] = []
    receptions: list[Reception] = []
    copies: list[FiledCopy] = []
    async with client.connect(house.address) as desk:
        after = ""
        while True:
            page = await desk.list_faxes(FaxQuery(after=after))
            jobs += page.jobs
            receptions += page.receptions
            after = page.after
            if not after:
                break
        while True:
            verified = await desk.verify_copies(CopyQuery(after=after))
            copies += [copy for copy in verified.copies if copy.sent]
            after = verified.after
            if not after:
                break
        status = await desk.status()
    async with client.connect_admin(house.address) as admin:
        untold = bool((await admin.list_deliveries("")).deliveries)
        if untold:
            await admin.retry_deliveries()
    calling = any(line.call for line in status.lines)
    unfiled = any((house.folder / "state/calls").glob("*/page-*"))
    unsent = any(job.state not in ENDED and (job.state, job.id in accepted.held) != (State.HELD, True) for job in jobs)
    uncopied = {job.id for job in jobs if job.state is State.DONE} - {copy.id for copy in copies}
    return Everything(jobs, receptions, copies, not (calling or unfiled or unsent or uncopied or untold))


async def _show_all(house: House, jobs: list[Job]) -> dict[str, JobDetails]:
    async with client.connect(house.address) as desk:
        return {job.id: await desk.show_job(job.id) for job in jobs}


@dataclass
class Arrived:
    """The pages that arrived, by the number of a document and the first number of the line to which they came."""

    whole: Counter[tuple[int, str]] = field(default_factory=Counter)
    """How often its last page was confirmed in a call that brought it to its end, or went on with another document."""
    pages: defaultdict[tuple[int, str], set[int]] = field(default_factory=lambda: defaultdict(set))

    def count_whole(self, number: int) -> int:
        """Count how often it arrived whole, wherever."""
        return sum(count for (document, _to), count in self.whole.items() if document == number)


def _read_arrived(receptions: list[Reception]) -> Arrived:
    arrived = Arrived()
    for reception in receptions:
        numbers = read_numbers(Path(reception.tiff))
        behind = [number for number, _page in numbers[1:]]
        for (number, page), after in zip_longest(numbers, behind):
            # The number that was called is not known of a call that came in while its line was about to dial.
            where = number, LINES[int(reception.line.removeprefix("line-")) - 1]
            arrived.pages[where].add(page)
            # A call goes on with another document when the one before is confirmed.
            arrived.whole[where] += page == PAGES and (reception.outcome is Outcome.OK or after not in (None, number))
    return arrived
