# SPDX-License-Identifier: GPL-3.0-or-later
"""What must be true of the service: at each change of a fax, and in the early morning, when nothing is under way."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import bindparam, text

from faxcore.announce.announcing import News
from faxcore.contract.sent_fax import Job
from faxcore.document.compose import PageOrder
from faxcore.document.sizes import PageSize
from faxcore.model.call import Outcome
from faxcore.model.job import State
from faxcore.queue.outgoing_call import FULL_SECONDS
from faxcore.service import FaxService
from faxcore.store.call_history import REACHED_DAYS
from tests.support import service_parts
from tests.support.days.far_end import FarEnd
from tests.support.days.office import ZONE
from tests.support.virtual_time import WallClock

TICK: Final = 1.0
"""Seconds by which a retry may come late."""
TROUBLED_TICK: Final = 15.0
"""The same, behind a full disk: the queue looks again every ten seconds."""
SWEEP: Final = timedelta(hours=2)
"""By which a fax may go late: one sweep an hour, and clocks that are set by one."""
ENDED: Final = (State.DONE, State.FAILED, State.CANCELLED)
DAY: Final = 86_400.0


class Rules:
    """Watches, and remembers what was broken."""

    def __init__(self, clock: WallClock, far_end: FarEnd) -> None:
        self._clock = clock
        self._far_end = far_end
        self._loop = asyncio.get_running_loop()
        self._states: dict[str, State] = {}
        self._asleep: dict[str, tuple[float, float, float]] = {}
        """Since when each sleeping job sleeps, and the least and the most seconds for which it should."""
        self._ended: dict[str, datetime] = {}
        """When each fax has ended whose row must still be there."""
        self.service: FaxService | None = None
        self.full_until = 0.0
        """When the disk has had room again, on the loop's clock."""
        self.retries = 0
        self.twice = 0
        """Retries in the hour that came for the second time."""
        self.latest = 0.0
        """Seconds by which the latest retry was late."""
        self.broken: list[str] = []

    # ------------------------------------------------------------ retries

    def hear(self, news: News) -> None:
        """A fax has changed."""
        if not isinstance(news, Job) or self._states.get(news.id) is news.state:
            return
        self._states[news.id] = news.state
        asleep = self._asleep.pop(news.id, None)
        if news.state is State.SLEEPING:
            self._asleep[news.id] = (self._loop.time(), *self._wait(news.id))
        elif news.state is State.READY and asleep is not None:
            self._check_retry(news, *asleep)
        elif news.state in ENDED:
            self._states.pop(news.id)
            self._ended[news.id] = self._clock.now()

    def _wait(self, job: str) -> tuple[float, float]:
        """Say for how many seconds a job should sleep, by what the other end knows of its last call."""
        assert self.service is not None
        call = self.service.store.calls.of_job(job)[-1]
        seen = self._far_end.out.get(call.id)
        if seen is None:
            return 0.0, FULL_SECONDS  # nothing was dialled, for one reason or another
        if seen.ended is None or seen.ended.outcome is Outcome.LOCAL_ABORT:
            return 0.0, 0.0
        queue = self.service.config.value.queue
        seconds, spread = queue.seconds(seen.ended.outcome), queue.spread / 100
        return seconds * (1 - spread), seconds * (1 + spread)

    def _check_retry(self, job: Job, since: float, least: float, most: float) -> None:
        slept = self._loop.time() - since
        self.retries += 1
        self.twice += self._clock.now().astimezone(ZONE).fold
        # Times in rows are to the millisecond.
        if slept < least - 0.002:
            self._break(f"a retry came {least - slept:.1f} s too early: {job}")
        late = self._loop.time() - max(since + most, self.full_until)
        if self.full_until <= since:
            self.latest = max(self.latest, slept - most)
        if late > (TICK if self.full_until <= since else TROUBLED_TICK):
            self._break(f"a retry came {late:.1f} s too late: {job}")

    async def compose(self, pages: Path, out: Path, order: PageOrder) -> list[PageSize]:
        """Compose nothing, and look at the time that would stand on the pages."""
        now = self._clock.now().astimezone(ZONE)
        if abs(order.when - now) > timedelta(seconds=1) or order.when.utcoffset() != now.utcoffset():
            self._break(f"a page says {order.when}, and it is {now}")
        return await service_parts.plain_composer(pages, out, order)

    # ------------------------------------------------------------ in the morning

    def check_morning(self, said_again: list[str]) -> None:
        """Look at every row and every file."""
        for problem in (
            *self._find_stuck(),
            *self._find_left(),
            *self._find_lost(Counter(said_again)),
            *self._find_kept_too_short_or_long(),
        ):
            self._break(problem)
        self._far_end.forget(self._loop.time() - 2 * DAY)

    def _find_stuck(self) -> Iterator[str]:
        now = self._clock.now()
        ended = "'done', 'failed', 'cancelled'"
        for row in self._rows(f"SELECT id, state, next_try, changed FROM job WHERE state NOT IN ({ended})"):
            if row.state == State.UNCERTAIN.value and row.changed > _text(now - timedelta(days=1)):
                continue  # a person decides, who had gone home
            due = datetime.fromisoformat(row.next_try) if row.next_try else None
            longest = timedelta(seconds=self._config.queue.longest_wait)
            if row.state != State.SLEEPING.value or due is None or not now < due <= now + longest:
                yield f"a job is stuck: {row}, and it is {now}"
        for table in ("call WHERE ended IS NULL", "reception WHERE state <> 'filed'"):
            if found := self._rows(f"SELECT * FROM {table}"):
                yield f"{len(found)} are under way: {table}"
        for line in self._service.lines:
            if not line.free:
                yield f"{line.name} is {line.state.value}"

    def _find_left(self) -> Iterator[str]:
        store = self._service.store
        rows = self._rows("SELECT id, has_original FROM document")
        wanted = {f"{row.id}.tif" for row in rows} | {f"{row.id}.original" for row in rows if row.has_original}
        there = {path.name for path in store.documents.folder.iterdir()}
        if wanted != there:
            yield f"documents without a row, or rows without one: {wanted ^ there}"
        if unclean := store.list_unclean_calls():
            yield f"folders of calls with more than is kept: {unclean}"
        calls = {row.id for row in self._rows("SELECT id FROM call")}
        if strangers := {path.name for path in (store.folder / "calls").iterdir()} - calls:
            yield f"folders of no call: {strangers}"
        if half := [path for path in self._config.received.iterdir() if path.name.startswith(".")]:
            yield f"half a fax in the folder: {half}"
        used = "SELECT document FROM submission UNION SELECT document FROM draft"
        if unused := self._rows(f"SELECT id FROM document WHERE id NOT IN ({used})"):
            yield f"documents of nothing: {unused}"
        now = self._clock.now() - SWEEP
        long_ago = now - timedelta(days=REACHED_DAYS)
        rows = "SELECT number FROM destination WHERE until < :then AND reached < :long_ago"
        if old := self._rows(rows, then=_text(now), long_ago=_text(long_ago)):
            yield f"{len(old)} destinations are remembered for too long"

    def _find_lost(self, again: Counter[str]) -> Iterator[str]:
        """Compare what the other end has seen since yesterday with what is called sent and received."""
        since = self._loop.time() - 1.5 * DAY
        calls = [call for call, seen in self._far_end.out.items() if seen.began > since]
        arrived: Counter[str] = Counter()
        states = {}
        for row in self._several(
            "SELECT call.id, job.id AS job, job.state FROM call JOIN job ON call.job = job.id", calls
        ):
            states[row.job] = row.state
            arrived[row.job] += self._far_end.out[row.id].whole
        for job, state in states.items():
            if arrived[job] > 1 + again[job]:
                yield f"job {job} has arrived {arrived[job]} times"
            if arrived[job] and state not in ("done", "uncertain", "cancelled") and not again[job]:
                yield f"job {job} has arrived and is {state}"
        kept = [call for call, seen in self._far_end.come.items() if seen.began > since and seen.pages]
        found = {
            row.call: row
            for row in self._several("SELECT call AS id, call, received, tiff, state FROM reception", kept)
        }
        for call in kept:
            row = found.get(call)
            if row is None or row.state != "filed" or not Path(row.tiff).exists():
                yield f"call {call} brought {self._far_end.come[call].pages} pages, and there is {row}"
                continue
            local = datetime.fromisoformat(row.received).astimezone(ZONE)
            if not Path(row.tiff).name.startswith(f"{local:%Y-%m-%d %H-%M-%S}"):
                yield f"a fax of {local} is called {row.tiff}"

    def _find_kept_too_short_or_long(self) -> Iterator[str]:
        rules, now = self._config.retention, self._clock.now()
        for what, days in (
            ("job WHERE state = 'done' AND changed", rules.sent),
            ("job WHERE state IN ('failed', 'cancelled') AND changed", rules.failed),
            ("reception WHERE received", rules.received),
            ("entry WHERE binned", rules.bin),
            ("call WHERE transcript AND ended", rules.transcripts),
            ("delivery WHERE done", rules.news),
        ):
            then = now - timedelta(days=days) - SWEEP
            if days and (old := self._rows(f"SELECT * FROM {what} < :then", then=_text(then))):
                yield f"{len(old)} are older than {days} days: {what}"
        shortest = min(rules.sent, rules.failed, rules.bin)
        until = now - timedelta(days=shortest) + SWEEP
        self._ended = {job: when for job, when in self._ended.items() if when > until}
        there = {row.id for row in self._several("SELECT id FROM job", list(self._ended))}
        if gone := self._ended.keys() - there:
            yield f"{len(gone)} faxes are gone before their {shortest} days: {sorted(gone)[:3]}"

    # ------------------------------------------------------------ inside

    @property
    def _service(self) -> FaxService:
        assert self.service is not None
        return self.service

    @property
    def _config(self) -> Any:
        return self._service.config.value

    def _break(self, problem: str) -> None:
        self.broken.append(f"{self._clock.now().astimezone(ZONE):%d %b %H:%M:%S}: {problem}")

    def _rows(self, sql: str, **values: object) -> list[Any]:
        return list(self._service.store.database.rows(text(sql).bindparams(**values)))

    def _several(self, select: str, ids: list[str]) -> list[Any]:
        """The rows of these ids, of the first table that the SELECT names."""
        table = select.partition(" FROM ")[2].split()[0]
        column = "call" if table == "reception" else "id"
        statement = text(f"{select} WHERE {table}.{column} IN :ids").bindparams(bindparam("ids", expanding=True))
        found: list[Any] = []
        for start in range(0, len(ids), 300):
            found += self._service.store.database.rows(statement.bindparams(ids=ids[start : start + 300]))
        return found


def _text(when: datetime) -> str:
    return when.isoformat(timespec="milliseconds").replace("+00:00", "Z")
