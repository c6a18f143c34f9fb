# SPDX-License-Identifier: GPL-3.0-or-later
"""A line: its worker process, what it is doing, and who has its call.

A worker speaks `faxcore.contract.messages` over a socket pair that is its standard input. A line is free when its
worker has said Ready and no call is on it. When a worker dies in a call, whoever has the call hears `None` for its
report: the call has ended and nobody knows how.

A worker outlives a service that crashes: it brings the call that it is receiving to its end, since its pages are
promised. So each holds a lock (`ChildLock`), and the next service touches neither the tty nor the call directories of
a line before that lock is free.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import sys
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final, Protocol

from faxcore import config
from faxcore.contract.messages import (
    Absent,
    AnswerCall,
    CallNews,
    Cancel,
    Decline,
    Ended,
    FetchDocument,
    FinalPending,
    Message,
    Noted,
    NothingFollows,
    OfferGiven,
    OfferWanted,
    PageConfirmed,
    PageKept,
    PagesShortened,
    PlaceCall,
    Progress,
    Quit,
    Ready,
    Ringing,
    RingingEnded,
    pack,
    unpack,
)
from faxcore.contract.service_status import Line, LineState
from faxcore.lines.process import Child, ChildLock, Start, Supervisor, reap, start
from faxcore.lines.progress import STEPS
from faxcore.log_fields import about
from faxcore.model.call import Outcome
from faxcore.model.sentence import NOTHING, Sentence
from faxcore.store.ids_and_times import format_time
from faxcore.store.retry import retry_until_written

log = logging.getLogger(__name__)

QUIT_SECONDS: Final = 20.0
"""A worker in a call says DCN and hangs up before it ends."""

_LONGEST_MESSAGE: Final = 1 << 20
_LEFT: Final[list[Child]] = []
"""The workers whose calls have been left to them."""


class CallHandler(Protocol):
    """The owner of the call that is on a line. Each method is awaited before the next message is read."""

    async def heard(self, message: CallNews) -> None:
        """Something happened in the call."""

    async def ended(self, report: Ended | None) -> None:
        """The call is over; None: its worker has died, and nobody knows how the call ended."""


Ring = Callable[["WorkerLine", Ringing], Awaitable[None]]


def worker_command(line: config.LineConfig) -> list[str]:
    """The worker of a line."""
    setup = (f"--setup={command}" for command in line.setup)
    # -P: it may read what it can load, and a current folder of "/" would be all there is.
    return [
        sys.executable,
        "-P",
        "-m",
        "faxcore.line.worker",
        f"--kind={line.kind}",
        "--device",
        str(line.device),
        "--flow",
        line.flow,
        *setup,
        *(["--modem-log"] if line.modem_log else []),
        f"--line={line.name}",
    ]


class WorkerLine:
    """One line: its worker process, what it is doing, and who has its call."""

    def __init__(
        self,
        line: config.LineConfig,
        rings: Ring,
        changed: Callable[[], None],
        command: Callable[[config.LineConfig], Sequence[str]] = worker_command,
        first_wait: float = 1.0,
        lock: Path | None = None,
        before: Callable[[], None] = lambda: None,
        starter: Start = start,
        calls: Path | None = None,
    ) -> None:
        """`before` runs once, after the previous worker has released the line's lock. `calls` is the folder with the
        folders of calls, if the worker is to have a wall around it.
        """
        self.line = line
        self.state = LineState.STARTING
        self.detail = NOTHING
        self.modem = ""
        self.no_wall = ""
        """The reason why its worker has no whole wall; empty: it has, or none is wanted."""
        self.call = ""
        self.page = 0
        self._rings = rings
        self._changed = changed
        self._command = command
        self._starter = starter
        self._supervisor = Supervisor(line.name, self._live, first_wait)
        self._lock = None if lock is None else ChildLock(lock)
        self._before = before
        self._calls = calls
        self._late_ring: Ringing | None = None
        self._handler: CallHandler | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._reserved = False
        self._finishing = False
        self.left = False
        """The call that is on it is left to its worker."""
        self._settled = asyncio.Event()
        """Set with each change of state."""

    @property
    def name(self) -> str:
        """The line's name in the configuration."""
        return self.line.name

    @property
    def free(self) -> bool:
        """Return whether a call can be made on it now."""
        return self.state is LineState.IDLE and not self._reserved and not self._closed

    @property
    def goes_on(self) -> bool:
        """Return whether another fax may go out in the call that is on it, as far as the line is concerned."""
        return not self._reserved and not self._closed

    @property
    def _closed(self) -> bool:
        """True once no further call may begin."""
        return self._finishing or self._supervisor.stopping

    def view(self, now: datetime) -> Line:
        """Give the line as it is at this time, as a value of the contract."""
        own = self.line
        numbers = tuple(number.number for number in own.numbers)
        dials = own.dials and own.hours.has(now)
        opens = own.hours.next_change(now) if own.dials and not dials else None
        return Line(
            self.name,
            self.state,
            self.detail,
            numbers,
            self.modem,
            self.call,
            self.page,
            own.direction,
            own.groups,
            own.priority,
            own.hours.texts,
            dials,
            "" if opens is None else format_time(opens),
        )

    def reserve(self) -> None:
        """Nobody else gets the line until `dial` or `release`."""
        assert self.free
        self._reserved = True

    def release(self) -> None:
        """The line is not needed after all."""
        self._reserved = False
        self._changed()

    async def dial(self, message: PlaceCall | FetchDocument, handler: CallHandler) -> bool:
        """Tell the worker to make a call; False if the line has been lost, or a caller was quicker."""
        self._reserved = False
        if self.state is not LineState.IDLE or self._closed:
            return False
        state = LineState.SENDING if isinstance(message, PlaceCall) else LineState.RECEIVING
        self._begin(state, message.call, handler)
        await self.say(message)
        return True

    async def answer(self, message: AnswerCall, handler: CallHandler) -> bool:
        """Tell the worker to answer the call that rings; False if the caller has given up."""
        if self.state is not LineState.RINGING or self._closed:
            return False
        self._begin(LineState.RECEIVING, message.call, handler)
        await self.say(message)
        return True

    async def decline(self, reason: Sentence) -> None:
        """Let it ring."""
        await self.say(Decline(reason))

    async def cancel(self) -> None:
        """End the call that is on the line."""
        if self.call:
            await self.say(Cancel(self.call))

    async def noted(self, call: str, more: bool = False) -> None:
        """FinalPending of this call is on disk; with `more`, another document is to follow."""
        await self.say(Noted(call, more))

    async def give_offer(self, call: str, given: bool) -> None:
        """The caller in this call gets what it asks for, or not."""
        await self.say(OfferGiven(call, given))

    async def send_next(self, message: PlaceCall, handler: CallHandler) -> None:
        """Tell the worker to send another document in the call that is open; to be called by the handler of the one
        before, while it hears of the end of that.
        """
        self._begin(LineState.SENDING, message.call, handler)
        await self.say(message)

    async def say(self, message: Message) -> None:
        """Send a message to the worker. One that has died hears nothing, which its reader notices."""
        if self._writer is None:
            return
        try:
            self._writer.write(pack(message))
            await self._writer.drain()
        except OSError as error:
            log.info("%s: the worker does not listen any more (%s)", self.name, error)

    async def run(self) -> None:
        """Keep a worker alive until cancelled or stopped."""
        with about(line=self.name):
            await self._run()

    async def _run(self) -> None:
        try:
            if self._lock is not None:
                await self._lock.take(lambda: self._supervisor.stopping, self._wait_for_earlier)
            if not self._supervisor.stopping:
                await retry_until_written(f"what an earlier call on {self.name} brought", self._before)
                await self._supervisor.run()
        finally:
            if self._lock is not None:
                self._lock.close()

    def _wait_for_earlier(self) -> None:
        self._set(LineState.ABSENT, Sentence("An earlier call on this line is still being brought to its end."))

    async def retire(self) -> None:
        """Take no more calls, and have the worker end once the call that is on the line is over."""
        self._reserved = True
        while self.call or self.state is LineState.RINGING:
            self._settled.clear()
            await self._settled.wait()
        await self.stop()

    async def finish(self) -> None:
        """Take no more calls; returns once the call that is on the line is over. Whoever rings meanwhile rings on."""
        self._finishing = True
        while self.call:
            self._settled.clear()
            await self._settled.wait()

    def leave(self) -> bool:
        """Leave a call that comes in to the worker, which brings it to its end without us, as after a crash; False if
        there is none. Nothing may be done with the line any more.
        """
        self.left = self.state is LineState.RECEIVING
        return self.left

    async def stop(self) -> None:
        """Tell the worker to hang up and end; `run` returns when it has."""
        self._supervisor.stop()
        await self.say(Quit())

    async def _live(self) -> None:
        """The life of one worker process."""
        ours, theirs = socket.socketpair()
        try:
            locks = self._lock.descriptors if self._lock is not None else ()
            wall = () if self._calls is None else ("--calls", str(self._calls))
            command = [*self._command(self.line), *wall]
            process = await self._starter(command, outlives_us=True, pass_fds=locks, stdin=theirs.fileno())
        except OSError as error:
            ours.close()
            cause = error.strerror or str(error)
            self._set(
                LineState.ABSENT, Sentence("The program for the line cannot be started: {reason}", {"reason": cause})
            )
            return
        finally:
            theirs.close()
        reader, self._writer = await asyncio.open_connection(sock=ours, limit=_LONGEST_MESSAGE)
        given_up = False
        try:
            if self._supervisor.stopping:
                await self.say(Quit())
            await self._listen(reader)
        except asyncio.CancelledError:
            # The service ends, perhaps without its database: how the call ended is found out when it starts again.
            given_up = True
            raise
        finally:
            writer, self._writer = self._writer, None
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()
            if self.left:
                # Whoever forgets a child of asyncio's kills it.
                _LEFT.append(process)
            else:
                await reap(process, QUIT_SECONDS)
            if not given_up:
                await self._died()

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        while True:
            try:
                text = await reader.readline()
            except ConnectionResetError:
                # The worker has ended with a message of ours unread: an end like any other.
                return
            except (OSError, ValueError) as error:
                log.error("%s: %s", self.name, error)
                return
            if not text:
                return
            try:
                message = unpack(text)
            except ValueError as error:
                log.error("%s: %s", self.name, error)
                return
            with about(call=self.call):
                await self._hear(message)

    async def _hear(self, message: Message) -> None:
        match message:
            case Ready():
                self.modem, self.no_wall = message.modem, message.no_wall
                self._supervisor.works()
                if not self.call:
                    self._set(LineState.IDLE)
            case Absent():
                self._set(LineState.ABSENT, message.reason)
            case Ringing() if not self.call:
                self._set(LineState.RINGING)
                await self._rings(self, message)
            case Ringing():
                # It rang while our order to dial was on its way: that order comes back as Ended, then we answer.
                self._late_ring = message
            case RingingEnded():
                self._late_ring = None
                if self.state is LineState.RINGING:
                    self._set(LineState.IDLE)
            case (
                Progress(call=call)
                | PageConfirmed(call=call)
                | PagesShortened(call=call)
                | FinalPending(call=call)
                | PageKept(call=call)
                | OfferWanted(call=call)
            ):
                if call == self.call and self._handler is not None:
                    self._follow(message)
                    await self._handler.heard(message)
            case Ended() if message.call == self.call:
                await self._end(message)
            case _:
                log.info("%s: %s does not fit here", self.name, type(message).__name__)

    def _follow(self, message: object) -> None:
        if isinstance(message, Progress):
            self.page = message.page or self.page
            self.detail = STEPS[message.step]
            self._changed()

    def _begin(self, state: LineState, call: str, handler: CallHandler) -> None:
        self.call, self.page, self._handler = call, 0, handler
        self._set(state)

    async def _end(self, message: Ended | None) -> None:
        handler, self._handler = self._handler, None
        if handler is not None:
            await handler.ended(message)
        if self._handler is not None:
            # Another document goes out in the same call.
            return
        if message is not None and message.open:
            # The worker says Ready when the line is on hook.
            await self.say(NothingFollows(message.call))
            self.call, self.page = "", 0
            self._settled.set()
            return
        self.call, self.page = "", 0
        ring, self._late_ring = self._late_ring, None
        if message is None:
            return
        # Of a modem that has failed the worker says whether it can be used again: until then no call is lost on it.
        self._set(LineState.STARTING if message.report.outcome is Outcome.MODEM else LineState.IDLE)
        if ring is not None:
            await self._hear(ring)

    async def _died(self) -> None:
        if self.call:
            await self._end(None)
        self._reserved = False
        self._late_ring = None
        # One whose modem has gone has said so, and why.
        if self.state is not LineState.ABSENT:
            self._set(LineState.ABSENT, Sentence("The program for the line has ended; it is started again."))

    def _set(self, state: LineState, detail: Sentence = NOTHING) -> None:
        self.state, self.detail = state, detail
        self._settled.set()
        self._changed()
