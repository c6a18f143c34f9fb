# SPDX-License-Identifier: GPL-3.0-or-later
"""The people of an office: what they hand in on a working day, who calls them, and what they see to themselves."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Coroutine
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import text

from faxcore.announce.announcing import News
from faxcore.api.api_error import ApiError
from faxcore.contract.bus import ErrorCode
from faxcore.contract.order import Order
from faxcore.contract.printed import Accepted, Claim
from faxcore.contract.sent_fax import Verdict
from faxcore.service import FaxService
from faxcore.store.store_error import StoreUnavailable
from tests.support import service_parts
from tests.support.days.played_worker import Workers
from tests.support.virtual_time import WallClock

ZONE: Final = ZoneInfo("Europe/Paris")
PEOPLE: Final = (service_parts.ME, "somebody-else", "a-third")
OPENS, TIDIES, NIGHT, QUIET = time(8), time(18, 30), time(1, 30), time(4, 40)
SUMMER_ENDS: Final = date(2026, 10, 25)
"""The night before this day has an hour more in Europe, and some people work in it."""
CALLED: Final = {"line-1": "0199000001", "line-2": "0199000002"}
AGAIN_SECONDS: Final = 90.0
"""Seconds until a caller who found the line busy tries again."""
CALLS: Final = 10

Action = Callable[[], Coroutine[Any, Any, None]]


def at(day: date, when: time) -> datetime:
    """This time of this day, as the clock on the office's wall shows it."""
    return datetime.combine(day, when, ZONE)


class Programs:
    """The programs of everybody in the office, which are there while it is open."""

    def __init__(self, hears: Callable[[News], None]) -> None:
        self.running = False
        self._hears = hears

    def people(self) -> tuple[str, ...]:
        """Whose programs listen."""
        return PEOPLE if self.running else ()

    def tell(self, _person: str, news: News) -> bool:
        """A signal; what it says is checked whether anybody listens or not."""
        self._hears(news)
        return self.running


class Office:
    """Everybody in it."""

    def __init__(
        self, service: FaxService, programs: Programs, clock: WallClock, workers: Workers, random: Random, folder: Path
    ) -> None:
        self._service = service
        self._programs = programs
        self._clock = clock
        self._workers = workers
        self._random = random
        self._documents = [service_parts.document(folder, pages, f"{pages}.tif") for pages in (1, 2, 3)]
        self._drafts: list[str] = []
        self._callers: set[asyncio.Task[None]] = set()
        self._keys = 0
        self.sent = self.called = self.refused = 0
        self.said_again: list[str] = []
        self.disk_is_full = False

    async def work(self, day: date, faxes: int, calls: int, incidents: dict[time, Action]) -> None:
        """A day, until the early morning of the next, when nothing should be under way."""
        actions: list[tuple[datetime, Action]] = [(at(day, when), action) for when, action in incidents.items()]
        actions += [(self._some_time(day), self._send) for _ in range(faxes)]
        actions += [(self._some_time(day), self._print) for _ in range(faxes // 6)]
        actions += [(self._some_time(day), self._complete) for _ in range(faxes // 6)]
        actions += [(self._some_time(day), self._cancel) for _ in range(faxes // 20)]
        actions += [(self._some_time(day), self._be_called) for _ in range(calls)]
        actions += [(at(day, OPENS), self._come), (at(day, TIDIES), self._tidy), (at(day, TIDIES), self._go)]
        if day + timedelta(days=1) == SUMMER_ENDS:
            actions += [(self._some_time(SUMMER_ENDS, NIGHT, 2.5), self._send) for _ in range(10)]
            actions += [(self._some_time(SUMMER_ENDS, NIGHT, 2.5), self._be_called) for _ in range(4)]
        for when, action in sorted(actions, key=lambda each: each[0]):
            await self._clock.until(when)
            try:
                await action()
            except (ApiError, StoreUnavailable) as error:
                if not self.disk_is_full or (isinstance(error, ApiError) and error.code is not ErrorCode.NO_SPACE):
                    raise
                self.refused += 1
        await self._clock.until(at(day + timedelta(days=1), QUIET))
        await asyncio.gather(*self._callers)

    def _some_time(self, day: date, begin: time = OPENS, hours: float = 10) -> datetime:
        # In UTC: an hour that comes twice would be skipped in local time.
        return at(day, begin).astimezone(UTC) + timedelta(hours=self._random.uniform(0, hours))

    # ------------------------------------------------------------ faxes

    async def _send(self) -> None:
        order = Order(number=f"0199{self._random.randrange(300):06}", last_name="Martin", subject="Lease")
        person = self._random.choice(PEOPLE)
        with self._random.choice(self._documents).open("rb") as pages, open(os.devnull, "rb") as nothing:
            await self._service.api.submit_document(person, pages.fileno(), nothing.fileno(), order)
        self.sent += 1

    async def _print(self) -> None:
        self._keys += 1
        claim = Claim(user=service_parts.ME, title="Lease", key=f"urn:uuid:{self._keys}")
        with self._random.choice(self._documents).open("rb") as pages, open(os.devnull, "rb") as nothing:
            handover = await self._service.intake.submit("lp", pages.fileno(), nothing.fileno(), claim)
        assert handover.kind is Accepted.DRAFT
        await self._service.intake.acknowledge("lp", handover.id)
        self._drafts.append(handover.id)

    async def _complete(self) -> None:
        """Somebody remembers a printed document; not all of them, ever."""
        if not self._drafts or self._random.random() < 0.2:
            return
        draft = self._drafts[-1]
        if self._random.random() < 0.2:
            await self._service.api.discard_draft(service_parts.ME, draft)
        else:
            number = f"0199{self._random.randrange(300):06}"
            await self._service.api.submit_draft(service_parts.ME, draft, Order(number=number, last_name="Durand"))
            self.sent += 1
        self._drafts.remove(draft)

    async def _cancel(self) -> None:
        waiting = self._rows("SELECT id, owner FROM job WHERE state IN ('ready', 'sleeping', 'active') ORDER BY id")
        if waiting:
            job, owner = self._random.choice(waiting)
            await self._service.api.cancel_job(owner, job)

    # ------------------------------------------------------------ calls in

    async def _be_called(self) -> None:
        line = self._random.choice(list(CALLED))
        task = asyncio.create_task(self._call(line))
        self._callers.add(task)
        task.add_done_callback(self._callers.discard)

    async def _call(self, line: str) -> None:
        for _ in range(CALLS):
            if self._workers.ring(line, CALLED[line]):
                self.called += 1
                return
            await asyncio.sleep(AGAIN_SECONDS)

    # ------------------------------------------------------------ morning and evening

    async def _come(self) -> None:
        self._programs.running = True
        for person in PEOPLE:
            await self._service.api.register(person)

    async def _go(self) -> None:
        self._programs.running = False

    async def _tidy(self) -> None:
        """Decide about the uncertain faxes, and put some into the bin."""
        for job, owner in self._rows("SELECT id, owner FROM job WHERE state = 'uncertain' ORDER BY id"):
            verdict = self._random.choice((Verdict.ARRIVED, Verdict.AGAIN))
            if verdict is Verdict.AGAIN:
                self.said_again.append(job)
            await self._service.api.resolve_job(owner, job, verdict)
        ended = self._rows("SELECT id, owner FROM job WHERE state IN ('done', 'failed') ORDER BY id DESC LIMIT 20")
        for job, owner in self._random.sample(ended, min(3, len(ended))):
            await self._service.api.bin_fax(owner, job)

    def _rows(self, sql: str) -> list[Any]:
        return list(self._service.store.database.rows(text(sql)))
