# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls that are dialled for a job, to send or to fetch: the part that both have in common.

A person may break it off at any time, also between its claim and its dialling; then nothing is dialled. Nor is anything
that the configuration does not allow any more.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping

from faxcore.config.current import CurrentConfig
from faxcore.contract.messages import CallNews, Ended, FetchDocument, PlaceCall
from faxcore.dialling.line_dial import DialString, compose_dial
from faxcore.dialling.ruling import find_rule
from faxcore.lines.worker_line import WorkerLine
from faxcore.model.call import CallReport, Outcome
from faxcore.model.sentence import Sentence
from faxcore.queue.carrying import may_carry_now
from faxcore.store.jobs import JobRow
from faxcore.store.store import Store


class DialledCall(ABC):
    """A call of a job on a line: dialled, broken off, ended."""

    def __init__(
        self,
        store: Store,
        config: CurrentConfig,
        job: JobRow,
        line: WorkerLine,
        call: str,
        changed: Callable[[str], None],
        end: Callable[[str], None],
        mind_clock: Callable[[], None],
    ) -> None:
        """`changed` hears of every change of the job, `end` of the end of the call; both with the job's id.
        `mind_clock` sees to a clock that was set, before a time is written by it.
        """
        self._store = store
        self._config = config
        self.job = job
        self.call = call
        self._line = line
        self._changed = changed
        self._end = end
        self._mind_clock = mind_clock
        self._cancelled = False
        self._put_off = False

    async def cancel(self) -> None:
        """End this call for a person."""
        self._cancelled = True
        await self._break_off()

    async def put_off(self) -> None:
        """End this call for a person who wants the job to go on later, or elsewhere."""
        self._put_off = True
        await self._break_off()

    async def _break_off(self) -> None:
        if self._line.call == self.call:
            await self._line.cancel()

    async def _dial(self, order: Callable[[], PlaceCall | FetchDocument]) -> bool:
        """Have the line, which is reserved, dial. If nothing is dialled, False; the call has ended then."""
        if self._cancelled or self._put_off:
            await self._end_undialled(CallReport(Outcome.LOCAL_ABORT))
            return False
        # Another configuration may have come, or an hour.
        if not may_carry_now(self._line.line, self.job, self._config.value, self._store.database.local_now()):
            reason = Sentence("By the configuration, this line may not carry it any more.")
            await self._end_undialled(CallReport(Outcome.MODEM, reason), wait=0)
            return False
        if not await self._line.dial(order(), self):
            reason = Sentence("The line was needed for a call that came in, or was lost.")
            await self._finish(CallReport(Outcome.MODEM, reason), wait=0)
            return False
        return True

    async def _end_undialled(self, report: CallReport, wait: float | None = None) -> None:
        """Give the line back, and write the end down. `wait` as for `write_verdict`."""
        self._line.release()
        await self._finish(report, wait)

    def _dial_string(self) -> DialString:
        """Put together what is dialled, with the configuration in force."""
        config, job = self._config.value, self.job
        rule = find_rule(config, job.destination, config.find_sender(job.owner))
        return compose_dial(job.dial, job.destination, self._line.line, rule, config.dialling)

    @property
    def fields(self) -> Mapping[str, str]:
        """The subject of the log's records that are written for it."""
        return {"job": self.job.id, "call": self.call, "line": self._line.name}

    @abstractmethod
    async def heard(self, message: CallNews) -> None:
        """Take in what the line says of the call."""

    @abstractmethod
    async def ended(self, report: Ended | None) -> None:
        """Write down the end: the line is on hook again, or its worker has died."""

    @abstractmethod
    async def _finish(self, report: CallReport, wait: float | None = None) -> None:
        """Write down the end. `wait` as for `write_verdict`."""
