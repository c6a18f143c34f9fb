# SPDX-License-Identifier: GPL-3.0-or-later
"""How much processor time the callbacks of an event loop take: what one of them takes, everybody else waits for.

Processor time of the thread, not the clock: a busy machine does not make a test fail.
"""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any


@dataclass
class Longest:
    """The callback that took longest."""

    seconds: float = 0.0
    what: str = ""


@contextmanager
def longest_callback() -> Iterator[Longest]:
    """Watch every callback while the block lasts. As in the service itself, the garbage collector does not look at what
    is in memory when it begins.
    """
    gc.collect()
    gc.freeze()
    longest = Longest()
    run: Any = asyncio.Handle._run  # noqa: SLF001 - the one place through which every callback goes

    def timed(handle: Any) -> None:
        what, before = repr(handle), time.thread_time()
        run(handle)
        seconds = time.thread_time() - before
        if seconds > longest.seconds:
            longest.seconds, longest.what = seconds, what

    asyncio.Handle._run = timed  # type: ignore[method-assign]  # noqa: SLF001
    try:
        yield longest
    finally:
        asyncio.Handle._run = run  # type: ignore[method-assign]  # noqa: SLF001
