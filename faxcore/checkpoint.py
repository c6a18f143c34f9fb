# SPDX-License-Identifier: GPL-3.0-or-later
"""Named places in the program at which a test may end it, as a power cut would.

What the service promises holds at every moment, so there are moments that have a name:

    checkpoint("job committed, client not told")

In production that looks at one attribute and does nothing. A test's process arms one before it begins,

    checkpoint.arm("job committed, client not told")
    checkpoint.arm("page safe, row not written", nth=2)

and is killed (SIGKILL: nothing is closed, flushed or said) when it comes past it for the nth time, or, with `do`, loses
something else there: its database, for instance. Names are sentences about what has happened and what has not, and each
stands once in the program: `grep` finds the place.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from typing import Final


class Checkpoints:
    """All checkpoints of this process, of which at most one is armed."""

    __slots__ = ("_armed", "_do", "_left")

    def __init__(self) -> None:
        self._armed: str | None = None
        self._left = 0
        self._do = _die

    def __call__(self, name: str) -> None:
        """Pass the place that has this name."""
        if self._armed is None:
            return
        self._past(name)

    def arm(self, name: str, nth: int = 1, do: Callable[[], None] | None = None) -> None:
        """Kill this process, or do something else, when it comes past this place for the nth time."""
        if nth < 1:
            raise ValueError(f"nobody comes past a place for the {nth}th time")
        self._armed, self._left, self._do = name, nth, do or _die

    def disarm(self) -> None:
        """Pass every place again."""
        self._armed = None

    def _past(self, name: str) -> None:
        if name != self._armed:
            return
        self._left -= 1
        if self._left == 0:
            self._do()


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


checkpoint: Final = Checkpoints()
"""The checkpoints of this process."""
