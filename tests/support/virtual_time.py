# SPDX-License-Identifier: GPL-3.0-or-later
"""An event loop whose time jumps: where it would wait for a timer, the timer's time has come.

Theory: waiting is the selector's work, and only there can it be known that nothing is ready. So the selector of this
loop looks without waiting; if nothing is there and nobody outside the loop can bring anything, the clock is set to the
next timer. While somebody outside is at work, time stands still and the loop waits for him as any other does:

- a function in the loop's threads (`asyncio.to_thread`), or in any thread that was started since the loop was made;
- a descriptor that was given to `add_reader`: another process, for instance one that checks a document. (Sockets of
  streams are not: in such a test both their ends are the loop's own, and what was written can be read at once.)

The known libraries do not fit: looptime takes "nothing was ready a few times" for "nobody works", aiotools and
aiofastforward patch `sleep` only.
"""

from __future__ import annotations

import asyncio
import selectors
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any, Final

THREADS: Final = 2
HUNG_SECONDS: Final = 120.0
"""Real seconds after which whoever works outside will not end any more."""
LOOK_SECONDS: Final = 0.005
"""Real seconds until the loop looks again whether a thread has ended that tells nobody."""


class _CountingThreads(ThreadPoolExecutor):
    """Threads of which is known how many functions they have not ended, cancelled ones included."""

    def __init__(self) -> None:
        super().__init__(THREADS, "in virtual time")
        self._lock = threading.Lock()
        self.unfinished = 0
        # All of them now: their number does not change by the chance of two functions at a time.
        meeting = threading.Barrier(THREADS)
        for started in [self.submit(meeting.wait) for _ in range(THREADS)]:
            started.result()

    def submit(self, work: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        with self._lock:
            self.unfinished += 1
        future = super().submit(work, *args, **kwargs)
        future.add_done_callback(self._ended)
        return future

    def _ended(self, _future: Future[Any]) -> None:
        with self._lock:
            self.unfinished -= 1


class _JumpingSelector(selectors.DefaultSelector):  # type: ignore[misc,valid-type]
    """The loop's selector."""

    def __init__(self, loop: VirtualLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> Any:
        hung = time.monotonic() + HUNG_SECONDS
        while True:
            # In this order: whoever has ended in between has left what he brings.
            somebody = self._loop.somebody_works()
            ready = super().select(0)
            if ready or (timeout is not None and timeout <= 0):
                return ready
            if not somebody:
                break
            if time.monotonic() > hung:
                raise AssertionError("somebody outside the loop works for ever")
            if ready := super().select(LOOK_SECONDS):
                return ready
        if timeout is None:
            raise AssertionError("everybody waits, and for nothing")
        self._loop.jump(timeout)
        return []


class VirtualLoop(asyncio.SelectorEventLoop):
    """The loop; `asyncio.Runner(loop_factory=VirtualLoop)` runs something in it."""

    def __init__(self) -> None:
        self._elapsed = 0.0
        self._calls: set[asyncio.Future[Any]] = set()
        self._outside: set[int] = set()
        self._threads = _CountingThreads()
        self._before = set(threading.enumerate())
        super().__init__(_JumpingSelector(self))
        self.set_default_executor(self._threads)

    def time(self) -> float:
        """Seconds since the loop was made: the monotonic clock of everything in it."""
        return self._elapsed

    def jump(self, seconds: float) -> None:
        """Let this time have gone by."""
        self._elapsed += seconds

    def somebody_works(self) -> bool:
        """Return whether anybody outside may bring something without the clock."""
        if self._threads.unfinished or self._calls or self._outside:
            return True
        return any(thread not in self._before for thread in threading.enumerate())

    def run_in_executor(self, executor: Any, func: Callable[..., Any], *args: Any) -> Any:
        """As always, and note that a thread is at work until its result has come."""
        future = super().run_in_executor(executor, func, *args)
        self._calls.add(future)
        future.add_done_callback(self._calls.discard)
        return future

    def add_reader(self, fd: Any, callback: Callable[..., Any], *args: Any) -> None:
        """As always, and note that somebody outside is waited for."""
        self._outside.add(fd if isinstance(fd, int) else fd.fileno())
        super().add_reader(fd, callback, *args)

    def remove_reader(self, fd: Any) -> bool:
        """As always."""
        self._outside.discard(fd if isinstance(fd, int) else fd.fileno())
        return super().remove_reader(fd)


class WallClock:
    """The wall clock that goes with a loop's time, and can be set."""

    def __init__(self, begin: datetime, loop: asyncio.AbstractEventLoop) -> None:
        self._begin = begin.astimezone(UTC)
        self._loop = loop

    def now(self) -> datetime:
        """The time now, in UTC."""
        return self._begin + timedelta(seconds=self._loop.time())

    def set_by(self, seconds: float) -> None:
        """Set it forward, or back."""
        self._begin += timedelta(seconds=seconds)

    async def until(self, when: datetime) -> None:
        """Sleep until the clock shows this time, however it is set meanwhile."""
        while (left := (when - self.now()).total_seconds()) > 0:
            await asyncio.sleep(min(left, 300.0))
