# SPDX-License-Identifier: GPL-3.0-or-later
"""The service without the bus: store, lines, queue and receptions, joined and run together."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import faxcore
from faxcore import config
from faxcore.announce.announcing import Announcing, Listeners
from faxcore.api.user import UserApi
from faxcore.config import Config
from faxcore.contract.worker import Ringing
from faxcore.document.composing import compose
from faxcore.line.codecs import implementation
from faxcore.lines.worker_line import WorkerLine, worker_command
from faxcore.queue.scheduler import Composer, Scheduler
from faxcore.reception.answering import Answering
from faxcore.reception.recovery import recover, recover_line
from faxcore.store.database import Clock
from faxcore.store.jobs import JobRow
from faxcore.store.receptions import ReceptionRow
from faxcore.store.store import Store
from faxcore.store.synced_files import RESERVE, make_folder

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Parts:
    """What tests put in the place of the real thing."""

    worker: Callable[[config.LineConfig], Sequence[str]] = worker_command
    composer: Composer = compose
    clock: Clock | None = None
    reserve: int = RESERVE
    first_wait: float = 1.0


class FaxService:
    """Everything but the bus. `desk` is what the bus gives callers."""

    def __init__(self, config: Config, listeners: Listeners, parts: Parts | None = None) -> None:
        parts = parts or Parts()
        self.config = config
        self.store = Store(config.state, parts.clock)
        self.announcing = Announcing(self.store, listeners)
        self.receiving = Answering(self.store, config, self._arrived, parts.reserve)
        locks = make_folder(config.state / "lines")
        self.lines = [
            WorkerLine(
                line,
                self._rings,
                self._line_changed,
                parts.worker,
                parts.first_wait,
                lock=locks / f"{line.name}.lock",
                before=lambda name=line.name: recover_line(self.store, name, self.receiving.commit),  # type: ignore[misc]
            )
            for line in config.all_lines()
        ]
        self.sending = Scheduler(self.store, config, self.lines, self._job_changed, parts.composer, self._watch)
        self.desk = UserApi(
            self.store, config, self.sending, self.announcing, self.status, parts.composer, parts.reserve
        )
        self._tasks: list[asyncio.Task[None]] = []
        self._line_tasks: list[asyncio.Task[None]] = []
        self.broken = asyncio.Event()
        """A part has stopped by a fault: the service must end, and recover as from a crash."""

    async def start(self) -> None:
        """Put what a crash left in order, then begin to work."""
        recover(self.store, [line.name for line in self.lines], self.receiving.commit)
        self._tasks = [asyncio.create_task(self.sending.run()), asyncio.create_task(self.receiving.run())]
        self._line_tasks = [asyncio.create_task(line.run()) for line in self.lines]
        for task in (*self._tasks, *self._line_tasks):
            task.add_done_callback(self._watch)

    async def stop(self) -> None:
        """Bring calls to their end, then stop working."""
        await asyncio.gather(*(line.stop() for line in self.lines))
        if self._line_tasks:
            _done, late = await asyncio.wait(self._line_tasks, timeout=30)
            for task in late:
                task.cancel()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._line_tasks, *self._tasks, return_exceptions=True)
        self.store.close()

    def status(self) -> dict[str, Any]:
        """The service and its lines, for everybody."""
        return {
            "version": faxcore.__version__,
            "codec": implementation()[0],
            "received_folder": str(self.config.received),
            "trouble": self.receiving.trouble,
            "lines": [_line_values(line) for line in self.lines],
        }

    def _watch(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and task.exception() is not None:
            log.critical("a part of the service has stopped", exc_info=task.exception())
            self.broken.set()

    async def _rings(self, line: WorkerLine, ringing: Ringing) -> None:
        await self.receiving.rings(line, ringing)

    def _line_changed(self) -> None:
        self.sending.look()

    def _job_changed(self, job: JobRow) -> None:
        self.announcing.job_changed(job, self.sending.progress(job.id))

    def _arrived(self, reception: ReceptionRow) -> None:
        self.announcing.reception_arrived(reception)


def _line_values(line: WorkerLine) -> dict[str, Any]:
    return {
        "name": line.name,
        "state": line.state,
        "detail": line.detail,
        "numbers": [number.number for number in line.line.numbers],
        "modem": line.modem,
        "call": line.call,
        "page": line.page,
    }
