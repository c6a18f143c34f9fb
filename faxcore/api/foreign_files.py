# SPDX-License-Identifier: GPL-3.0-or-later
"""Files of callers, read and written in threads of their own: a file system of theirs may never answer.

A thread that hangs there cannot be ended. So it is left behind: the caller gets an error, nobody else waits for it, and
a person who has left too many behind hands over no more until they return.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final, TypeVar

from faxcore.api.api_error import ApiError
from faxcore.contract.bus import ErrorCode
from faxcore.may_hang import run_apart
from faxcore.model.sentence import Sentence

T = TypeVar("T")

SECONDS: Final = 60.0
"""Seconds for one file: more than the largest document takes on a slow network."""
MOST_LEFT: Final = 8
"""Threads of one person that may hang."""


class ForeignFiles:
    """Runs work on callers' descriptors."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._running: defaultdict[str, int] = defaultdict(int)
        self._lock = threading.Lock()

    async def run(self, person: str, work: Callable[..., T], descriptor: int, *more: Any) -> T:
        """Give what `work` gives for a duplicate of this person's descriptor. ApiError if the file does not answer;
        whatever `work` raises.
        """
        with self._lock:
            if self._running[person] >= MOST_LEFT:
                raise _no_answer()
            mine = os.dup(descriptor)
            self._running[person] += 1

        def bounded() -> T:
            try:
                return work(mine, *more)
            finally:
                # Some file systems tell of a full disk only now; the work has synced what must be on ours.
                with suppress(OSError):
                    os.close(mine)
                with self._lock:
                    self._running[person] -= 1

        try:
            async with asyncio.timeout(self._seconds):
                return await run_apart("foreign file", bounded)
        except TimeoutError:
            raise _no_answer() from None


def _no_answer() -> ApiError:
    sentence = Sentence("The file system on which this document lies does not answer: copy it elsewhere first.")
    return ApiError(ErrorCode.BAD_DOCUMENT, sentence)
