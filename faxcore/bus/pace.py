# SPDX-License-Identifier: GPL-3.0-or-later
"""One question's work a turn of the event loop: twenty trays that ask for their lists at once take a tenth of a second,
and what has come meanwhile, a word of a call or a fax that is handed in, needs only a moment of it.
"""

from __future__ import annotations

import asyncio
from collections import deque


class Pace:
    """Lets those through who wait for it, one in each turn of the event loop, in their order."""

    def __init__(self) -> None:
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._resting = False
        """Somebody was let through in this turn."""

    async def turn(self) -> None:
        """Return when nobody else is let through in this turn of the event loop."""
        loop = asyncio.get_running_loop()
        if self._resting:
            mine = loop.create_future()
            self._waiting.append(mine)
            await mine
        else:
            self._resting = True
            loop.call_soon(self._next)

    def _next(self) -> None:
        while self._waiting:
            first = self._waiting.popleft()
            if not first.done():  # its caller has not been broken off
                first.set_result(None)
                asyncio.get_running_loop().call_soon(self._next)
                return
        self._resting = False
