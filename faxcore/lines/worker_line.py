# SPDX-License-Identifier: GPL-3.0-or-later
"""Supervision of the line workers: one process a line, started, listened to, and started again when it ends.

A worker speaks `faxcore.contract.worker` over a socket pair that is its standard input. A line is free when its worker
has said Ready and no call is on it. When a worker dies in a call, whoever has the call hears `None` for its report: the
call has ended and nobody knows how. It is started again after 1, 2, 4 ... 60 seconds; once Ready, from 1 again.

A worker outlives a service that crashes: it brings the call that it is receiving to its end, since its pages are
promised. So each holds a lock, inherited with its start, and the next service touches neither the tty nor the
call directories of a line before that lock is free.
"""

from __future__ import annotations

import asyncio
import fcntl
import logging
import os
import socket
import sys
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final, Protocol

from faxcore import config
from faxcore.contract.worker import (
    Absent,
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
    pack,
    unpack,
)
from faxcore.i18n import gettext as _
from faxcore.store.retry import retry_until_written

log = logging.getLogger(__name__)

LONGEST_WAIT: Final = 60.0
LOCK_SECONDS: Final = 0.5
"""Seconds between two looks whether an earlier worker has ended."""

QUIT_SECONDS: Final = 20.0
"""A worker in a call says DCN and hangs up before it ends."""

_LONGEST_MESSAGE: Final = 1 << 20


class CallHandler(Protocol):
    """Who has the call that is on a line. Each method is awaited before the next message is read."""

    async def heard(self, message: Progress | PageConfirmed | FinalPending | PageKept) -> None:
        """Something happened in the call."""

    async def ended(self, report: Ended | None) -> None:
        """The call is over; None: its worker has died, and nobody knows how the call ended."""


Ring = Callable[["WorkerLine", Ringing], Awaitable[None]]


def worker_command(line: config.LineConfig) -> list[str]:
    """The worker of a line."""
    setup = (f"--setup={command}" for command in line.setup)
    return [sys.executable, "-m", "faxcore.line.worker", "--device", str(line.device), "--flow", line.flow, *setup]


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
    ) -> None:
        """`before` is done once, when no earlier worker is at the line any more."""
        self.line = line
        self.state = "starting"
        """starting, absent, idle, ringing, sending, receiving"""
        self.detail = ""
        self.modem = ""
        self.call = ""
        self.page = 0
        self._rings = rings
        self._changed = changed
        self._command = command
        self._first_wait = self._wait = first_wait
        self._lock = lock
        self._before = before
        self._locked: tuple[int, ...] = ()
        self._late_ring: Ringing | None = None
        self._handler: CallHandler | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._reserved = False
        self._stopping = False

    @property
    def name(self) -> str:
        """The line's name in the configuration."""
        return self.line.name

    @property
    def free(self) -> bool:
        """Whether a call can be made on it now."""
        return self.state == "idle" and not self._reserved and not self._stopping

    def reserve(self) -> None:
        """Nobody else gets the line until `dial` or `release`."""
        assert self.free
        self._reserved = True

    def release(self) -> None:
        """The line is not needed after all."""
        self._reserved = False
        self._changed()

    async def dial(self, message: PlaceCall, handler: CallHandler) -> bool:
        """Have the worker make a call; False if the line has been lost, or a caller was quicker."""
        self._reserved = False
        if self.state != "idle" or self._stopping:
            return False
        self._begin("sending", message.call, handler)
        await self.say(message)
        return True

    async def answer(self, message: AnswerCall, handler: CallHandler) -> bool:
        """Have the worker answer the call that rings; False if the caller has given up."""
        if self.state != "ringing" or self._stopping:
            return False
        self._begin("receiving", message.call, handler)
        await self.say(message)
        return True

    async def decline(self, reason: str) -> None:
        """Let it ring."""
        await self.say(Decline(reason))

    async def cancel(self) -> None:
        """End the call that is on the line."""
        if self.call:
            await self.say(Cancel(self.call))

    async def noted(self, call: str) -> None:
        """FinalPending of this call is on disk."""
        await self.say(Noted(call))

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
        try:
            await self._take_lock()
            if not self._stopping:
                await retry_until_written(f"what an earlier call on {self.name} brought", self._before)
                await self._keep_alive()
        finally:
            for descriptor in self._locked:
                os.close(descriptor)

    async def _take_lock(self) -> None:
        if self._lock is None:
            return
        descriptor = os.open(self._lock, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o640)
        self._locked = (descriptor,)
        while not self._stopping:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except BlockingIOError:
                self._set("absent", _("An earlier call on this line is still being brought to its end."))
                await asyncio.sleep(LOCK_SECONDS)

    async def _keep_alive(self) -> None:
        while not self._stopping:
            try:
                await self._live()
            except Exception:  # noqa: BLE001 - a fault of ours on one line must not end the others' calls
                log.exception("%s: the worker is given up", self.name)
            if self._stopping:
                return
            log.warning("%s: the worker has ended; again in %.0f s", self.name, self._wait)
            await asyncio.sleep(self._wait)
            self._wait = min(self._wait * 2, LONGEST_WAIT)

    async def stop(self) -> None:
        """Have the worker hang up and end; `run` returns when it has."""
        self._stopping = True
        await self.say(Quit())

    async def _live(self) -> None:
        """The life of one worker process."""
        ours, theirs = socket.socketpair()
        try:
            process = await asyncio.create_subprocess_exec(
                *self._command(self.line), stdin=theirs.fileno(), pass_fds=self._locked
            )
        except OSError as error:
            ours.close()
            self._set("absent", _("The program for the line cannot be started: {reason}").format(reason=error.strerror))
            return
        finally:
            theirs.close()
        reader, self._writer = await asyncio.open_connection(sock=ours, limit=_LONGEST_MESSAGE)
        try:
            if self._stopping:
                await self.say(Quit())
            await self._listen(reader)
        finally:
            writer, self._writer = self._writer, None
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()
            await _reap(process)
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
            await self._hear(message)

    async def _hear(self, message: Message) -> None:
        match message:
            case Ready():
                self.modem = message.modem
                self._wait = self._first_wait
                if not self.call:
                    self._set("idle")
            case Absent():
                self._set("absent", message.reason)
            case Ringing() if not self.call:
                self._set("ringing")
                await self._rings(self, message)
            case Ringing():
                # It rang while our order to dial was on its way: that order comes back as Ended, then we answer.
                self._late_ring = message
            case RingingEnded():
                self._late_ring = None
                if self.state == "ringing":
                    self._set("idle")
            case Progress(call=call) | PageConfirmed(call=call) | FinalPending(call=call) | PageKept(call=call):
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
            self.detail = message.state
            self._changed()

    def _begin(self, state: str, call: str, handler: CallHandler) -> None:
        self.call, self.page, self._handler = call, 0, handler
        self._set(state)

    async def _end(self, message: Ended | None) -> None:
        handler, self._handler = self._handler, None
        if handler is not None:
            await handler.ended(message)
        self.call, self.page = "", 0
        ring, self._late_ring = self._late_ring, None
        if message is None:
            return
        self._set("idle")
        if ring is not None:
            await self._hear(ring)

    async def _died(self) -> None:
        self.detail = _("The program for the line has ended; it is started again.")
        if self.call:
            await self._end(None)
        self._reserved = False
        self._late_ring = None
        self._set("absent", self.detail)

    def _set(self, state: str, detail: str = "") -> None:
        self.state, self.detail = state, detail
        self._changed()


async def _reap(process: asyncio.subprocess.Process) -> None:
    """Wait for a worker that has closed its end; one that does not go by itself is ended."""
    try:
        await asyncio.wait_for(process.wait(), QUIT_SECONDS)
    except TimeoutError:
        process.kill()
        await process.wait()
