# SPDX-License-Identifier: GPL-3.0-or-later
"""A fork server, seen from outside: one process of a program that has loaded everything, and forks one per document.

It does not live for ever: processes that are forked from one share its layout of memory, which a hostile document
might find out for the next. So after a hundred of them, and whenever one has ended by a signal, another takes its place
(`is_worn_out`); it itself ends with the last of its own.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from faxcore.document.forking import HAS_DOCUMENT
from faxcore.document.private_folders import locked_folder, make_files
from faxcore.document.program import Program
from faxcore.document.readiness import becomes_readable
from faxcore.document.walls import SHELF, Wall, start_command

MOST_FORKS: Final = 100
DYING_SECONDS: Final = 5.0
"""Seconds that a killed process has to be gone: one that a hanging file system holds is left to end by itself."""
_CODE_SIZE: Final = 16


class ForkServer:
    """A process that forks processes of one program, each behind the same wall. Used by one thread at a time."""

    def __init__(self, program: Program, wall: Wall) -> None:
        """Start it. NoWall if the outer half of the wall is not there, OSError if nothing can be started."""
        self.wall = wall
        self.forks = 0
        """The number of processes so far."""
        self._folders: set[Path] = set()
        self._worn_out = self._retired = False
        with contextlib.ExitStack() as undo:
            self._folder = undo.enter_context(locked_folder())
            self._wishes, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            undo.enter_context(self._wishes)
            self._wishes.setblocking(False)
            place = SHELF if wall is Wall.BUBBLEWRAP else self._folder
            with theirs:
                self._process = subprocess.Popen(
                    start_command(wall, program.start, self._folder, forks=True),
                    stdin=theirs.fileno(),
                    stdout=subprocess.DEVNULL,
                    cwd=self._folder,
                    env=program.environment(wall, place, forks=True),
                    start_new_session=True,
                )
            self._undo = undo.pop_all()

    @property
    def pid(self) -> int:
        """The process, or bubblewrap's around it."""
        return self._process.pid

    def is_worn_out(self) -> bool:
        """Look whether another must take its place: it has ended, or has forked enough."""
        return self._worn_out or self.forks >= MOST_FORKS or self._process.poll() is not None

    @contextlib.contextmanager
    def private_folder(self) -> Iterator[Path]:
        """Make the private folder of the next process, removed at the end."""
        self.forks += 1
        folder = self._folder / str(self.forks)
        folder.mkdir(0o700)
        make_files(folder)
        self._folders.add(folder)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            self._folders.discard(folder)
            if self._retired:
                self.retire()

    def fork(self, folder: Path, control: int, complaints: int) -> ForkedProcess:
        """Fork a process with this private folder, its end of the control socket, and the file for its complaints.
        OSError if the server has ended, or does not take the wish.
        """
        return send_wish(self._wishes, folder, control, complaints, self._wear_out)

    def retire(self) -> None:
        """End it as soon as all that it has forked has ended."""
        self._retired = True
        if not self._folders:
            self.close()

    def close(self) -> None:
        """End it, and all that it has forked."""
        with self._undo:
            if self._process.poll() is None:
                # Bubblewrap and the process behind it are one group; the rest of that process's system dies with it.
                os.killpg(self._process.pid, signal.SIGKILL)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self._process.wait(DYING_SECONDS)

    def _wear_out(self) -> None:
        self._worn_out = True


def send_wish(
    wishes: socket.socket, folder: Path, control: int, complaints: int, spoil_server: Callable[[], None]
) -> ForkedProcess:
    """Wish for a process at the server behind this socket, as `forking` has it. OSError if that does not take it."""
    leash, theirs = socket.socketpair()
    with theirs:
        try:
            socket.send_fds(wishes, [folder.name.encode()], [control, complaints, theirs.fileno()])
        except BaseException:
            leash.close()
            raise
    return ForkedProcess(leash, spoil_server)


class ForkedProcess:
    """A process that a fork server has forked, on its leash: killed when this end is closed."""

    def __init__(self, leash: socket.socket, spoil_server: Callable[[], None]) -> None:
        self._leash = leash
        self._spoil_server = spoil_server
        self._code: int | None = None

    @property
    def ended(self) -> int:
        """A descriptor that is readable once the process has ended."""
        return self._leash.fileno()

    def has_ended(self) -> bool:
        """Look whether it has ended, by itself or not."""
        return self._code is not None or becomes_readable(self._leash.fileno())

    def exit_code(self) -> int:
        """Wait for the exit code; of one that a signal ended, the signal's negative. Where nobody is left to say it,
        the whole server was killed.
        """
        if self._code is None:
            said = self._leash.recv(_CODE_SIZE)
            self._code = int(said) if said else -signal.SIGKILL
            if self._code < 0:
                self._spoil_server()
        return self._code

    def tell_document(self) -> None:
        """Say that it gets its document: from a moment later on it lets others go first. OSError if it has ended."""
        self._leash.send(HAS_DOCUMENT)

    def kill(self) -> None:
        """Kill it, and wait until it is gone."""
        if not self.has_ended():
            self._leash.shutdown(socket.SHUT_WR)
            if becomes_readable(self._leash.fileno(), DYING_SECONDS):
                self.exit_code()

    def close(self) -> None:
        """Forget it."""
        self._leash.close()
