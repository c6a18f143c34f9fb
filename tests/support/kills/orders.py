# SPDX-License-Identifier: GPL-3.0-or-later
"""Faxes handed in while everything is killed, by a patient program on the bus and by lp and cupsd, and what their
senders want of them later: held and released, changed, cancelled.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final, TypeVar

import cups

from faxcore.bus import client
from faxcore.contract.bus import ErrorCode
from faxcore.contract.order import JobChange, Order
from faxcore.model.job import State
from tests.support.kills.house import House
from tests.support.kills.numbered import write_pdf, write_tiff

Answer = TypeVar("Answer")

IPP_HELD, IPP_COMPLETED = 4, 9
IPP_GIVEN_UP = (7, 8)
AGAIN_SECONDS = 0.2
LINES: Final = tuple(f"019900000{line}" for line in range(1, 5))


@dataclass
class Quiet:
    """A time in which a fax must not be called: none of the calls for this job begins in it."""

    job: str
    to: str = ""
    """Only this number must not be called; empty: none."""
    since: datetime = field(default_factory=lambda: datetime.now(UTC))
    until: datetime | None = None
    """None: for ever."""

    def end(self) -> None:
        """It may be called again from now on."""
        self.until = datetime.now(UTC)


@dataclass
class Accepted:
    """What was accepted, by the number on its pages, and what was said of it later."""

    jobs: dict[int, str] = field(default_factory=dict)
    """Those that the bus has answered for: number and job."""
    printed: dict[int, int] = field(default_factory=dict)
    """Those that cupsd has taken: number and print job."""
    broadcasts: dict[int, tuple[str, ...]] = field(default_factory=dict)
    """Those that the bus has answered for: number and recipients."""
    quiet: list[Quiet] = field(default_factory=list)
    held: set[str] = field(default_factory=set)
    """Jobs that nobody releases."""


class Ordering:
    """Hands faxes in until it is told to stop, one of each kind at least."""

    def __init__(self, house: House, seed: int, moment: Callable[[], None]) -> None:
        """`moment` hears of each thing that is about to be asked of the service."""
        self._house = house
        self._random = random.Random(seed)
        self._moment = moment
        self._later: set[asyncio.Task[None]] = set()
        self.accepted = Accepted()
        self.over = False

    async def run(self) -> None:
        """Hand in one after another, and see to what is wanted of them later."""
        kinds = (self._change_number, self._print, self._send_to_many, self._hold, self._cancel, self._put_off)
        number = 0
        while not self.over or number < len(kinds):
            number += 1
            await kinds[(number - 1) % len(kinds)](number)
            await asyncio.sleep(self._random.uniform(0.2, 2.0))
        await asyncio.gather(*self._later)

    # ------------------------------------------------------------ handing in

    async def _hand_over(self, number: int, to: str = "") -> str:
        """Submit as a program does whose call got no answer: again, with the same key."""
        path = write_tiff(self._house.folder / f"{number}.tif", number)
        order = Order(to or self._destination(), title=f"fax-{number}", key=f"key-{number}")

        async def submit(desk: client.Client) -> str:
            with path.open("rb") as pages:
                return await desk.submit_document(pages, None, order)

        job = self.accepted.jobs[number] = await self._ask(submit)
        return job

    async def _print(self, number: int) -> None:
        path = write_pdf(self._house.folder / f"{number}.pdf", number)
        said = await asyncio.to_thread(
            self._house.stage.run,
            ["lp", "-d", "Fax", "-t", f"fax-{number}", "-o", f"fax-number={self._destination()}", path],
        )
        self.accepted.printed[number] = int(said.split("Fax-")[1].split()[0])

    def _destination(self) -> str:
        return self._random.choice(LINES)

    async def _send_to_many(self, number: int) -> None:
        """A broadcast, which is left alone, held for a while, or cancelled."""
        path = write_tiff(self._house.folder / f"{number}.tif", number)
        recipients = tuple(sorted(self._random.sample(LINES, self._random.randint(2, len(LINES)))))
        names = path.with_suffix(".csv")
        names.write_text("\n".join(("number", *recipients)))
        order = Order(title=f"fax-{number}", key=f"key-{number}")

        async def submit(desk: client.Client) -> str:
            with path.open("rb") as pages, names.open("rb") as read:
                return (await desk.submit_to_many(pages, pages, read, order)).id

        broadcast = await self._ask(submit)
        self.accepted.broadcasts[number] = recipients
        what_then = (self._leave_alone, self._hold_many, self._cancel_many)
        self._do_later(self._random.choice(what_then)(broadcast))

    # ------------------------------------------------------------ what is wanted later

    async def _leave_alone(self, _broadcast: str) -> None:
        """It goes its way."""

    async def _hold_many(self, broadcast: str) -> None:
        await self._ask(lambda desk: desk.hold_broadcast(broadcast))
        quiet = await self._keep_quiet(broadcast)
        await self._pause()
        for each in quiet:
            each.end()
        await self._ask(lambda desk: desk.release_broadcast(broadcast))

    async def _cancel_many(self, broadcast: str) -> None:
        await self._pause()
        await self._ask(lambda desk: desk.cancel_broadcast(broadcast))
        await self._keep_quiet(broadcast)

    async def _keep_quiet(self, broadcast: str) -> list[Quiet]:
        since = datetime.now(UTC)
        jobs = await self._ask(lambda desk: desk.list_jobs())
        quiet = [Quiet(job.id, since=since) for job in jobs if job.broadcast == broadcast]
        self.accepted.quiet += quiet
        return quiet

    async def _hold(self, number: int) -> None:
        """One in two is never released."""
        job = await self._hand_over(number)

        async def hold() -> None:
            if not await self._does(job, lambda desk: desk.hold_job(job), lambda: self._is_held(job)):
                return
            quiet = Quiet(job)
            self.accepted.quiet.append(quiet)
            if number % 2:
                self.accepted.held.add(job)
                return
            await self._pause()
            quiet.end()
            await self._does(job, lambda desk: desk.release_job(job), lambda: self._is_not_held(job))

        self._do_later(self._then(hold))

    async def _cancel(self, number: int) -> None:
        job = await self._hand_over(number)

        async def cancel() -> None:
            if await self._does(job, lambda desk: desk.cancel_job(job), lambda: self._is_cancelled(job)):
                self.accepted.quiet.append(Quiet(job))

        self._do_later(self._then(cancel))

    async def _change_number(self, number: int) -> None:
        """To another number; once it is said that it goes there, the old one is not called any more."""
        old, new = self._random.sample(LINES, 2)
        job = await self._hand_over(number, old)

        async def change() -> None:
            if await self._does(job, lambda desk: desk.change_job(job, JobChange(number=new))):
                self.accepted.quiet.append(Quiet(job, old))

        self._do_later(self._then(change))

    async def _put_off(self, number: int) -> None:
        """By an hour, with another header where that can be; then it is to go at once after all."""
        job = await self._hand_over(number)

        async def put_off() -> None:
            later = JobChange(send_at=(datetime.now(UTC) + timedelta(hours=1)).isoformat())
            await self._does(job, lambda desk: desk.change_job(job, JobChange(header="office")))
            if await self._does(job, lambda desk: desk.change_job(job, later)):
                quiet = Quiet(job)
                self.accepted.quiet.append(quiet)
                await self._pause()
                quiet.end()
                await self._does(job, lambda desk: desk.change_job(job, JobChange(send_at="")))

        self._do_later(self._then(put_off))

    async def _then(self, do: Callable[[], Awaitable[None]]) -> None:
        await self._pause()
        await do()

    def _do_later(self, work: Awaitable[None]) -> None:
        self._later.add(asyncio.ensure_future(work))

    async def _pause(self) -> None:
        await asyncio.sleep(self._random.uniform(0.0, 4.0))

    # ------------------------------------------------------------ asking

    async def _is_held(self, job: str) -> bool:
        return (await self._ask(lambda desk: desk.show_job(job))).job.state is State.HELD

    async def _is_not_held(self, job: str) -> bool:
        return not await self._is_held(job)

    async def _is_cancelled(self, job: str) -> bool:
        return (await self._ask(lambda desk: desk.show_job(job))).job.state is State.CANCELLED

    async def _does(
        self,
        job: str,
        do: Callable[[client.Client], Awaitable[None]],
        is_done: Callable[[], Awaitable[bool]] | None = None,
    ) -> bool:
        """Have something done with a job; False if it cannot be any more. What is refused may have been done: by the
        same wish, whose answer was not heard.
        """
        try:
            await self._ask(do)
        except client.BusError as error:
            assert error.code is ErrorCode.STATE, f"{job}: {error.code}: {error}"
            return is_done is not None and await is_done()
        return True

    async def _ask(self, work: Callable[[client.Client], Awaitable[Answer]]) -> Answer:
        """Ask until there is an answer. BusError if it is that this cannot be done in the job's state."""
        self._moment()
        while True:
            try:
                async with client.connect(self._house.address) as desk:
                    return await work(desk)
            except client.ServiceUnavailable:
                await asyncio.sleep(AGAIN_SECONDS)
            except client.BusError as error:
                if error.code in (ErrorCode.STATE, ErrorCode.BAD_ORDER) and "please wait" not in str(error):
                    raise
                await asyncio.sleep(AGAIN_SECONDS)

    async def until_printed(self) -> None:
        """Wait until cupsd has handed everything over; release what is held, as its message says."""
        connection = cups.Connection(host=str(self._house.printing.socket))
        for number, job in self.accepted.printed.items():
            while (state := _state(connection, job)) != IPP_COMPLETED:
                assert state not in IPP_GIVEN_UP, f"fax {number} was printed and is in state {state}"
                if state == IPP_HELD:
                    connection.setJobHoldUntil(job, "no-hold")
                await asyncio.sleep(AGAIN_SECONDS)


def _state(connection: cups.Connection, job: int) -> int:
    return int(connection.getJobAttributes(job, ["job-state"])["job-state"])
