# SPDX-License-Identifier: GPL-3.0-or-later
"""A process for one document, seen from outside: started behind its wall, given its order, ended, cleaned away.

Its private folder is locked as long as whoever started it lives, so that what a killed program leaves behind can be
told from what is in use (`remove_strays`).
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from faxcore.document.inside import SETTINGS
from faxcore.document.walls import FILES, PIPE, PLACE, NoWall, Wall, start_command

_ONE_THREAD: Final = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
"""fpdf2 loads numpy where it is, and numpy a library that would start threads at once, which no process may."""
_PREFIX: Final = "facteur-document-"
_YOUNG_SECONDS: Final = 60.0
"""Age below which a folder without a lock may be one that is being made."""
_DYING_SECONDS: Final = 5.0
"""Seconds that a killed process has to be gone: one that a hanging file system holds is left to end by itself."""


@dataclass(frozen=True)
class Program:
    """A program that opens documents, and its limits."""

    start: tuple[str, ...]
    """The arguments for Python."""
    cpu_seconds: int = 60
    memory: int = 512 * 1024 * 1024
    """Octets of address space."""
    file_size: int = 200 * 1024 * 1024
    """Octets of each of the few files that it can write."""
    seconds: float = 60.0
    """From the call to the answer, by the clock on the wall."""

    def limits(self) -> dict[str, int]:
        """The limits that the process gives itself."""
        return {"cpu_seconds": self.cpu_seconds, "memory": self.memory, "file_size": self.file_size}

    @staticmethod
    def of(module: str, memory: int = 512 * 1024 * 1024) -> Program:
        """Make a program of a module with the usual limits."""
        return Program(("-m", module), memory=memory)


class WalledProcess:
    """One process, for one document. `close` ends it, whatever it is doing."""

    def __init__(self, program: Program, wall: Wall) -> None:
        """Start it. NoWall if the outer half of the wall is not there, OSError if nothing can be started."""
        self.wall = wall
        self.made_of = ""
        with contextlib.ExitStack() as undo:
            self._folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
            undo.callback(shutil.rmtree, self._folder, ignore_errors=True)
            self._lock = _lock(self._folder)
            undo.callback(os.close, self._lock)
            self._complaints = undo.enter_context(tempfile.TemporaryFile())
            self._control, theirs = socket.socketpair()
            undo.enter_context(self._control)
            with theirs:
                self._process = self._start(program, theirs)
            self.ended = os.pidfd_open(self._process.pid)
            """A descriptor that is readable once the process has ended."""
            undo.callback(os.close, self.ended)
            self._undo = undo.pop_all()

    def _start(self, program: Program, theirs: socket.socket) -> subprocess.Popen[bytes]:
        for name in FILES:
            os.close(os.open(self._folder / name, os.O_CREAT | os.O_EXCL, 0o600))
        os.mkfifo(self._folder / PIPE, 0o600)
        place = PLACE if self.wall is Wall.BUBBLEWRAP else self._folder
        limits = {"wall": self.wall.value, **program.limits()}
        return subprocess.Popen(
            start_command(self.wall, program.start, self._folder),
            stdin=theirs.fileno(),
            stdout=subprocess.DEVNULL,
            stderr=self._complaints,
            cwd=self._folder,
            env={"TMPDIR": str(place), "LC_ALL": "C.UTF-8", **_ONE_THREAD, SETTINGS: json.dumps(limits)},
            start_new_session=True,
        )

    @property
    def control(self) -> int:
        """A descriptor that is readable once the process is behind its wall, or has failed to get there."""
        return self._control.fileno()

    def check_wall(self) -> None:
        """Read what the wall is made of, once `control` is readable. NoWall, with its complaint, if there is none."""
        said = self._control.recv(4096)
        try:
            self.made_of = str(json.loads(said)["wall"])
        except (ValueError, KeyError, TypeError):
            self._complaints.seek(0)
            complaint = self._complaints.read(100_000).decode("utf-8", "replace").strip().splitlines()
            raise NoWall(f"{self.wall.value}: {complaint[-1] if complaint else 'ended at once'}") from None

    def hand_over(self, order: Mapping[str, Any], source: int, output: int, answer: int) -> None:
        """Give the process its one document. OSError if it has ended meanwhile."""
        wanted = os.memfd_create("order")
        try:
            with open(wanted, "wb", closefd=False) as file:
                file.write(json.dumps(order).encode())
            os.lseek(wanted, 0, os.SEEK_SET)
            with _reading_only(source) as document:
                socket.send_fds(self._control, [b"document"], [wanted, document, output, answer])
        finally:
            os.close(wanted)

    def has_ended(self) -> bool:
        """Look whether it has ended, by itself or not."""
        return self._process.poll() is not None

    def exit_code(self) -> int:
        """Return the exit code of a process that has ended; of one that a signal ended, the signal's negative."""
        code = self._process.wait()
        # Bubblewrap says of the process behind its wall what a shell would.
        return 128 - code if self.wall is Wall.BUBBLEWRAP and code > 128 else code

    def close(self) -> None:
        """End it and all that it may have started, and remove its folder."""
        with self._undo:
            if not self.has_ended():
                # Bubblewrap and the process behind it are one group; the rest of that process's system dies with it.
                os.killpg(self._process.pid, signal.SIGKILL)
                if select.select([self.ended], [], [], _DYING_SECONDS)[0]:
                    self._process.wait()


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


@contextlib.contextmanager
def _reading_only(descriptor: int) -> Iterator[int]:
    """Yield a descriptor of the same file that cannot write to it."""
    if fcntl.fcntl(descriptor, fcntl.F_GETFL) & os.O_ACCMODE == os.O_RDONLY:
        yield descriptor
        return
    reopened = os.open(f"/proc/self/fd/{descriptor}", os.O_RDONLY | os.O_CLOEXEC)
    try:
        yield reopened
    finally:
        os.close(reopened)
