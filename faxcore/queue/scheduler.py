# SPDX-License-Identifier: GPL-3.0-or-later
"""The queue at work: ready jobs go to free lines, oldest first, one call at a time to each destination.

Nothing dials before the intent is on disk; a confirmed page is on disk when it is counted; EOP goes out only after
`final-pending` is on disk. What becomes of a job after its call is decided by `faxcore.queue.policy`.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from faxcore.config import Config
from faxcore.contract.worker import Ended, FinalPending, PageConfirmed, PageKept, PlaceCall, Progress
from faxcore.dialling.numbers import same_number
from faxcore.document.composing import ComposeFailed, PageOrder, compose
from faxcore.i18n import gettext as _
from faxcore.lines.worker_line import WorkerLine
from faxcore.model.call import CallReport, Outcome
from faxcore.model.job import Event, State
from faxcore.queue.policy import after_call
from faxcore.reception.recovery import restart_job
from faxcore.store import outbox
from faxcore.store.jobs import JobRow, interrupted
from faxcore.store.retry import retry_until_written
from faxcore.store.store import Store
from faxcore.store.synced_files import make_folder, remove

log = logging.getLogger(__name__)

FULL_SECONDS: Final = 60.0
"""How long a job waits whose pages could not be composed for want of space."""

TROUBLE_SECONDS: Final = 10.0
"""How long the queue waits after the database could not be written."""

TOLD: Final = frozenset({State.DONE, State.FAILED, State.UNCERTAIN})
"""States that the sender is told of even if nobody listens now."""

Composer = Callable[[Path, Path, PageOrder], Awaitable[int]]


class Scheduler:
    """Gives jobs to lines and follows their calls."""

    def __init__(
        self,
        store: Store,
        config: Config,
        lines: Sequence[WorkerLine],
        changed: Callable[[JobRow], None],
        composer: Composer = compose,
        broken: Callable[[asyncio.Task[None]], None] = lambda _task: None,
    ) -> None:
        """`changed` hears of every change of a job, `broken` of the end of every call's task."""
        self._store = store
        self._config = config
        self._lines = lines
        self._changed = changed
        self._composer = composer
        self._broken = broken
        self._something = asyncio.Event()
        self._calls: dict[str, OutgoingCall] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def look(self) -> None:
        """Something may have changed: a job is ready, a line is free."""
        self._something.set()

    def progress(self, job: str) -> str:
        """Where the job's call is, in words for a window."""
        call = self._calls.get(job)
        return call.progress if call is not None else ""

    async def run(self) -> None:
        """Until cancelled."""
        try:
            while True:
                self._something.clear()
                seconds = self._turn()
                # Not asyncio.wait_for: in Python 3.11 it drops a cancellation that comes together with the event.
                with suppress(TimeoutError):
                    async with asyncio.timeout(seconds):
                        await self._something.wait()
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def cancel(self, job: JobRow) -> JobRow:
        """A person cancels a job. WrongState if it has ended."""
        if job.state in (State.ACTIVE, State.FINAL_PENDING):
            self._store.jobs.request_cancel(job.id)
            call = self._calls.get(job.id)
            if call is not None:
                await call.cancel()
            return job
        job = self._store.jobs.event(job.id, Event.CANCELLED, reason=_("Cancelled."))
        self._changed(job)
        return job

    def _turn(self) -> float | None:
        """Wake sleepers, start what can start; seconds until there is something to do by itself."""
        try:
            for job in self._store.jobs.wake():
                self._changed(job)
            while self._start_one():
                pass
            return self._seconds_to_next()
        except sqlite3.OperationalError as error:
            log.error("the queue waits for the database: %s", error)
            return TROUBLE_SECONDS

    def _seconds_to_next(self) -> float | None:
        wake = self._store.jobs.next_wake()
        if wake is None:
            return None
        return max(
            0.05, (datetime.fromisoformat(wake) - datetime.fromisoformat(self._store.database.now())).total_seconds()
        )

    def _start_one(self) -> bool:
        refused: set[str] = set()
        while any(line.free for line in self._lines):
            job = self._store.jobs.next_ready(frozenset(refused))
            if job is None:
                return False
            line = self._line_for(job)
            if line is not None:
                self._start(job, line)
                return True
            refused.add(job.destination)
        return False

    def _line_for(self, job: JobRow) -> WorkerLine | None:
        """A free line; not the one at which the destination itself is reached, which would be engaged."""
        dialling = self._config.dialling
        for line in self._lines:
            own = any(same_number(number.number, job.destination, dialling) for number in line.line.numbers)
            if line.free and not own:
                return line
        return None

    def _start(self, job: JobRow, line: WorkerLine) -> None:
        call = OutgoingCall(self, self._store, self._config, job, line, self._store.jobs.claim(job.id, line.name))
        line.reserve()
        self._calls[job.id] = call
        self._report(job.id)
        task = asyncio.create_task(call.run(self._composer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(self._broken)

    def over(self, job: str) -> None:
        """The call of this job is over and its end is on disk."""
        self._calls.pop(job, None)
        self._report(job)
        self.look()

    def _report(self, id: str) -> None:
        job = self._store.jobs.get(id)
        if job is not None:
            self._changed(job)

    moved = _report


class OutgoingCall:
    """One call of one job: from the claim to the verdict."""

    def __init__(
        self, queue: Scheduler, store: Store, config: Config, job: JobRow, line: WorkerLine, call: str
    ) -> None:
        self._queue = queue
        self._store = store
        self._config = config
        self._job = job
        self._line = line
        self._call = call
        self._cancelled = False
        self.progress = _("preparing the pages")

    async def run(self, composer: Composer) -> None:
        """Compose, then dial; the rest is heard."""
        try:
            document = await self._compose(composer)
        except ComposeFailed as error:
            self._line.release()
            await self._not_dialled(error)
            return
        except OSError as error:
            log.error("job %s: %s", self._job.id, error)
            self._line.release()
            await self._not_dialled(ComposeFailed(_("The disk is full: the pages could not be made yet."), True))
            return
        if self._cancelled:
            self._line.release()
            await self._finish(CallReport(Outcome.LOCAL_ABORT))
            return
        if not await self._line.dial(self._order(document), self):
            report = CallReport(Outcome.MODEM, _("The line was needed for a call that came in, or was lost."))
            await self._finish(report, wait=0)

    def _order(self, document: Path) -> PlaceCall:
        """What the line is to do, with what earlier calls to this destination have taught."""
        line, known = self._line.line, self._store.destinations.experience(self._job.destination)
        if known.begin_at or not known.error_correction:
            log.info("job %s: sent as earlier calls have taught: %s", self._job.id, known)
        return PlaceCall(
            self._call,
            str(self._store.call_folder(self._call)),
            str(document),
            self._job.dial,
            line.station_id or self._config.station_id,
            self._job.confirmed + 1,
            line.error_correction and known.error_correction,
            line.jbig and known.error_correction,
            line.max_rate,
            known.begin_at,
            self._job.sub_address,
        )

    async def cancel(self) -> None:
        """A person wants this call to end."""
        self._cancelled = True
        if self._line.call == self._call:
            await self._line.cancel()

    async def heard(self, message: Progress | PageConfirmed | FinalPending | PageKept) -> None:
        """What the line says of the call."""
        jobs = self._store.jobs
        match message:
            case Progress():
                self.progress = _in_words(message, self._job.pages)
            case PageConfirmed():
                page = message.page
                await retry_until_written(
                    f"the confirmation of page {page} of job {self._job.id}",
                    lambda: jobs.confirm(self._job.id, page, self._call),
                )
            case FinalPending():
                await self._final_pending()
            case PageKept():
                return
        self._queue.moved(self._job.id)

    async def _final_pending(self) -> None:
        job = self._store.jobs.get(self._job.id)
        assert job is not None
        try:
            # A last page that was refused is sent again, and its confirmation asked for again.
            if job.state is not State.FINAL_PENDING:
                self._store.jobs.event(job.id, Event.FINAL_SENT)
        except sqlite3.OperationalError as error:
            # Without this on disk the last page must not be asked for: the call ends, and comes again.
            log.error("job %s: %s", job.id, error)
            await self._line.cancel()
        else:
            await self._line.noted(self._call)

    async def ended(self, report: Ended | None) -> None:
        """The line is on hook again, or its worker has died."""
        if report is not None:
            await self._finish(report.report)
            return
        reason = _("The program for the line ended during the call.")

        def write() -> None:
            with self._store.transaction():
                self._store.jobs.end_call(self._call, interrupted(reason))
                restart_job(self._store, self._job.id, reason)

        await retry_until_written(f"the end of the call of job {self._job.id}", write)
        self._queue.over(self._job.id)

    async def _compose(self, composer: Composer) -> Path:
        folder = make_folder(self._store.call_folder(self._call))
        document = folder / "document.tif"
        job = self._job
        order = PageOrder(
            job.header,
            job.recipient,
            job.subject,
            self._line.line.station_id or self._config.station_id,
            datetime.now(UTC).astimezone(),
            job.confirmed + 1,
        )
        pages = await composer(self._store.drafts.pages_file(job.document), document, order)
        if pages != job.pages:
            self._store.jobs.set_pages(job.id, pages)
        return document

    async def _not_dialled(self, error: ComposeFailed) -> None:
        reason = str(error)
        if error.no_space:
            await self._finish(CallReport(Outcome.MODEM, reason), wait=FULL_SECONDS)
        else:
            await self._finish(CallReport(Outcome.STORAGE, reason))

    async def _finish(self, report: CallReport, wait: float | None = None) -> None:
        await retry_until_written(f"the end of the call of job {self._job.id}", lambda: self._write(report, wait))
        remove(self._store.call_folder(self._call) / "document.tif")
        self._queue.over(self._job.id)

    def _write(self, report: CallReport, wait: float | None) -> None:
        jobs = self._store.jobs
        with self._store.transaction():
            jobs.end_call(self._call, report)
            self._store.destinations.learn(
                self._job.destination, report, self._job.confirmed + 1, self._config.queue.remember_days
            )
            job = jobs.get(self._job.id)
            assert job is not None
            verdict = after_call(job.state, report, job.tries, self._config.queue, self._cancelled or job.cancelled)
            if report.outcome is Outcome.OK:
                # The confirmation of the last page is the end of the call; rows for it may not have come apart.
                jobs.confirm(job.id, job.pages, self._call)
            job = jobs.event(job.id, *verdict.events, reason=report.reason)
            if job.state is State.SLEEPING:
                jobs.sleep(job.id, verdict.wait if wait is None else wait, verdict.counted)
            if job.state in TOLD:
                self._store.outbox.add(f"{outbox.JOB}-{job.state.value}", job.id, job.uid)


def _in_words(message: Progress, pages: int) -> str:
    words = {
        "dialling": _("dialling"),
        "answered": _("answered"),
        "negotiating": _("negotiating"),
        "training": _("training"),
        "page": _("sending page {page} of {pages}").format(page=message.page, pages=pages),
        "confirming": _("waiting for the confirmation of page {page}").format(page=message.page),
        "ended": _("ended"),
    }
    return words.get(message.state, message.state)
