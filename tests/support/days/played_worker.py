# SPDX-License-Identifier: GPL-3.0-or-later
"""A line's worker that is a task of the service's own loop instead of a process: the same messages over the same kind
of socket, the same files in the call's folder, an inherited lock; and calls that take minutes of the loop's time.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from faxcore.contract.messages import (
    AnswerCall,
    Cancel,
    Decline,
    Ended,
    FinalPending,
    Message,
    Noted,
    PageConfirmed,
    PageKept,
    PlaceCall,
    Progress,
    Quit,
    Ready,
    Ringing,
    RingingEnded,
    Step,
    pack,
    unpack,
)
from faxcore.contract.report_file import write_report
from faxcore.document.tiff import count_pages, write_pages
from faxcore.model.call import CallReport, Outcome
from faxcore.model.page import Page, Resolution, Width
from faxcore.model.sentence import NOTHING
from tests.support.days.far_end import EARLY, Coming, FarEnd, Fate, Seen, report

RING_SECONDS = 40.0
ROWS = 100


class HungUp(Exception):
    """The service wants the call to end."""


class Died(Exception):
    """The worker is gone, without a word."""


class PlayedWorker:
    """One life of a worker."""

    def __init__(self, line: str, far_end: FarEnd, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._line = line
        self._far_end = far_end
        self._reader = reader
        self._writer = writer
        self._inbox: asyncio.Queue[Message | None] = asyncio.Queue()
        self._loop = asyncio.get_running_loop()
        self._quit = False
        self.idle = False

    def ring(self, called: str) -> bool:
        """Somebody calls; False if the line is busy for him."""
        if self.idle:
            self.idle = False
            self._inbox.put_nowait(Ringing("0611223344", "Somebody", called))
            return True
        return False

    async def live(self) -> None:
        """Speak with the service until it wants no more, or the worker dies."""
        listening = asyncio.create_task(self._listen())
        try:
            await asyncio.sleep(self._far_end.seconds(2, 8))  # the modem is reset
            self._say(Ready("played"))
            while not self._quit:
                self.idle = self._inbox.empty()
                await self._take(await self._inbox.get())
        except Died:
            pass
        finally:
            self.idle = False
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)

    async def _take(self, message: Message | None) -> None:
        self.idle = False
        match message:
            case PlaceCall():
                await self._place(message)
            case Ringing():
                await self._be_rung(message)
            case AnswerCall():
                self._say(Ended(message.call, report(Outcome.NO_FAX, 0)))
            case Quit() | None:
                self._quit = True

    async def _listen(self) -> None:
        while text := await self._reader.readline():
            self._inbox.put_nowait(unpack(text))
        self._inbox.put_nowait(None)

    def _say(self, message: Message) -> None:
        self._writer.write(pack(message))

    async def _pause(self, seconds: float) -> None:
        """Let this time go by in a call. HungUp if the service wants it to end."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._hear(Cancel)
                raise HungUp

    async def _hear(self, *kinds: type) -> Message:
        """The next message of one of these kinds. HungUp if the service wants to end."""
        while True:
            message = await self._inbox.get()
            if isinstance(message, Quit | None):
                self._quit = True
                raise HungUp
            if isinstance(message, Cancel) and Cancel not in kinds:
                raise HungUp
            if isinstance(message, kinds):
                return message

    # ------------------------------------------------------------ calls out

    async def _place(self, order: PlaceCall) -> None:
        seen = self._far_end.out[order.call] = Seen(self._loop.time(), order.number)
        pages = count_pages(order.document)
        try:
            seen.ended = await self._send(order, seen, pages)
        except HungUp:
            seen.ended = report(Outcome.LOCAL_ABORT, pages, dial_seconds=1.0)
        self._end(order.folder, Ended(order.call, seen.ended))
        if seen.ended.outcome is Outcome.MODEM:
            await asyncio.sleep(5)  # the modem is reset
            self._say(Ready("played"))

    async def _send(self, order: PlaceCall, seen: Seen, pages: int) -> CallReport:
        fate = self._far_end.draw()
        self._say(Progress(order.call, Step.DIALLING))
        await self._pause(self._far_end.seconds(4, 30))
        if fate is Fate.DIES_EARLY:
            raise Died
        if fate in EARLY:
            return report(EARLY[fate], pages)
        if fate is Fate.TRAINING:
            known = {"dial_seconds": 9.0, "phase": "B", "modulation": "V.17", "rate": 14400, "error_correction": True}
            return report(Outcome.TIMEOUT, pages, **known)
        for page in range(order.first_page, pages + 1):
            self._say(Progress(order.call, Step.PAGE, page, "+33199000099", 14400))
            await self._pause(self._far_end.seconds(25, 70))
            if page == pages:
                return await self._send_last(order, seen, pages, fate)
            seen.pages = page
            self._say(PageConfirmed(order.call, page))
            if fate is Fate.BREAKS:
                return report(Outcome.LINE_LOST, pages, sent=1, confirmed=page, dial_seconds=9.0)
            if fate is Fate.DIES:
                raise Died
        raise AssertionError(f"{order}: there is nothing to send")

    async def _send_last(self, order: PlaceCall, seen: Seen, pages: int, fate: Fate) -> CallReport:
        self._say(FinalPending(order.call))
        await self._hear(Noted)
        await asyncio.sleep(3)
        if fate is Fate.REFUSED:
            return report(Outcome.REJECTED, pages, sent=pages, confirmed=pages - 1, dial_seconds=9.0)
        if fate is Fate.UNCONFIRMED and self._far_end.random.random() < 0.5:
            return report(Outcome.UNCONFIRMED, pages, sent=pages, confirmed=pages - 1)
        seen.pages, seen.whole = pages, True
        if fate is Fate.UNCONFIRMED:
            return report(Outcome.UNCONFIRMED, pages, sent=pages, confirmed=pages - 1)
        if fate is Fate.DIES_LAST:
            raise Died
        self._say(PageConfirmed(order.call, pages))
        return CallReport(
            Outcome.OK, NOTHING, pages, pages, pages, remote_id="+33199000099", seconds=60.0 * pages, rate=14400
        )

    # ------------------------------------------------------------ calls in

    async def _be_rung(self, ringing: Ringing) -> None:
        self._say(ringing)
        try:
            async with asyncio.timeout(RING_SECONDS):
                while True:
                    order = await self._hear(AnswerCall, Decline, PlaceCall)
                    if not isinstance(order, PlaceCall):
                        break
                    met = self._far_end.out[order.call] = Seen(self._loop.time(), order.number)
                    met.ended = report(Outcome.BUSY, 1)
                    self._say(Ended(order.call, met.ended))
        except TimeoutError:
            self._say(RingingEnded())
            return
        except HungUp:
            return
        if isinstance(order, AnswerCall):
            await self._receive(order)
        else:
            await asyncio.sleep(20)
            self._say(RingingEnded())

    async def _receive(self, order: AnswerCall) -> None:
        seen = self._far_end.come[order.call] = Seen(self._loop.time(), self._line)
        coming, files = self._far_end.draw_in(), []
        count = 0 if coming is Coming.SILENT else self._far_end.random.randint(1, 3)
        with suppress(HungUp):
            await self._pause(self._far_end.seconds(8, 20))
            for page in range(1, count + 1):
                await self._pause(self._far_end.seconds(25, 70))
                try:
                    files.append(self._keep(order, page))
                except OSError:
                    coming = Coming.BREAKS
                    break
                seen.pages = page
            if coming is Coming.DIES:
                raise Died
        outcome = Outcome.OK if coming is Coming.WELL and len(files) == count else Outcome.OK_PARTIAL
        seen.ended = CallReport(
            outcome if files else Outcome.TIMEOUT,
            received=len(files),
            files=tuple(files),
            remote_id="+33 1 99 00 00 77",
            seconds=60.0,
        )
        self._end(order.folder, Ended(order.call, seen.ended))

    def _keep(self, order: AnswerCall, number: int) -> str:
        name = f"page-{number:04}.tif"
        path = Path(order.folder) / name
        write_pages(path, [Page(Width.A4, Resolution.FINE, bytes([number]) * 216 * ROWS)])
        self._say(PageKept(order.call, number, name, ROWS, 0, 1728, Resolution.FINE, ""))
        return name

    def _end(self, folder: str, ended: Ended) -> None:
        with suppress(OSError):  # as the worker's: the service hears it all the same
            (Path(folder) / "transcript").write_text("played\n")
            write_report(Path(folder), ended)
        self._say(ended)


class PlayedChild:
    """The worker as the service's supervision sees it: something that ends."""

    def __init__(self, task: asyncio.Task[None]) -> None:
        self._task = task

    async def wait(self) -> int:
        """Wait until it has ended; whatever failed in it fails here."""
        await asyncio.wait({self._task})
        if not self._task.cancelled():
            self._task.result()
        return 0

    def kill(self) -> None:
        """End it at once."""
        self._task.cancel()


class Workers:
    """Starts them, and knows which one is at each line."""

    def __init__(self, far_end: FarEnd) -> None:
        self._far_end = far_end
        self._at: dict[str, PlayedWorker] = {}

    async def start(
        self, command: Sequence[str], *, outlives_us: bool, pass_fds: Sequence[int], stdin: int
    ) -> PlayedChild:
        """Start one for the line that the command names, with descriptors of its own as a process has."""
        assert outlives_us
        inherited = [os.dup(each) for each in pass_fds]
        return PlayedChild(asyncio.create_task(self._live(command[0], socket.socket(fileno=os.dup(stdin)), inherited)))

    async def _live(self, line: str, ours: socket.socket, inherited: Sequence[int]) -> None:
        reader, writer = await asyncio.open_connection(sock=ours)
        try:
            worker = self._at[line] = PlayedWorker(line, self._far_end, reader, writer)
            await worker.live()
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()
            for descriptor in inherited:
                os.close(descriptor)

    def ring(self, line: str, called: str) -> bool:
        """Call this line; False if it is busy, or nobody is there."""
        worker: Any = self._at.get(line)
        return worker is not None and worker.ring(called)
