# SPDX-License-Identifier: GPL-3.0-or-later
"""A morning of an office on real calls: six lines, three people, and four ways in which a call fails.

The clock on the wall is the test's: at one minute to eight everything is handed in, at eight the office opens, at ten
come the faxes that wait for that. The calls between take the time of the exchange.
"""

import asyncio
import getpass
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from sqlalchemy import text

from faxcore.announce.announcing import News
from faxcore.api.api_error import ApiError
from faxcore.config import Config, KeptFree, LineConfig, NumberConfig, QueueConfig, SendingRule
from faxcore.config.weekly_hours import parse_hours
from faxcore.contract.order import Order
from faxcore.contract.service_status import LineState
from faxcore.document.tiff import write_pages
from faxcore.exchange import (
    ALWAYS_BUSY,
    NEVER_ANSWERS,
    Exchange,
    ExchangeSettings,
    Impairments,
    LineSettings,
    TerminalSettings,
)
from faxcore.lines.worker_line import worker_command
from faxcore.model.call import Outcome
from faxcore.model.job import FINAL, State
from faxcore.model.line_direction import LineDirection
from faxcore.model.page import Resolution
from faxcore.model.priority import Priority
from faxcore.service import FaxService
from tests.service.test_office_lines import Clock
from tests.support.cable import Cable
from tests.support.pages import text_page
from tests.support.service_parts import ME, Listener, NoWait, configured, running, submit
from tests.support.waiting import until

ANNE, BOB = "anne", "bob"
OURS = tuple(f"019900000{line}" for line in range(1, 7))
COURT, SHOP, FLAKY, TOWN = (f"019900002{place}" for place in range(1, 5))
CALLER = 8
"""The line of the exchange at which the shop is, which calls the office."""
FORBIDDEN = "0199000031"
HANGS_UP_AFTER = 33.0
"""Seconds after the answer at which the flaky line dies: the first page of the circular has arrived after 26 s, the
second one would have after 40 s.
"""
DAY = "2026-11-27"
PATIENCE = 100.0

LINES: dict[str, dict[str, Any]] = {
    "line-1": {"direction": LineDirection.IN, "priority": 100},
    "line-2": {"direction": LineDirection.OUT},
    "line-3": {"groups": ("west",)},
    "line-4": {"groups": ("east",), "hours": parse_hours(["Mon-Fri 10:00-18:00"]), "priority": 90},
    "line-5": {"groups": ("east",)},
    "line-6": {"groups": ("west",), "priority": 50},
}
CIRCULARS = tuple(f"circular {number}" for number in (TOWN, FLAKY, ALWAYS_BUSY))
OPEN = parse_hours(["Mon-Fri 08:00-18:00"])
FROM_NINE = parse_hours(["09:00-18:00"])
RULES = (
    SendingRule("Court", destinations=("+33199000021",), lines=("east",)),
    SendingRule("Not there", destinations=("+3319900003",), persons=(BOB,), refuse=True),
    SendingRule("Anne and the shop", destinations=("+33199000022",), persons=(ANNE,), hours=FROM_NINE),
)
KEPT_FREE = (KeptFree(1, "west"),)


@dataclass(frozen=True)
class Called:
    """A call for a fax: `hour` is what the clock on the wall showed when it began."""

    title: str
    line: str
    hour: str
    outcome: Outcome
    first_page: int
    confirmed: int


@dataclass
class Morning:
    """What happened."""

    calls: list[Called] = field(default_factory=list)
    states: dict[str, State] = field(default_factory=dict)
    pages: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Of each fax: how many it has, and how many are confirmed."""
    refusal: str = ""
    """Said of the number that Bob may not call."""
    is_free_for_anne: bool = False
    busy_at_once: int = 0
    """Lines of the group `west` that were in a call at the same time, at most."""
    received_on: list[str] = field(default_factory=list)
    """The lines on which a fax came in."""
    without_modem: str = ""
    """Said of the line whose modem was pulled out."""

    def of(self, title: str) -> list[Called]:
        """List the calls for a fax."""
        return [call for call in self.calls if call.title == title]


def settings(folder: Path) -> ExchangeSettings:
    """Our six lines, and four foreign machines, one of which has a bad line."""
    bad = Impairments(hang_up_after=HANGS_UP_AFTER)
    foreign = [LineSettings((number,), terminal=TerminalSettings()) for number in (COURT, SHOP, FLAKY, TOWN)]
    foreign[2] = replace(foreign[2], impairments=bad)
    lines = (*(LineSettings((number,)) for number in OURS), *foreign)
    return ExchangeSettings(folder / "exchange", lines, speed=50.0, seed=7, no_answer_after=20.0)


def office(folder: Path, exchange: Exchange, modem: Path) -> Config:
    """The configuration; line 5 has its modem at the end of a cable."""
    owners = (getpass.getuser(),)
    made = []
    for index, (name, number) in enumerate(zip(LINES, OURS, strict=True), start=1):
        device = modem if name == "line-5" else exchange.device(index)
        made.append(
            replace(LineConfig(name, device, number, (NumberConfig(number, owners),), hours=OPEN), **LINES[name])
        )
    queue = QueueConfig(
        dials=3, wait=NoWait(), spread=0, never_reached=MappingProxyType({Outcome.NO_ANSWER: 1}), urgent=(BOB,)
    )
    return replace(configured(folder), lines=tuple(made), rules=RULES, kept_free=KEPT_FREE, queue=queue)


class Day:
    """The people, and the clock on their wall."""

    def __init__(self, folder: Path, exchange: Exchange, cable: Cable) -> None:
        self._folder = folder
        self._exchange = exchange
        self._cable = cable
        self.clock = Clock(f"{DAY}T07:59")
        self.morning = Morning()
        write_pages(folder / "note.tif", [text_page(Resolution.STANDARD, 1, rows=150)])
        write_pages(folder / "circular.tif", [text_page(Resolution.FINE, page, rows=600) for page in (2, 3)])

    async def live(self, service: FaxService, listener: Listener) -> None:
        """The whole morning."""
        watch_west(service, listener, self.morning)
        lines = service.lines
        await until("the lines to be idle", lambda: all(line.state is LineState.IDLE for line in lines), PATIENCE)
        urgent = await self._hand_in(service)
        service.scheduler.turn()
        self._set_clock(service, "08:00")
        await listener.until(lambda _p, _n, news: getattr(news, "id", "") == urgent and news.confirmed == 1)
        self._cable.pull_out()
        await until("the line without its modem", lambda: lines[4].state is LineState.ABSENT, PATIENCE)
        self.morning.without_modem = str(lines[4].detail)
        await self._until_over(service, "letter", "nobody", *CIRCULARS)
        await self._call_in(service)
        self._set_clock(service, "10:00")
        await self._until_over(service, "later", "shop", "urgent", "plea", "copy")
        self._read_calls(service)

    async def _hand_in(self, service: FaxService) -> str:
        """Everything that is wanted today; the urgent fax."""
        note, circular = self._folder / "note.tif", self._folder / "circular.tif"
        await submit(service, note, COURT, ANNE, title="copy", priority=Priority.BULK)
        await submit(service, note, COURT, BOB, title="plea")
        urgent = await submit(service, circular, COURT, BOB, title="urgent", priority=Priority.URGENT)
        await submit(service, note, SHOP, ANNE, title="shop")
        await submit(service, note, SHOP, title="letter")
        await submit(service, note, NEVER_ANSWERS, title="nobody")
        at_ten = at("10:00").isoformat()
        await submit(service, note, TOWN, title="later", send_at=at_ten)
        await service.api.hold_job(ME, await submit(service, note, SHOP, title="held"))
        try:
            await submit(service, note, FORBIDDEN, BOB, title="forbidden")
        except ApiError as refused:
            self.morning.refusal = str(refused.sentence)
        self.morning.is_free_for_anne = (await service.api.judge_number(ANNE, FORBIDDEN)).called
        await self._send_circular(service)
        return urgent

    async def _send_circular(self, service: FaxService) -> None:
        circular, names = self._folder / "circular.tif", self._folder / "list.csv"
        names.write_text("\n".join(("number", TOWN, FLAKY, ALWAYS_BUSY)))
        with circular.open("rb") as pages, names.open("rb") as recipients:
            descriptors = pages.fileno(), pages.fileno(), recipients.fileno()
            await service.api.submit_to_many(ANNE, *descriptors, Order(title="circular"))

    def _set_clock(self, service: FaxService, time: str) -> None:
        self.clock.now = at(time)
        service.scheduler.wake()

    async def _until_over(self, service: FaxService, *titles: str) -> None:
        def are_over() -> bool:
            jobs = [job for person in (ME, ANNE, BOB) for job in service.store.jobs.all(person)]
            return all(job.state in FINAL for job in jobs if name_of(job.title, job.number) in titles)

        await until(f"{titles} to be over", are_over, PATIENCE)

    async def _call_in(self, service: FaxService) -> None:
        """A foreign machine calls the line that only sends, then the one that only receives."""
        note, filed = self._folder / "note.tif", text("SELECT line FROM reception WHERE state = 'filed'")
        brought = [
            await asyncio.wait_for(asyncio.wrap_future(self._exchange.send(CALLER, note, number)), PATIENCE)
            for number in (OURS[1], OURS[0])
        ]
        count = sum(result.ok for result in brought)
        await until("what came in", lambda: len(service.store.database.rows(filed)) == count, PATIENCE)
        self.morning.received_on = [row.line for row in service.store.database.rows(filed)]

    def _read_calls(self, service: FaxService) -> None:
        rows = service.store.database.rows(
            text(
                "SELECT call.*, submission.title, job.number FROM call JOIN job ON job.id = call.job"
                " JOIN submission ON submission.id = job.submission ORDER BY call.id"
            )
        )
        for row in rows:
            hour = datetime.fromisoformat(row.started).astimezone().strftime("%H:%M")
            title, outcome = name_of(row.title, row.number), Outcome(row.outcome)
            self.morning.calls.append(Called(title, row.line, hour, outcome, row.first_page, row.confirmed))
        for person in (ME, ANNE, BOB):
            for job in service.store.jobs.all(person):
                self.morning.states[name_of(job.title, job.number)] = job.state
                self.morning.pages[name_of(job.title, job.number)] = job.pages, job.confirmed


def at(time: str) -> datetime:
    """The time of that day, by the clock on the wall."""
    return datetime.fromisoformat(f"{DAY}T{time}").astimezone()


def name_of(title: str, number: str) -> str:
    """The name of a fax: its title, and for the circular to whom it goes."""
    return f"{title} {number.replace(' ', '')}" if title == "circular" else title


def watch_west(service: FaxService, listener: Listener, morning: Morning) -> None:
    """Count the lines of the group that are in a call at once, at each news of a fax."""
    tell = listener.tell

    def count_and_tell(person: str, news: News) -> bool:
        calling = [line for line in service.lines if "west" in line.line.groups and line.state is LineState.SENDING]
        morning.busy_at_once = max(morning.busy_at_once, len(calling))
        return tell(person, news)

    listener.tell = count_and_tell  # type: ignore[method-assign]


def live_through(folder: Path) -> Morning:
    """Live through the morning."""

    async def main(exchange: Exchange, cable: Cable, modem: Path) -> Morning:
        day = Day(folder, exchange, cable)
        parts = {"worker": worker_command, **day.clock.parts()}
        async with running(folder, office(folder, exchange, modem), **parts) as (service, listener):
            await day.live(service, listener)
        return day.morning

    with Exchange(settings(folder)) as exchange:
        modem = folder / "modem-5"
        with Cable(exchange.device(5), modem) as cable:
            return asyncio.run(main(exchange, cable, modem))
