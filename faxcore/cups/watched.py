# SPDX-License-Identifier: GPL-3.0-or-later
"""The backend's work in a second process, which the first watches: either may be killed, and the document is not lost.

cupsd takes a backend that was killed (SIGKILL, as when memory runs out) for one that has done its work, because that is
how it ends them itself: the job is called completed, and the document is gone. So the work is done by a child, which
the kernel ends first, and done again when it was killed; and should the first process be killed, the child goes on
alone.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from faxcore.cups.print_refusal import Exit
from faxcore.no_core import forbid_dump

AGAIN: Final = Exit.RETRY
"""The exit code of work that may succeed the next time."""
ATTEMPTS: Final = 5
PAUSE_SECONDS: Final = 2.0
_END_SECONDS: Final = 10.0
_OOM_SCORE: Final = "500"
"""Out of 1,000: much more than the first process has, so that it is taken first."""


class Killed(Exception):
    """The work was killed, or could not be done for now, as often as it is tried."""


def run_watched(work: Callable[[], int], killed: Callable[[], None]) -> int:
    """Give the exit code of `work`, done in a child; `killed` is called when it has to be done again. Killed if it is
    killed every time. Any exception of a signal's ends the child as well.
    """
    for attempt in range(ATTEMPTS):
        if attempt:
            killed()
            time.sleep(PAUSE_SECONDS)
        status = _run_child(work)
        if os.WIFEXITED(status) and os.WEXITSTATUS(status) != AGAIN:
            return os.WEXITSTATUS(status)
    raise Killed


def _run_child(work: Callable[[], int]) -> int:
    """Run the work in a child; how it ended, as wait(2) says it."""
    # Between the child and its number there is no moment for a signal.
    waiting = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    child = os.fork()
    if child == 0:
        code = int(AGAIN)
        try:
            signal.pthread_sigmask(signal.SIG_SETMASK, waiting)
            _go_first()
            forbid_dump()
            code = work()
        finally:
            os._exit(code)
    try:
        signal.pthread_sigmask(signal.SIG_SETMASK, waiting)
        return os.waitpid(child, 0)[1]
    except BaseException:
        _end(child)
        raise


def _go_first() -> None:
    """Be the one that is ended when there is no memory."""
    # A container may not let us; then both have the same chance.
    with suppress(OSError), open("/proc/self/oom_score_adj", "w") as score:
        score.write(_OOM_SCORE)


def _end(child: int) -> None:
    """End a child, politely first."""
    with suppress(ProcessLookupError, ChildProcessError):
        os.kill(child, signal.SIGTERM)
        deadline = time.monotonic() + _END_SECONDS
        while os.waitpid(child, os.WNOHANG) == (0, 0):
            if time.monotonic() > deadline:
                os.kill(child, signal.SIGKILL)
            time.sleep(0.05)
