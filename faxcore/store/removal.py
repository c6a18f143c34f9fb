# SPDX-License-Identifier: GPL-3.0-or-later
"""The removal of files, which waits while a backup is being made that may need them.

Whoever makes a backup holds removal (`hold_removal`) from before its snapshot of the database until it has every file
that the snapshot names: by a lock on a file, which the kernel takes back from a process that was killed. What should
have been removed meanwhile goes with what is removed next, or as a stray at the next start.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from faxcore.store.synced_files import remove

LOCK: Final = "backup.lock"


class Removal:
    """Removes files of the state folder as soon as that may be."""

    def __init__(self, state: Path) -> None:
        self._lock = state / LOCK
        self._late: list[Path] = []

    @property
    def is_held(self) -> bool:
        """True while a backup needs what is there."""
        try:
            descriptor = os.open(self._lock, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return False
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(descriptor)
        return False

    def remove(self, *paths: Path) -> None:
        """Remove these files and folders, and those that were to be removed while removal was held."""
        self._late += paths
        if self._late and not self.is_held:
            late, self._late = self._late, []
            remove(*late)


@contextmanager
def hold_removal(state: Path) -> Iterator[None]:
    """Keep every file that is in the state folder as long as the block lasts."""
    descriptor = os.open(state / LOCK, os.O_RDONLY | os.O_CLOEXEC | os.O_CREAT | os.O_NOFOLLOW, 0o640)
    try:
        # Several backups may be made at a time. The service has the lock for an instant only, when it looks.
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        yield
    finally:
        os.close(descriptor)
