# SPDX-License-Identifier: GPL-3.0-or-later
"""The lock of a state folder: two services with one database would be the end of both."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from faxcore.store.synced_files import make_folder


class StateLocked(OSError):
    """Another program has the state folder; `folder` is it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"another faxcore is using {folder}")
        self.folder = folder


@contextmanager
def lock_state_folder(state: Path) -> Iterator[None]:
    """Lock the state folder as long as the block lasts. StateLocked if another program has it."""
    path = make_folder(state) / "lock"
    with path.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StateLocked(path.parent) from None
        yield
