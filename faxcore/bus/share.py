# SPDX-License-Identifier: GPL-3.0-or-later
"""One user's share of the service's time: whoever always has more to ask for waits, and nobody else does.

A share is used up by what it is charged with, seconds of the event loop's processor or of a document's, and grows back
with the clock. So much may be used at once, which is what an honest program does; whoever goes on gets a part of the
time, however many connections and calls they have.
"""

from __future__ import annotations

import asyncio
import time
import types
from collections.abc import Callable, Coroutine, Generator
from typing import Any, TypeVar

T = TypeVar("T")


class Share:
    """One user's."""

    def __init__(self, part: float, at_once: float, clock: Callable[[], float] = time.monotonic) -> None:
        """`part` of the time; `at_once`, seconds that may be used before there is any waiting."""
        self._part = part
        self._at_once = at_once
        self._clock = clock
        self._paid = 0.0
        """Until when what was used is paid for by waiting."""

    def charge(self, seconds: float) -> None:
        """Count these seconds as used."""
        self._paid = max(self._paid, self._clock()) + seconds / self._part

    def wait(self) -> float:
        """Give the seconds until the user may have more; 0 if that is now."""
        return max(0.0, self._paid - self._clock() - self._at_once / self._part)

    async def turn(self) -> None:
        """Return when the user may have more."""
        while wait := self.wait():
            await asyncio.sleep(wait)


@types.coroutine
def metered(work: Coroutine[Any, Any, T], charge: Callable[[float], None]) -> Generator[Any, Any, T]:
    """Do this work, and charge the processor time that it takes of this thread; not that of others in between."""
    step, value = work.send, None
    while True:
        before = time.thread_time()
        try:
            awaited = step(value)
        except StopIteration as end:
            result: T = end.value
            return result
        finally:
            charge(time.thread_time() - before)
        try:
            step, value = work.send, (yield awaited)
        except BaseException as error:  # noqa: BLE001 - whatever it is, it is the work's
            step, value = work.throw, error
