# SPDX-License-Identifier: GPL-3.0-or-later
"""The service without the bus: store, lines, queue, reception, announcing and API, joined and run together."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import faxcore
from faxcore.announce.announcing import Announcing, Listeners
from faxcore.api.assigning import Assigning
from faxcore.api.backups import Backups
from faxcore.api.call_records import CallRecords
from faxcore.api.correcting import Correcting
from faxcore.api.destinations import Destinations
from faxcore.api.foreign_files import ForeignFiles
from faxcore.api.invoice_mails import InvoiceMails
from faxcore.api.invoice_papers import InvoicePapers
from faxcore.api.invoicing import Invoicing
from faxcore.api.limits import Limits
from faxcore.api.open_deliveries import OpenDeliveries
from faxcore.api.own_limits import BillLimits
from faxcore.api.print_intake import PrintIntake
from faxcore.api.receipts import Receipts
from faxcore.api.sealing import Sealing
from faxcore.api.sent_documents import SentDocuments
from faxcore.api.stating import Stating
from faxcore.api.submitting import Submitting
from faxcore.api.user import UserApi
from faxcore.api.verifying import Verifying
from faxcore.archive.archiving import Archiving
from faxcore.billing.tariffs import read_tariffs
from faxcore.config import Config, KeptFree, LineConfig
from faxcore.config.current import CurrentConfig
from faxcore.config.reload import changes, refuse_restart
from faxcore.contract.service_status import KeptLines, Status
from faxcore.dialling.numbers import number_key
from faxcore.document import sandbox
from faxcore.document.check import CHECKER
from faxcore.document.compose import COMPOSER, compose
from faxcore.document.program import Program
from faxcore.document.walls import CHOICE, Wall
from faxcore.fax_folders.folder_watch import LOOK_SECONDS
from faxcore.fax_folders.mount_points import MountPoints
from faxcore.health import CHECK_SECONDS, Health
from faxcore.line.codecs import implementation
from faxcore.lines.process import Start, start
from faxcore.lines.worker_line import WorkerLine, worker_command
from faxcore.metrics import WRITE_SECONDS, Metrics
from faxcore.model.sentence import Sentence
from faxcore.outbox.alarms import Alarms
from faxcore.outbox.mail_carrier import MailCarrier, is_mailed
from faxcore.outbox.mailer_process import MailerProcess
from faxcore.outbox.outboxes import Outboxes
from faxcore.queue.composing import Composer
from faxcore.queue.holding_back import list_limits, view_rules
from faxcore.queue.restart import restart_gone_lines, restart_line
from faxcore.queue.scheduler import Scheduler
from faxcore.reception.answering import Answering
from faxcore.reception.fetched_faxes import FetchedFaxes
from faxcore.reception.filing import Filing
from faxcore.reception.recovery import recover_gone_lines, recover_line
from faxcore.store.database import Clock
from faxcore.store.jobs import JobRow
from faxcore.store.reconnecting import PAUSE_SECONDS, Reconnecting
from faxcore.store.store import Store
from faxcore.store.sweeping import SWEEP_SECONDS, Sweeping
from faxcore.store.synced_files import LOW, RESERVE, make_folder
from faxcore.store.unpriced_calls import UnpricedCalls

log = logging.getLogger(__name__)

STOP_SECONDS = 30.0
"""Seconds that the lines have to bring their calls to an end."""


@dataclass(frozen=True)
class Parts:
    """The parts that tests replace."""

    worker: Callable[[LineConfig], Sequence[str]] = worker_command
    starter: Start = start
    """Starts a line's worker."""
    composer: Composer = compose
    clock: Clock | None = None
    """The wall clock; it goes with `monotonic`, the clock of the event loop."""
    monotonic: Callable[[], float] = time.monotonic
    reserve: int = RESERVE
    low: int = LOW
    """Octets of free space below which the administrator is warned."""
    mount_points: Callable[[Path], MountPoints] = MountPoints
    """Where disks belong, of the folder with the service's notes of that."""
    look_seconds: float = LOOK_SECONDS
    """From one look at the folders of received faxes to the next."""
    check_seconds: float = CHECK_SECONDS
    first_wait: float = 1.0
    sweep_seconds: float = SWEEP_SECONDS
    metrics_seconds: float = WRITE_SECONDS
    reconnect_pause: float = PAUSE_SECONDS
    mailer: MailerProcess = field(default_factory=MailerProcess)
    ahead: Sequence[Program] = (*[CHECKER] * 5, COMPOSER)
    """The programs of which a process is started before there is a document; of one that is named twice, two."""


class FaxService:
    """Everything but the bus. `api` is what the bus gives callers."""

    def __init__(self, config: Config, listeners: Listeners, parts: Parts | None = None) -> None:
        self._parts = parts = parts or Parts()
        tariffs = read_tariffs(config)
        self.config = CurrentConfig(config)
        self.store = Store(config.state, parts.clock, config.store.url, parts.monotonic)
        self.store.prices.tariffs = tariffs
        self.announcing = Announcing(self.store, self.config, listeners, self._watch)
        self._reconnecting = Reconnecting(self.store.database, self._database_returned, parts.reconnect_pause)
        self.sweeping = Sweeping(self.store, lambda: self.config.value.retention, parts.sweep_seconds)
        self.unpriced = UnpricedCalls(self.store.database)
        mount_points = parts.mount_points(config.state)
        self.filing = Filing(self.store, self.config, self.announcing, mount_points, parts.look_seconds)
        self.archiving = Archiving(self.store, self.config, mount_points, parts.look_seconds)
        self.answering = Answering(self.store, self.config, self.filing, parts.reserve)
        self.fetched = FetchedFaxes(self.store, self.filing.keep, parts.reserve)
        self.lines = [self._make_line(line) for line in config.all_lines()]
        self.scheduler = Scheduler(
            self.store,
            self.config,
            lambda: self.lines,
            self._job_changed,
            self.fetched,
            parts.composer,
            self._watch,
            parts.monotonic,
        )
        files, limits = ForeignFiles(), Limits(self.store, self.config, parts.reserve)
        self.bill_limits = BillLimits(self.store, self.config)
        submitting = Submitting(self.store, self.config, self.scheduler, self.announcing, limits, self.bill_limits)
        self.verifying = Verifying(self.store, files, mount_points)
        self.destinations = Destinations(self.store, self.config)
        self.assigning = Assigning(self.store, self.config, self.announcing)
        self.records = CallRecords(self.store, self.config)
        sent_documents = SentDocuments(self.store, self.config, files, mount_points, parts.composer)
        receipts = Receipts(self.store, self.config, sent_documents)
        self.papers = InvoicePapers(self.store, self.config, files)
        carrier = MailCarrier(self.store, self.config, parts.mailer, receipts.try_to_make, self.papers.make_for_mail)
        self.outboxes = Outboxes(self.store, self.config, carrier, parts.monotonic)
        self.store.deliveries.is_mailed = lambda person, kind: is_mailed(self.config.value, person, kind)
        self.store.deliveries.added = self.outboxes.wake
        self.alarms = Alarms(self.config, carrier, parts.monotonic)
        self.sealing = Sealing(self.store.ledger)
        self.correcting = Correcting(self.store)
        self.invoicing = Invoicing(self.store, self.config)
        self.backups = Backups(self.store, self.scheduler, parts.reserve)
        self.invoice_mails = InvoiceMails(self.store, self.config)
        self.stating = Stating(self.store.ledger_statements)
        self.open_deliveries = OpenDeliveries(self.store, self.config, carrier, self.outboxes)
        self.api = UserApi(
            self.store,
            self.config,
            self.scheduler,
            self.announcing,
            self.status,
            files,
            limits,
            submitting,
            self.verifying,
            receipts,
            sent_documents,
            self.assigning,
            parts.composer,
        )
        self.intake = PrintIntake(self.store, self.config, self.announcing, files, limits, submitting)
        self.health = Health(
            self.store,
            lambda: self.lines,
            self.scheduler,
            parts.reserve,
            parts.low,
            parts.monotonic,
            parts.check_seconds,
            self._warn,
            self.alarms.note,
        )
        self.metrics = Metrics(self.store, self.config, lambda: self.lines, self.health.warnings, parts.metrics_seconds)
        self._tasks: list[asyncio.Task[None]] = []
        self._line_tasks: dict[WorkerLine, asyncio.Task[None]] = {}
        self._retiring: set[asyncio.Task[None]] = set()
        self._broadcasting: set[asyncio.Task[None]] = set()
        self._stops_at = ""
        """The time until which calls may come to their end; empty: the service goes on."""
        self.broken = asyncio.Event()
        """A part has stopped by a fault: the service must end, and recover as from a crash."""

    async def start(self) -> None:
        """Put what a crash left in order, then begin to work."""
        self._recover()
        CHOICE.ask(self.config.value.document.wall)
        ahead = sandbox.keep_ahead(self._parts.ahead)
        work = (self.scheduler.run(), self.filing.run(), self.archiving.run(), self._reconnecting.run(), ahead)
        telling = (self.outboxes.run(), self.alarms.run())
        looks = (self.filing.watch.run(), self.archiving.watch.run(), self.health.run(), self.unpriced.run())
        own = (self.metrics.run(), self.sweeping.run())
        self._tasks = [asyncio.create_task(each) for each in (*work, *telling, *looks, *own)]
        for task in self._tasks:
            task.add_done_callback(self._watch)
        self._go_on_with_broadcasts()
        for line in self.lines:
            self._start_line(line)

    async def finish_calls(self, seconds: float) -> bool:
        """Take no more calls, and wait so long for the end of those that are going on. Then those that come in are left
        to their workers: True if there are any. After that nothing but `stop` may be done.
        """
        self._stops_at = self.store.database.later(seconds)
        waiting = [asyncio.ensure_future(line.finish()) for line in self.lines]
        busy = [line.name for line in self.lines if line.call]
        if busy:
            log.info("calls have %.0f s to come to their end, on %s", seconds, ", ".join(busy))
        _done, late = await asyncio.wait(waiting, timeout=seconds) if waiting else (set(), set())
        for task in late:
            task.cancel()
        left = [line.name for line in self.lines if late and line.leave()]
        if left:
            log.warning("the service ends; what comes in on %s is received to its end without it", ", ".join(left))
        return bool(left)

    async def stop(self) -> None:
        """Bring calls to their end, then stop working; calls that were left to their workers go on."""
        left = [self._line_tasks.pop(line) for line in self.lines if line.left]
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        await self._stop_lines(list(self._line_tasks))
        await self.outboxes.stop()
        await self.announcing.stop()
        tasks = [*self._tasks, *self._retiring, *self._broadcasting]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._parts.mailer.rest()
        self.store.close()

    def status(self) -> Status:
        """Tell the state of the service and of its lines, for everybody."""
        now = self.store.database.local_now()
        return Status(
            version=faxcore.__version__,
            codec=implementation()[0],
            lines=tuple(line.view(now) for line in self.lines),
            received_folder=str(self.config.value.received),
            trouble=self.filing.trouble or CHOICE.trouble,
            kept_free=tuple(self._view_kept(kept) for kept in self.config.value.kept_free),
            warnings=self.health.warnings(),
            rules=view_rules(self.config.value, now),
            limits=tuple(list_limits(self.config.value.queue)),
            stops_at=self._stops_at,
        )

    def _warn(self) -> Iterator[Sentence]:
        """Warn of what the parts see that the look at health does not."""
        for part in (self.filing, self.archiving, self.outboxes, self.unpriced):
            yield from part.warnings()
        for reason in sorted({line.no_wall for line in self.lines if line.no_wall}):
            yield Sentence(
                "The programs of the lines have no whole wall around them ({reason}): who breaks into one by telephone"
                " can do what the fax service can.",
                {"reason": reason},
            )

    def _view_kept(self, kept: KeptFree) -> KeptLines:
        free = sum(line.free and kept.covers(line.line) for line in self.lines)
        return KeptLines(kept.count, kept.group, free)

    def _recover(self) -> None:
        dialling = self.config.value.dialling
        self.store.receptions.fill_called_keys(lambda called: number_key(called, dialling))
        strays = self.store.documents.remove_strays()
        if strays:
            log.info("removed %d files of documents that had not been accepted", strays)
        for submission in self.store.submissions.list_entering():
            self.store.retention.drop_unaccepted(submission)
        lines = [line.name for line in self.lines]
        restart_gone_lines(self.store, lines, self.config.value.queue, self.fetched.close)
        recover_gone_lines(self.store, lines, self.filing.keep)

    def _recover_line(self, line: str) -> None:
        """Bring to its end what was on a line when the service ended. No worker is at the line any more."""
        recover_line(self.store, line, self.filing.keep)
        self.scheduler.mind_clock()
        for job in restart_line(self.store, line, self.config.value.queue, self.fetched.close):
            self.scheduler.end(job)

    # ------------------------------------------------------------ another configuration

    def take_on(self, config: Config) -> tuple[str, ...]:
        """Put a configuration in force; the sections that have changed. ConfigError if a tariff is wrong, or, as
        RestartNeeded, if a running service cannot take it on: then nothing has changed.

        No call is cut off: a line that goes, or that needs another worker, ends the call that is on it first. Another
        worker for the same line waits for that by itself, because the line's lock is held as long.
        """
        found = changes(self.config.value, config)
        refuse_restart(found)
        self.store.prices.tariffs, self.config.value = read_tariffs(config), config
        before = {line.name: line for line in self.lines}
        for changed in found.lines.updated:
            before[changed.name].line = changed
        fresh = {line.name for line in (*found.lines.added, *found.lines.restarted)}
        self.lines = [self._make_line(line) if line.name in fresh else before[line.name] for line in config.all_lines()]
        for line in before.values():
            if line not in self.lines:
                self._retire_line(line)
        for line in self.lines:
            if line.name in fresh:
                self._start_line(line)
        self.scheduler.wake()
        self.filing.wake()
        self.archiving.wake()
        self.outboxes.retry()
        return found.sections

    # ------------------------------------------------------------ lines

    def _make_line(self, line: LineConfig) -> WorkerLine:
        return WorkerLine(
            line,
            self.answering.ring,
            self._line_changed,
            self._parts.worker,
            self._parts.first_wait,
            lock=make_folder(self.config.value.state / "lines") / f"{line.name}.lock",
            before=partial(self._recover_line, line.name),
            starter=self._parts.starter,
            calls=None if self.config.value.document.wall == Wall.NONE.value else self.store.calls_folder,
        )

    def _start_line(self, line: WorkerLine) -> None:
        task = self._line_tasks[line] = asyncio.create_task(line.run())
        task.add_done_callback(self._watch)

    def _retire_line(self, line: WorkerLine) -> None:
        task = asyncio.create_task(line.retire())
        self._retiring.add(task)
        task.add_done_callback(self._retiring.discard)
        self._line_tasks[line].add_done_callback(lambda _ended: self._line_tasks.pop(line, None))

    async def wait_for_retired(self) -> None:
        """Wait until the lines that are no more have brought their calls to an end."""
        await asyncio.gather(*self._retiring)

    async def _stop_lines(self, lines: Sequence[WorkerLine]) -> None:
        """Let these lines bring their calls to an end; those that do not in time are given up."""
        await asyncio.gather(*(line.stop() for line in lines))
        tasks = [self._line_tasks.pop(line) for line in lines if line in self._line_tasks]
        if tasks:
            _done, late = await asyncio.wait(tasks, timeout=STOP_SECONDS)
            for task in late:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    # ------------------------------------------------------------ what the parts tell each other

    def _watch(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and task.exception() is not None:
            log.critical("a part of the service has stopped", exc_info=task.exception())
            self.broken.set()

    def _database_returned(self) -> None:
        self.scheduler.wake()
        self.filing.wake()
        self.archiving.wake()
        self.store.retention.clean_left()
        self.announcing.flush_listening()
        self._go_on_with_broadcasts()

    def _go_on_with_broadcasts(self) -> None:
        task = asyncio.create_task(self.api.accept_entering())
        self._broadcasting.add(task)
        task.add_done_callback(self._broadcasting.discard)
        task.add_done_callback(self._watch)

    def _line_changed(self) -> None:
        self.scheduler.wake()

    def _job_changed(self, job: JobRow) -> None:
        progress = self.scheduler.progress(job)
        self.announcing.job_changed(job, progress)
        self.archiving.job_changed(job)
