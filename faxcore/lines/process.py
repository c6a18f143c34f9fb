# SPDX-License-Identifier: GPL-3.0-or-later
"""Supervision of a child process of the service: started, and started again when it ends.

Every lasting child is supervised here: the line workers and the simulated exchange, later a mailer and lines over IP. A
child that ends is started again after 1, 2, 4 ... 60 seconds; once it has said that it works, from 1 again. (Programs
that do one piece of work on a document are `faxcore.document.sandbox`'s: they have limits, and are never repeated.)

A child may have to outlive a service that crashes, because it is bringing a promise to its end. It then holds a lock
that it has inherited with its start, and the next service waits until that lock is free (`ChildLock`).
"""

from __future__ import annotations

import asyncio
import ctypes
import fcntl
import logging
import os
import signal
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, Protocol

log = logging.getLogger(__name__)

FIRST_WAIT: Final = 1.0
LONGEST_WAIT: Final = 60.0
"""Seconds until a child is started again, the first time and at most."""
LOCK_SECONDS: Final = 0.5
"""Seconds between two looks whether an earlier child has ended."""
_PR_SET_PDEATHSIG: Final = 1


class Child(Protocol):
    """A child process that has been started."""

    async def wait(self) -> int:
        """Wait until it has ended; its exit code."""

    def kill(self) -> None:
        """End it at once."""


Start = Callable[..., Awaitable[Child]]
"""Starts a child, as `start` does; tests play one in the service's own process."""


class Supervisor:
    """Keeps one child alive: `live` is the whole life of one process, from its start to its end."""

    def __init__(self, name: str, live: Callable[[], Awaitable[None]], first_wait: float = FIRST_WAIT) -> None:
        self._name = name
        self._live = live
        self._first_wait = self._wait = first_wait
        self._stop = asyncio.Event()

    @property
    def stopping(self) -> bool:
        """True once the child is not to be started again."""
        return self._stop.is_set()

    def stop(self) -> None:
        """Start no more children. The one that lives is told to end by whoever knows its language."""
        self._stop.set()

    def works(self) -> None:
        """The child has begun to work: should it end, the next one is started soon."""
        self._wait = self._first_wait

    async def run(self) -> None:
        """Keep a child alive until stopped or cancelled."""
        while not self.stopping:
            try:
                await self._live()
            except Exception:  # noqa: BLE001 - a fault of ours with one child must not end the others' work
                log.exception("%s: the process is given up", self._name)
            if self.stopping:
                return
            log.warning("%s: the process has ended; again in %.0f s", self._name, self._wait)
            with suppress(TimeoutError):
                async with asyncio.timeout(self._wait):
                    await self._stop.wait()
            self._wait = min(self._wait * 2, LONGEST_WAIT)


class ChildLock:
    """A lock that a child inherits: it is free when no earlier child lives any more."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.descriptors: tuple[int, ...] = ()
        """To be passed to each child."""

    async def take(self, stopping: Callable[[], bool], held: Callable[[], None]) -> None:
        """Wait until the lock is ours, or the service stops; `held` is called as long as another holds it."""
        descriptor = os.open(self._path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o640)
        self.descriptors = (descriptor,)
        while not stopping():
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except BlockingIOError:
                held()
                await asyncio.sleep(LOCK_SECONDS)

    def close(self) -> None:
        """Give our part of it back; a child that lives goes on holding its own."""
        for descriptor in self.descriptors:
            os.close(descriptor)
        self.descriptors = ()


async def start(
    command: Sequence[str], *, outlives_us: bool, pass_fds: Sequence[int] = (), **streams: Any
) -> asyncio.subprocess.Process:
    """Start a child. One that does not outlive us is ended with us, however we end. OSError if it cannot be started."""
    return await asyncio.create_subprocess_exec(
        *command, pass_fds=tuple(pass_fds), preexec_fn=None if outlives_us else _end_with_parent, **streams
    )


async def reap(process: Child, seconds: float) -> int:
    """Wait for a child that is ending; one that does not go by itself in time is killed. Its exit code."""
    try:
        return await asyncio.wait_for(process.wait(), seconds)
    except TimeoutError:
        process.kill()
        return await process.wait()


def _end_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
