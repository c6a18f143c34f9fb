# SPDX-License-Identifier: GPL-3.0-or-later
"""Work on a file system that may never answer, in a thread that nobody has to wait for.

A thread that hangs in the kernel cannot be ended. One of the loop's own threads would be missing for good, and the end
of the process would wait for it; this one is left behind, and goes with the process.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

T = TypeVar("T")


async def run_apart(name: str, work: Callable[[], T]) -> T:
    """Give what `work` gives, or raise what it raises. Cancelled, it leaves its thread, of this name, to itself."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def finish(result: T | None, error: BaseException | None) -> None:
        if done.done():
            return
        if error is not None:
            done.set_exception(error)
        else:
            done.set_result(result)  # type: ignore[arg-type]

    def thread() -> None:
        result, error = None, None
        try:
            result = work()
        except BaseException as raised:  # noqa: BLE001 - it is raised again where it is waited for
            error = raised
        # The loop has gone when the service ends first.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(finish, result, error)

    threading.Thread(target=thread, name=name, daemon=True).start()
    return await done
