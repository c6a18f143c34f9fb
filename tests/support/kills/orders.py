# SPDX-License-Identifier: GPL-3.0-or-later
"""Faxes handed in while everything is killed: half by a patient program on the bus, half by lp and cupsd."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field

import cups

from faxcore.bus import client
from faxcore.contract.bus import Order
from tests.support.kills.house import House
from tests.support.kills.numbered import write_pdf, write_tiff

IPP_HELD, IPP_COMPLETED = 4, 9
IPP_GIVEN_UP = (7, 8)
AGAIN_SECONDS = 0.2


@dataclass
class Accepted:
    """What was accepted, by the number on its pages."""

    jobs: dict[int, str] = field(default_factory=dict)
    """Those that the bus has answered for: number and job."""
    printed: dict[int, int] = field(default_factory=dict)
    """Those that cupsd has taken: number and print job."""


class Ordering:
    """Hands faxes in until it is told to stop."""

    def __init__(self, house: House, seed: int) -> None:
        self._house = house
        self._random = random.Random(seed)
        self.accepted = Accepted()
        self.over = False

    async def run(self) -> None:
        """Hand in one after another."""
        number = 0
        while not self.over:
            number += 1
            if number % 2:
                await self._hand_over(number)
            else:
                await self._print(number)
            await asyncio.sleep(self._random.uniform(0.2, 2.0))

    async def _hand_over(self, number: int) -> None:
        """Submit as a program does whose call got no answer: again, with the same key."""
        path = self._house.folder / f"{number}.tif"
        write_tiff(path, number)
        order = Order(self._destination(), title=f"fax-{number}", key=f"key-{number}")
        while True:
            try:
                async with client.connect(self._house.address) as desk:
                    with path.open("rb") as pages:
                        self.accepted.jobs[number] = await desk.submit_document(pages, None, order)
                        return
            except (client.ServiceUnavailable, client.BusError):
                await asyncio.sleep(AGAIN_SECONDS)

    async def _print(self, number: int) -> None:
        path = write_pdf(self._house.folder / f"{number}.pdf", number)
        said = await asyncio.to_thread(
            self._house.stage.run,
            ["lp", "-d", "Fax", "-t", f"fax-{number}", "-o", f"fax-number={self._destination()}", path],
        )
        self.accepted.printed[number] = int(said.split("Fax-")[1].split()[0])

    def _destination(self) -> str:
        return f"019900000{self._random.randint(1, 4)}"

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
