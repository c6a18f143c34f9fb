# SPDX-License-Identifier: GPL-3.0-or-later
"""One call of one job: from the claim to the verdict.

When its last page has been confirmed, another fax to the same number may go out in the same telephone call. That has an
`OutgoingCall` of its own, with its own row, folder and verdict; the one before has ended, on disk, when it begins.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Final

from faxcore.checkpoint import checkpoint
from faxcore.config.current import CurrentConfig
from faxcore.contract.messages import (
    CallNews,
    Ended,
    FinalPending,
    OfferWanted,
    PageConfirmed,
    PageKept,
    PagesShortened,
    PlaceCall,
    Progress,
)
from faxcore.document.document_error import DocumentError, Reason
from faxcore.log_fields import about_its_call
from faxcore.model.call import CallReport, Outcome
from faxcore.model.job import Event, State
from faxcore.model.sentence import Sentence
from faxcore.queue.call_watch import CallWatch
from faxcore.queue.composing import ComposedPages, Composer, compose_pages
from faxcore.queue.dialled_call import DialledCall
from faxcore.queue.following import Following
from faxcore.queue.restart import close_nothing, end_unheard
from faxcore.queue.verdict import write_verdict
from faxcore.store.call_history import NOTHING, Experience
from faxcore.store.jobs import JobRow
from faxcore.store.retry import retry_until_written
from faxcore.store.store import Store
from faxcore.store.store_error import StoreUnavailable

log = logging.getLogger(__name__)

FULL_SECONDS: Final = 60.0
"""Seconds that a job waits whose pages could not be composed for want of space, or of a wall to do it behind."""


class OutgoingCall(DialledCall):
    """Composes the pages, has the line dial, and writes down what is heard of the call."""

    def __init__(
        self,
        store: Store,
        config: CurrentConfig,
        job: JobRow,
        following: Following,
        call: str,
        changed: Callable[[str], None],
        end: Callable[[str], None],
        go_on: Callable[[OutgoingCall], tuple[OutgoingCall, ComposedPages] | None],
        mind_clock: Callable[[], None],
        monotonic: Callable[[], float],
        follows: str = "",
    ) -> None:
        """As for every call that is dialled. `go_on` gives the job that goes out next in the same telephone call its
        own. `follows` is the call before this one in the same telephone call.
        """
        super().__init__(store, config, job, following.line, call, changed, end, mind_clock)
        self.following = following
        self._follows = follows
        self._go_on = go_on
        self._unwritten: list[int] = []
        """Pages whose confirmation is not on disk yet."""
        self._shortened: PagesShortened | None = None
        """What is not on disk yet of the pages' having been made for shorter paper."""
        self.watch = CallWatch(self._line.name, job.pages, monotonic)

    @about_its_call
    async def run(self, composer: Composer) -> None:
        """Compose, then dial; the rest is heard."""
        try:
            composed = await self._compose(composer)
        except DocumentError as error:
            await self._end_uncomposed(error)
            return
        except OSError as error:
            log.error("job %s: %s", self.job.id, error)
            await self._end_uncomposed(DocumentError(Reason.NO_SPACE))
            return
        except StoreUnavailable as error:
            log.error("job %s: %s", self.job.id, error)
            away = Sentence("The database was away: nothing was dialled.")
            await self._end_undialled(CallReport(Outcome.MODEM, away), wait=0)
            return
        checkpoint("composed, not dialled")
        if await self._dial(lambda: self._order(composed)):
            self.prepare_next()

    async def send_next(self, composed: ComposedPages) -> None:
        """Send the job in the telephone call that is open behind the one before."""
        self.watch.pages = composed.pages
        await self._line.send_next(self._order(composed), self)
        self.prepare_next()

    def prepare_next(self) -> None:
        """Have the fax ready that goes out next in the same telephone call, if this one is on the line."""
        if self._line.call == self.call:
            self.following.prepare(self.job)

    def _order(self, composed: ComposedPages) -> PlaceCall:
        """Make the order for the line, with what earlier calls to this destination have taught."""
        line, known, dial = self._line.line, self._experience(), self._dial_string()
        if known.begin_at or not known.error_correction:
            log.info("job %s: sent as earlier calls have taught: %s", self.job.id, known)
        return PlaceCall(
            call=self.call,
            folder=str(self._store.call_folder(self.call)),
            document=str(composed.document),
            number=dial.dial,
            station_id=self.following.station_id,
            first_page=self.job.confirmed + 1,
            error_correction=line.error_correction and known.error_correction,
            jbig=line.jbig and known.error_correction,
            max_rate=line.max_rate,
            without=line.without,
            begin_at=known.begin_at,
            sub_address=self.job.sub_address,
            shorter=composed.shorter,
            shown=dial.shown,
            hidden=dial.hidden,
            follows=self._follows,
            password=self.job.password,
        )

    def _experience(self) -> Experience:
        try:
            return self._store.call_history.experience(self.job.destination)
        except StoreUnavailable as error:
            # It helps, and no more.
            log.error("job %s: what earlier calls have taught cannot be read: %s", self.job.id, error)
            return NOTHING

    @about_its_call
    async def heard(self, message: CallNews) -> None:
        """Take in what the line says of the call."""
        match message:
            case Progress():
                self.watch.hear(message)
            case PageConfirmed():
                await self._confirm(message.page)
            case PagesShortened():
                self._shorten(message)
            case FinalPending():
                await self._final_pending()
            case PageKept() | OfferWanted():
                return
        self._changed(self.job.id)

    def _shorten(self, message: PagesShortened) -> None:
        self._shortened = message
        self.watch.pages = message.pages
        try:
            self._write_confirmations()
        except StoreUnavailable as error:
            log.error("job %s: that its pages are on shorter paper is written later: %s", self.job.id, error)
            return
        self._shortened = None

    async def _confirm(self, page: int) -> None:
        checkpoint("dialled")
        self._unwritten.append(page)
        try:
            self._write_confirmations()
        except StoreUnavailable as error:
            # The call goes on: the page is there. It is written with what comes next, at the latest with the end.
            log.error("job %s, the confirmation of page %d is written later: %s", self.job.id, page, error)
            return
        self._unwritten.clear()
        checkpoint("page confirmed on disk")

    def _write_confirmations(self) -> None:
        """Write those that could not be written when they came. Twice is the same as once."""
        with self._store.transaction():
            if self._shortened is not None:
                # Before any page that counts by it.
                told = self._shortened
                self._store.jobs.shorten(self.job.id, self.job.confirmed + 1, told.paper, told.pages, self.call)
            for page in self._unwritten:
                self._store.jobs.confirm(self.job.id, page, self.call)

    async def _final_pending(self) -> None:
        checkpoint("last page out, not on disk")
        try:
            with self._store.transaction():
                self._write_confirmations()
                job = self._store.jobs.get(self.job.id)
                assert job is not None
                # A last page that was refused is sent again, and its confirmation asked for again.
                if job.state is not State.FINAL_PENDING:
                    self._store.jobs.event(job.id, Event.FINAL_SENT)
        except StoreUnavailable as error:
            # Without this on disk the last page must not be asked for: the call ends, and comes again.
            log.error("job %s: %s", self.job.id, error)
            await self._line.cancel()
        else:
            checkpoint("final-pending on disk, line not told")
            await self._line.noted(self.call, more=self.following.is_ready(self.job))
            checkpoint("line told, end not heard")

    @about_its_call
    async def ended(self, report: Ended | None) -> None:
        """Write down the end: the line is on hook again, or its worker has died."""
        if report is not None:
            await self._finish(report.report, is_open=report.open)
            return
        reason = Sentence("The program for the line ended during the call.")

        def write() -> None:
            self._mind_clock()
            with self._store.transaction():
                self._write_confirmations()
                job = self._store.jobs.get(self.job.id)
                assert job is not None
                left = self._store.find_report(self.call)
                queue, follows = self._config.value.queue, bool(self._follows)
                end_unheard(self._store, queue, job, self.call, left, reason, close_nothing, follows)

        await retry_until_written(f"the end of the call of job {self.job.id}", write)
        self.following.drop()
        self._store.retention.clean_ended_call(self.call)
        self._end(self.job.id)

    async def _compose(self, composer: Composer) -> ComposedPages:
        job, known = self.job, self._experience().longest
        origin = self.following.find_origin(job)
        composed = await compose_pages(self._store, self._config.value, job, self.call, origin, composer, known)
        self.watch.pages = composed.pages
        if (composed.pages, composed.plan) != (job.pages, job.paper_plan):
            self._store.jobs.set_pages(job.id, composed.pages, composed.plan)
        return composed

    async def _end_uncomposed(self, error: DocumentError) -> None:
        if error.reason.passes:
            await self._end_undialled(CallReport(Outcome.MODEM, error.sentence), wait=FULL_SECONDS)
        else:
            await self._end_undialled(CallReport(Outcome.STORAGE, error.sentence))

    async def _finish(self, report: CallReport, wait: float | None = None, is_open: bool = False) -> None:
        """Write down the end, and begin with the job that goes out next if the telephone call is open."""
        checkpoint("call ended, not on disk")
        await retry_until_written(f"the end of the call of job {self.job.id}", lambda: self._write(report, wait))
        # At once: as long as one of its jobs is in a call, nobody else calls this number.
        following = self._go_on(self) if is_open else None
        self._store.retention.clean_ended_call(self.call)
        self._end(self.job.id)
        if following is None:
            self.following.drop()
        else:
            checkpoint("next fax claimed, line not told")
            await following[0].send_next(following[1])

    def _write(self, report: CallReport, wait: float | None) -> None:
        self._mind_clock()
        with self._store.transaction():
            self._write_confirmations()
            queue = self._config.value.queue
            write_verdict(self._store, queue, self.job, self.call, report, self._cancelled, wait)
