# SPDX-License-Identifier: GPL-3.0-or-later
"""The queue at work: ready jobs go to free lines, as `choose` pairs them, and their calls are followed.

Nothing dials before the intent is on disk; a confirmed page is on disk when it is counted; EOP goes out only after
`final-pending` is on disk. What becomes of a job after its call is decided by `faxcore.queue.policy`.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Any, Final

from faxcore.checkpoint import checkpoint
from faxcore.config.current import CurrentConfig
from faxcore.contract.service_status import HeldBack
from faxcore.document.compose import compose
from faxcore.lines.worker_line import WorkerLine
from faxcore.model.job import IN_CALL, Event, JobKind, State
from faxcore.model.sentence import Sentence
from faxcore.queue.carrying import find_hours, find_opening
from faxcore.queue.clock_watch import ClockWatch
from faxcore.queue.composing import ComposedPages, Composer
from faxcore.queue.fetch_call import FetchCall, Fetched
from faxcore.queue.following import Following, Prepared
from faxcore.queue.giving_up import give_up, give_up_late
from faxcore.queue.holding_back import NO_LINE_YET
from faxcore.queue.outgoing_call import FULL_SECONDS, OutgoingCall
from faxcore.queue.pairing import Pairing
from faxcore.queue.waiting_reasons import WaitingReasons
from faxcore.routing.own_numbers import find_own_key, find_station_id
from faxcore.store.ids_and_times import format_time
from faxcore.store.jobs import JobRow
from faxcore.store.store import Store
from faxcore.store.store_error import StoreUnavailable
from faxcore.store.views import NO_CALL, CallProgress
from faxcore.store.wish import Wish

log = logging.getLogger(__name__)

TROUBLE_SECONDS: Final = 10.0
"""Seconds that the queue waits after the database could not be written."""

LOOK_SECONDS: Final = 30.0
"""Seconds after which the clock is looked at again for faxes that are to be sent later, and for lines that dial at some
hours only.
"""

HOUR: Final = 3600.0

WAITING: Final = frozenset({State.PENDING, State.READY, State.SLEEPING, State.HELD})
"""The states of a job that is in no call and has not ended."""
CANCELLED: Final = Sentence("Cancelled.")

MOST_WOKEN: Final = 25
"""Jobs that are woken in one turn: what is done in one piece keeps the bus waiting."""


class Scheduler:
    """Gives jobs to lines and follows their calls."""

    def __init__(
        self,
        store: Store,
        config: CurrentConfig,
        lines: Callable[[], Sequence[WorkerLine]],
        changed: Callable[[JobRow], None],
        fetched: Fetched,
        composer: Composer = compose,
        broken: Callable[[asyncio.Task[None]], None] = lambda _task: None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`changed` hears of every change of a job, `broken` of the end of every call's task; `fetched` keeps what is
        fetched.
        """
        self._store = store
        self._config = config
        self._lines = lines
        self._changed = changed
        self._fetched = fetched
        self._composer = composer
        self._broken = broken
        self._clock = ClockWatch(store, monotonic)
        self._monotonic = monotonic
        self._awake = asyncio.Event()
        self._calls: dict[str, OutgoingCall | FetchCall] = {}
        self._pairing = Pairing(store, config)
        self._reasons = WaitingReasons(store, config, monotonic)
        self._tasks: set[asyncio.Task[None]] = set()

    def wake(self) -> None:
        """Look at the queue again: a job may be ready, a line free."""
        self._awake.set()

    def progress(self, job: JobRow) -> CallProgress:
        """Tell where the job's call is; if it has none, for which hour it waits, or that there is no line yet."""
        call = self._calls.get(job.id)
        if call is not None:
            return call.watch.view()
        if job.state is not State.READY:
            return NO_CALL
        if not self._lines():
            return CallProgress(NO_LINE_YET)
        config, now = self._config.value, self._store.database.local_now()
        opening = find_opening(job.destination, config.find_sender(job.owner), config, now)
        return NO_CALL if opening is None else CallProgress(opens=format_time(opening))

    async def run(self) -> None:
        """Work until cancelled."""
        try:
            while True:
                self._awake.clear()
                seconds = self.turn()
                # A turn of many may follow another: the bus and the lines come between.
                await asyncio.sleep(0)
                # Not asyncio.wait_for: in Python 3.11 it drops a cancellation that comes together with the event.
                with suppress(TimeoutError):
                    async with asyncio.timeout(seconds):
                        await self._awake.wait()
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def cancel(self, job: JobRow) -> JobRow:
        """Cancel a job for a person. WrongState if it has ended."""
        if job.state in IN_CALL:
            self._store.jobs.request_cancel(job.id)
            call = self._calls.get(job.id)
            if call is not None:
                await call.cancel()
            return job
        job = self._store.jobs.event(job.id, Event.CANCELLED, reason=CANCELLED)
        self._changed(job)
        return job

    async def hold(self, job: JobRow) -> None:
        """Hold a job back for a person; a call ends as soon as the protocol allows, but for one whose last page is out:
        that may have arrived. WrongState if the job has ended.
        """
        if job.state is State.ACTIVE:
            self._store.jobs.request_hold(job.id)
            call = self._calls.get(job.id)
            if call is not None:
                await call.put_off()
        elif job.state is State.FINAL_PENDING:
            self._store.jobs.request_hold(job.id)
        else:
            self._changed(self._store.jobs.hold(job.id))

    async def change(self, job: JobRow, wish: Wish) -> None:
        """Change a job for a person. A call that is under way ends as soon as the protocol allows if the job is not to
        be sent now, or not to this number. WrongState if the job has ended.
        """
        if job.state in IN_CALL:
            self._store.job_changes.request(job, wish)
            call = self._calls.get(job.id)
            if call is not None and (wish.send_at or wish.is_elsewhere(job.destination, job.sub_address)):
                await call.put_off()
            self.report(job.id)
        else:
            self._changed(self._store.job_changes.change(job, wish))
            self.wake()

    def release(self, job: JobRow) -> None:
        """Let a job go on that is held, or is to be. WrongState if it is neither."""
        if job.held and job.state in IN_CALL:
            self._store.jobs.request_hold(job.id, held=False)
            return
        self._changed(self._store.jobs.release(job.id))
        self.wake()

    def cancel_waiting(self, jobs: Iterable[JobRow]) -> None:
        """Cancel those of these jobs that wait, in one piece. What a person must decide on is left to them."""
        self._change(jobs, lambda job: self._store.jobs.event(job.id, Event.CANCELLED, reason=CANCELLED))

    def hold_waiting(self, jobs: Iterable[JobRow]) -> None:
        """Hold back those of these jobs that wait, in one piece."""
        self._change([job for job in jobs if job.state is not State.HELD], lambda job: self._store.jobs.hold(job.id))

    def release_waiting(self, jobs: Iterable[JobRow]) -> None:
        """Let those of these jobs go on that are held, in one piece."""
        self._change([job for job in jobs if job.state is State.HELD], lambda job: self._store.jobs.release(job.id))
        self.wake()

    def _change(self, jobs: Iterable[JobRow], change: Callable[[JobRow], JobRow]) -> None:
        with self._store.transaction():
            changed = [change(job) for job in jobs if job.state in WAITING]
        for job in changed:
            self._changed(job)

    def turn(self) -> float | None:
        """Wake sleepers and start what can start; seconds until there is something to do by itself, None for never."""
        try:
            self.mind_clock()
            woken = self._store.jobs.wake(MOST_WOKEN)
            for job in woken:
                self._changed(job)
            late = give_up_late(self._store, MOST_WOKEN)
            for job in late:
                self._changed(job)
            refused = self._refuse_forbidden()
            self._start_calls()
            self._prepare_next()
            return 0.0 if refused or MOST_WOKEN in (len(woken), len(late)) else self._seconds_to_next()
        except StoreUnavailable as error:
            log.error("the queue waits for the database: %s", error)
            return TROUBLE_SECONDS

    def _prepare_next(self) -> None:
        """Prepare the faxes that go out behind those that are in a call, each in the same call."""
        calls = [call for call in self._calls.values() if isinstance(call, OutgoingCall)]
        awaited = self._store.turns.find_awaited({call.job.destination for call in calls})
        for call in calls:
            if call.job.destination in awaited:
                call.prepare_next()

    def mind_clock(self) -> None:
        """See to sleeping jobs if the clock has been set: before one is woken, or sent to sleep by it."""
        self._clock.mind(max(self._config.value.queue.longest_wait, FULL_SECONDS))

    def _seconds_to_next(self) -> float | None:
        now = datetime.fromisoformat(self._store.database.now())
        jobs = self._store.jobs
        # A deadline that is told of late, as the clock was set or the machine slept, has been kept all the same.
        times = [time for time in (jobs.next_wake(), jobs.next_deadline()) if time is not None]
        waits = [(datetime.fromisoformat(time) - now).total_seconds() for time in times]
        send_at = jobs.next_send_at()
        if send_at is not None:
            # The clock on the wall may be set meanwhile, or the machine sleep.
            waits.append(min((datetime.fromisoformat(send_at) - now).total_seconds(), LOOK_SECONDS))
        hours = (*(line.line.hours for line in self._lines()), *(rule.hours for rule in self._config.value.rules))
        if not all(each.is_always for each in hours):
            waits.append(LOOK_SECONDS)
        return max(0.05, min(waits)) if waits else None

    def find_startable(self) -> str:
        """Find a job that could be sent now; empty if there is none. Nothing is left to be found behind a turn."""
        try:
            return next((job.id for job, _line in self._pairing.pair(self._lines())), "")
        except StoreUnavailable:
            return ""

    def explain_waiting(self, counts: Counter[State]) -> tuple[HeldBack, ...]:
        """Say what holds back the faxes that wait, of which there are so many in each state. Of those that are ready
        the first of each person are looked at. StoreUnavailable.
        """
        return self._reasons.explain(counts, [line.line for line in self._lines() if line.free])

    def _refuse_forbidden(self) -> int:
        """Give up those heads of the queue that a rule forbids since they were handed in; their number."""
        refused = self._pairing.find_refused(self._lines())
        given_up = give_up(self._store, refused[:MOST_WOKEN]) if refused else []
        for job in given_up:
            self._changed(job)
        return len(given_up)

    def _start_calls(self) -> None:
        for job, line in self._pairing.pair(self._lines()):
            found = self._store.jobs.get(job.id)
            assert found is not None, job.id
            self._start(found, line)

    def _start(self, job: JobRow, line: WorkerLine) -> None:
        checkpoint("before the claim")
        run = self._claim_to_fetch(job, line) if job.kind is JobKind.FETCH else self._claim_to_send(job, line)
        checkpoint("claimed, not composed")
        line.reserve()
        self.report(job.id)
        self._begin(run())

    def _begin(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(self._broken)
        return task

    def _claim_to_fetch(self, job: JobRow, line: WorkerLine) -> Callable[[], Coroutine[Any, Any, None]]:
        with self._store.transaction():
            own = find_own_key(line.line, job.owner, self._config.value)
            claimed = self._store.jobs.claim(job.id, line.name, self._find_seconds(job), own_number=own)
            self._fetched.begin(job, claimed, line.name)
        self._pairing.note_turn(job.owner, line.name)
        told = (self.report, self.end, self.mind_clock, self._monotonic)
        self._calls[job.id] = call = FetchCall(self._store, self._config, job, line, claimed, self._fetched, *told)
        return call.run

    def _claim_to_send(self, job: JobRow, line: WorkerLine) -> Callable[[], Coroutine[Any, Any, None]]:
        following = Following(
            self._store,
            self._config,
            line,
            find_station_id(line.line, job.owner, self._config.value),
            self._pairing.find_following,
            self._begin,
            self._composer,
            self._monotonic,
        )
        return partial(self._claim(job, following).run, self._composer)

    def _claim(
        self, job: JobRow, following: Following, prepared: Prepared | None = None, before: str = ""
    ) -> OutgoingCall:
        """Give a job to a line: the intent is on disk. With the call `before` it goes out behind the job of that."""
        line = following.line
        with self._store.transaction():
            claimed = self._store.jobs.claim(
                job.id,
                line.name,
                self._find_seconds(job),
                prepared.call if prepared else "",
                before,
                find_own_key(line.line, job.owner, self._config.value),
            )
            if prepared is not None:
                self._store.jobs.set_pages(job.id, prepared.composed.pages, prepared.composed.plan)
            # What was confirmed before an archive was wanted has not been kept.
            if self._config.value.archive.folder is not None and not job.confirmed:
                self._store.sent_copies.want(job.id)
        self._pairing.note_turn(job.owner, line.name)
        self._calls[job.id] = call = OutgoingCall(
            self._store,
            self._config,
            job,
            following,
            claimed,
            self.report,
            self.end,
            self._go_on,
            self.mind_clock,
            self._monotonic,
            before,
        )
        return call

    def _go_on(self, ended: OutgoingCall) -> tuple[OutgoingCall, ComposedPages] | None:
        """Give the job that is to go out next in an open telephone call a call of its own, with its pages."""
        following = ended.following
        prepared = following.take(ended.job)
        if prepared is None:
            return None
        try:
            call = self._claim(prepared.job, following, prepared, ended.call)
        except StoreUnavailable as error:
            log.error("job %s does not go out in the call that is under way: %s", prepared.job.id, error)
            self._store.retention.drop_kept(prepared.call)
            return None
        self._store.retention.release_kept(prepared.call)
        checkpoint("next fax claimed, not told")
        self.report(prepared.job.id)
        return call, prepared.composed

    def _find_seconds(self, job: JobRow) -> float:
        """Find the seconds after which a job is given up: only those count in which it may go out."""
        config, now = self._config.value, self._store.database.local_now()
        hours = find_hours(job.destination, config.find_sender(job.owner), config)
        return (hours.pass_within(now, config.queue.give_up_hours * HOUR) - now).total_seconds()

    def end(self, job: str) -> None:
        """The call of this job is over and its end is on disk."""
        checkpoint("verdict on disk, not told")
        self._calls.pop(job, None)
        self.report(job)
        self.wake()

    def report(self, id: str) -> None:
        """Tell of a change of this job; not while the database is away: then lists are asked for again later."""
        try:
            job = self._store.jobs.get(id)
        except StoreUnavailable as error:
            log.info("job %s: a change is not told: %s", id, error)
            return
        if job is not None:
            self._changed(job)
