# SPDX-License-Identifier: GPL-3.0-or-later
"""One question's work a turn of the event loop: twenty trays that ask for their lists at once take a tenth of a second,
and what has come meanwhile, a word of a call or a fax that is handed in, needs only a moment of it.

A fax that is handed in needs ten turns of the loop, one after another. While there is one, questions therefore rest for
three times as long as the turn before has taken: most of the time has no question in it, and many turns.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

REST: Final = 3
"""Times as long as a question's turn, in which there is none."""
LONGEST_REST: Final = 0.05
"""Seconds for which questions rest at the most: a turn that takes longer than this was not theirs."""


class Pace:
    """Lets those through who wait for it, one in each turn of the event loop, in their order."""

    def __init__(self) -> None:
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._resting = False
        """Somebody was let through a moment ago."""
        self._hurried = 0
        self._begun = 0.0
        """The time at which the last one was let through."""

    @contextmanager
    def hurried(self) -> Iterator[None]:
        """Let the others rest longer while this lasts: it is for somebody who needs many turns."""
        self._hurried += 1
        try:
            yield
        finally:
            self._hurried -= 1

    async def turn(self) -> None:
        """Return when nobody else is let through in this turn of the event loop."""
        loop = asyncio.get_running_loop()
        if self._resting:
            mine = loop.create_future()
            self._waiting.append(mine)
            await mine
        else:
            self._let_through(loop)

    def _let_through(self, loop: asyncio.AbstractEventLoop) -> None:
        self._resting = True
        self._begun = loop.time()
        loop.call_soon(self._end_turn)

    def _end_turn(self) -> None:
        loop = asyncio.get_running_loop()
        if self._hurried:
            loop.call_later(min(REST * (loop.time() - self._begun), LONGEST_REST), self._next)
        else:
            self._next()

    def _next(self) -> None:
        while self._waiting:
            first = self._waiting.popleft()
            if not first.done():  # its caller has not been broken off
                first.set_result(None)
                self._let_through(asyncio.get_running_loop())
                return
        self._resting = False
