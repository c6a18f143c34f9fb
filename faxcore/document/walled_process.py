# SPDX-License-Identifier: GPL-3.0-or-later
"""A process for one document, seen from outside: started behind its wall, given its order, ended, cleaned away.

It is a fresh Python, or the fork of one that has loaded everything (`fork_server`): for whoever uses it, the same.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from faxcore.document.fork_server import DYING_SECONDS, ForkedProcess, ForkServer
from faxcore.document.private_folders import private_folder
from faxcore.document.program import Program
from faxcore.document.readiness import becomes_readable
from faxcore.document.unit_server import UnitServer
from faxcore.document.walls import PLACE, NoWall, Wall, start_command


class WalledProcess:
    """One process, for one document. `close` ends it, whatever it is doing."""

    def __init__(self, program: Program, wall: Wall, server: ForkServer | UnitServer | None = None) -> None:
        """Start it, or have a server of this program and wall fork it. NoWall if the outer half of the wall is not
        there, OSError if nothing can be started.
        """
        self.wall = wall
        self.server = server
        self.made_of = ""
        with contextlib.ExitStack() as undo:
            folder = undo.enter_context(server.private_folder() if server else private_folder())
            self._complaints = undo.enter_context(tempfile.TemporaryFile())
            self._control, theirs = socket.socketpair()
            undo.enter_context(self._control)
            with theirs:
                control, complaints = theirs.fileno(), self._complaints.fileno()
                self._process: StartedProcess | ForkedProcess = (
                    server.fork(folder, control, complaints)
                    if server
                    else StartedProcess(program, wall, folder, control, complaints)
                )
            undo.callback(self._process.close)
            self._undo = undo.pop_all()

    @property
    def control(self) -> int:
        """A descriptor that is readable once the process is behind its wall, or has failed to get there."""
        return self._control.fileno()

    @property
    def ended(self) -> int:
        """A descriptor that is readable once the process has ended."""
        return self._process.ended

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
                self._process.tell_document()
                socket.send_fds(self._control, [b"document"], [wanted, document, output, answer])
        finally:
            os.close(wanted)

    def has_ended(self) -> bool:
        """Look whether it has ended, by itself or not."""
        return self._process.has_ended()

    def exit_code(self) -> int:
        """Return the exit code of a process that has ended; of one that a signal ended, the signal's negative."""
        return self._process.exit_code()

    def kill(self) -> None:
        """Kill it and all that it may have started."""
        self._process.kill()

    def close(self) -> None:
        """End it and all that it may have started, and remove its folder."""
        with self._undo:
            self._process.kill()


class StartedProcess:
    """A fresh Python behind the outer half of a wall."""

    def __init__(self, program: Program, wall: Wall, folder: Path, control: int, complaints: int) -> None:
        """Start it. NoWall if that half is not there, OSError if nothing can be started."""
        self._wall = wall
        self._process = subprocess.Popen(
            start_command(wall, program.start, folder),
            stdin=control,
            stdout=subprocess.DEVNULL,
            stderr=complaints,
            cwd=folder,
            env=program.environment(wall, PLACE if wall is Wall.BUBBLEWRAP else folder),
            start_new_session=True,
        )
        self.ended = os.pidfd_open(self._process.pid)
        """A descriptor that is readable once the process has ended."""

    @property
    def pid(self) -> int:
        """The process, or bubblewrap's around it."""
        return self._process.pid

    def has_ended(self) -> bool:
        """Look whether it has ended, by itself or not."""
        return self._process.poll() is not None

    def exit_code(self) -> int:
        """Wait for the exit code; of one that a signal ended, the signal's negative."""
        code = self._process.wait()
        # Bubblewrap says of the process behind its wall what a shell would.
        return 128 - code if self._wall is Wall.BUBBLEWRAP and code > 128 else code

    def tell_document(self) -> None:
        """Say that it gets its document: it has let others go first from its start."""

    def kill(self) -> None:
        """Kill it, and wait until it is gone."""
        if not self.has_ended():
            # Bubblewrap and the process behind it are one group; the rest of that process's system dies with it.
            os.killpg(self._process.pid, signal.SIGKILL)
            if becomes_readable(self.ended, DYING_SECONDS):
                self._process.wait()

    def close(self) -> None:
        """Forget it."""
        os.close(self.ended)


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
