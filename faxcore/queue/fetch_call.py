# SPDX-License-Identifier: GPL-3.0-or-later
"""One call of one job that fetches a document: from the claim to the verdict.

What comes in it is a reception of the job's owner. It becomes that in the transaction in which the job is done, so that
a document is fetched once, whenever the service dies. A call that breaks off leaves an incomplete reception, as one in
does: the other end counts its pages as fetched, and may not offer them again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Final, Protocol

from faxcore.checkpoint import checkpoint
from faxcore.config.current import CurrentConfig
from faxcore.contract.messages import CallNews, Ended, FetchDocument, PageKept, Progress
from faxcore.lines.progress import fetching_in_words
from faxcore.lines.worker_line import WorkerLine
from faxcore.log_fields import about_its_call
from faxcore.model.call import CallReport, Outcome
from faxcore.model.sentence import Sentence
from faxcore.queue.call_watch import CallWatch
from faxcore.queue.dialled_call import DialledCall
from faxcore.queue.restart import end_unheard
from faxcore.queue.verdict import write_verdict
from faxcore.routing.own_numbers import find_station_id
from faxcore.store.jobs import JobRow
from faxcore.store.retry import retry_until_written
from faxcore.store.store import Store
from faxcore.store.store_error import StoreUnavailable
from faxcore.store.synced_files import make_folder

log = logging.getLogger(__name__)

FULL_SECONDS: Final = 60.0
"""Seconds that a job waits if there is no room for what it would bring."""


class Fetched(Protocol):
    """Whoever keeps what is fetched."""

    def find_obstacle(self) -> Sentence:
        """Find the reason why nothing can be fetched now; nothing if it can."""

    def begin(self, job: JobRow, call: str, line: str) -> None:
        """Note that a call is going to be made for this job. In the caller's transaction."""

    def keep_page(self, call: str, page: PageKept) -> None:
        """Note a page that is in the call's folder."""

    def close(self, call: str, report: CallReport | None, reason: Sentence) -> None:
        """Make a fax of what has come in a call that is over, if anything has. None: nobody knows how it ended; the
        fax says this reason. In the caller's transaction.
        """


class FetchCall(DialledCall):
    """Has the line fetch the document, and writes down what is heard of the call."""

    def __init__(
        self,
        store: Store,
        config: CurrentConfig,
        job: JobRow,
        line: WorkerLine,
        call: str,
        fetched: Fetched,
        changed: Callable[[str], None],
        end: Callable[[str], None],
        mind_clock: Callable[[], None],
        monotonic: Callable[[], float],
    ) -> None:
        """All but `fetched` as for an outgoing call."""
        super().__init__(store, config, job, line, call, changed, end, mind_clock)
        self._fetched = fetched
        self.watch = CallWatch(line.name, 0, monotonic, fetching_in_words)

    @about_its_call
    async def run(self) -> None:
        """Dial; the rest is heard."""
        try:
            obstacle = self._fetched.find_obstacle()
            make_folder(self._store.call_folder(self.call))
        except OSError as error:
            log.error("job %s: %s", self.job.id, error)
            obstacle = Sentence("The disk cannot be written.")
        if obstacle:
            await self._end_undialled(CallReport(Outcome.MODEM, obstacle), wait=FULL_SECONDS)
        else:
            await self._dial(self._order)

    def _order(self) -> FetchDocument:
        line, dial = self._line.line, self._dial_string()
        return FetchDocument(
            call=self.call,
            folder=str(self._store.call_folder(self.call)),
            number=dial.dial,
            station_id=find_station_id(line, self.job.owner, self._config.value),
            error_correction=line.error_correction,
            jbig=line.jbig,
            max_rate=line.max_rate,
            without=line.without,
            selective=self.job.sub_address,
            password=self.job.password,
            shown=dial.shown,
            hidden=dial.hidden,
        )

    @about_its_call
    async def heard(self, message: CallNews) -> None:
        """Take in what the line says of the call."""
        match message:
            case Progress():
                self.watch.hear(message)
            case PageKept():
                self._keep_page(message)
        self._changed(self.job.id)

    def _keep_page(self, message: PageKept) -> None:
        checkpoint("page safe, row not written")
        try:
            self._fetched.keep_page(self.call, message)
        except StoreUnavailable as error:
            # The page itself is on disk; its row is made when the call has ended.
            log.error("job %s, page %d: %s", self.job.id, message.page, error)
        checkpoint("page's row written")

    @about_its_call
    async def ended(self, report: Ended | None) -> None:
        """Write down the end: the line is on hook again, or its worker has died."""
        await self._finish(None if report is None else report.report)

    async def _finish(self, report: CallReport | None, wait: float | None = None) -> None:
        checkpoint("call ended, not on disk")
        await retry_until_written(f"the end of the call of job {self.job.id}", lambda: self._write(report, wait))
        self._store.retention.clean_ended_call(self.call)
        self._end(self.job.id)

    def _write(self, report: CallReport | None, wait: float | None) -> None:
        self._mind_clock()
        queue = self._config.value.queue
        with self._store.transaction():
            if report is not None:
                self._fetched.close(self.call, report, report.reason)
                write_verdict(self._store, queue, self.job, self.call, report, self._cancelled, wait)
                return
            job = self._store.jobs.get(self.job.id)
            assert job is not None
            reason = Sentence("The program for the line ended during the call.")
            left = self._store.find_report(self.call)
            end_unheard(self._store, queue, job, self.call, left, reason, self._fetched.close)
