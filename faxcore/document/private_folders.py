# SPDX-License-Identifier: GPL-3.0-or-later
"""The private folders of processes with documents, on disk.

A folder is locked as long as whoever made it lives, so that what a killed program leaves behind can be told from what
is in use (`remove_strays`).
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from faxcore.document.walls import FILES, PIPE

_PREFIX: Final = "facteur-document-"
_YOUNG_SECONDS: Final = 60.0
"""Age below which a folder without a lock may be one that is being made."""


@contextlib.contextmanager
def locked_folder() -> Iterator[Path]:
    """Make a folder of this program, removed at the end."""
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
    try:
        lock = _lock(folder)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            os.close(lock)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


@contextlib.contextmanager
def private_folder() -> Iterator[Path]:
    """Make the private folder of a fresh process, with its files, removed at the end."""
    with locked_folder() as folder:
        make_files(folder)
        yield folder


def make_files(folder: Path) -> None:
    """Make the files of a process. It can make no others, so that what it writes is bounded."""
    for name in FILES:
        os.close(os.open(folder / name, os.O_CREAT | os.O_EXCL, 0o600))
    os.mkfifo(folder / PIPE, 0o600)


def remove_strays() -> int:
    """Remove the folders of processes whose program was killed; their number."""
    removed = 0
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with contextlib.suppress(FileNotFoundError, BlockingIOError, NotADirectoryError):
            status = folder.lstat()
            if status.st_uid != os.geteuid() or time.time() - status.st_mtime < _YOUNG_SECONDS:
                continue
            lock = _lock(folder)
            try:
                shutil.rmtree(folder)
                removed += 1
            finally:
                os.close(lock)
    return removed


def _lock(folder: Path) -> int:
    """Lock a folder for as long as the descriptor is open. BlockingIOError if it is locked."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor
