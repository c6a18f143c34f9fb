# SPDX-License-Identifier: GPL-3.0-or-later
"""Descriptors of strangers are closed in threads: on a file system that does not answer, close(2) never returns.

(The last thing that a file system of a user's own hears of a descriptor is a FLUSH, and its answer is waited for, by
every close, uninterruptibly.)
"""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Iterable, Sequence
from typing import Final

MOST_THREADS: Final = 64
"""Closes that may hang at a time; more wait, and their descriptors stay open."""
IDLE_SECONDS: Final = 5.0


class Closer:
    """Closes descriptors, some time soon."""

    def __init__(self) -> None:
        self._queue: queue.SimpleQueue[Sequence[int]] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._threads = 0
        self._due = 0

    def close(self, descriptors: Iterable[int]) -> None:
        """Close these in a thread, some time soon; returns at once."""
        batch = list(descriptors)
        if not batch:
            return
        with self._lock:
            self._due += 1
            more = self._due > self._threads and self._threads < MOST_THREADS
            self._threads += more
        self._queue.put(batch)
        if more:
            threading.Thread(target=self._work, name="closer", daemon=True).start()

    def _work(self) -> None:
        while True:
            try:
                batch = self._queue.get(timeout=IDLE_SECONDS)
            except queue.Empty:
                with self._lock:
                    # Somebody may have counted on this thread a moment ago.
                    if self._due < self._threads:
                        self._threads -= 1
                        return
                continue
            for descriptor in batch:
                try:
                    os.close(descriptor)
                except OSError:
                    continue  # EBADF or EIO: in either case it is ours no longer
            with self._lock:
                self._due -= 1


CLOSER: Final = Closer()
"""The closer of this process."""
