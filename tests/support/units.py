# SPDX-License-Identifier: GPL-3.0-or-later
"""A stand-in for systemd's sockets with Accept=yes: one process of a module for each connection, which is its standard
input. On a booted machine systemd does it (tests/booted).
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from pathlib import Path


class Units:
    """The socket, and the processes that were started for its connections."""

    def __init__(self, folder: Path, module: str) -> None:
        self.place = folder / "socket"
        self.files = folder / "private"
        self.files.mkdir()
        self._module = module
        self.processes: list[subprocess.Popen[bytes]] = []
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._listener.bind(str(self.place))
        self._listener.listen()
        self._thread = threading.Thread(target=self._accept)
        self._thread.start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _address = self._listener.accept()
            except OSError:
                return
            with connection:
                process = subprocess.Popen(
                    [sys.executable, "-I", "-m", self._module],
                    stdin=connection.fileno(),
                    cwd="/",
                    env={"TMPDIR": str(self.files), "PATH": os.defpath},
                )
                self.processes.append(process)

    def living(self) -> list[subprocess.Popen[bytes]]:
        """List those that have not ended."""
        return [process for process in self.processes if process.poll() is None]

    def close(self) -> None:
        """Start no more, and wait until all have ended."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()
        for process in self.processes:
            process.wait(timeout=20)
