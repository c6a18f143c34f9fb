# SPDX-License-Identifier: GPL-3.0-or-later
"""A fork server in a unit of its own, seen from the service: systemd starts one for each connection to a socket.

So the processes that open documents have neither the service's user nor its files, and the service may be hardened in
ways that would keep it from building walls itself. To whoever uses it, it is a `ForkServer`; `in_unit` is the other
end.
"""

from __future__ import annotations

import contextlib
import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from faxcore.document.fork_server import MOST_FORKS, ForkedProcess, send_wish
from faxcore.document.program import Program
from faxcore.document.readiness import becomes_readable
from faxcore.document.walls import NoWall, Wall

CONNECT_SECONDS: Final = 5.0
"""Seconds that the init system has to take the connection."""


class UnitServer:
    """A process in a unit of its own that forks processes of one program. Used by one thread at a time."""

    wall: Final = Wall.UNIT

    def __init__(self, program: Program, place: Path | None) -> None:
        """Connect to the socket at `place`, which has the unit started. NoWall if there is none."""
        if place is None:
            raise NoWall("no unit opens documents for this program")
        self.forks = 0
        """The number of processes so far."""
        self._open = 0
        self._worn_out = self._retired = False
        self._wishes = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            self._wishes.settimeout(CONNECT_SECONDS)
            self._wishes.connect(str(place))
            self._wishes.send(json.dumps({"start": program.start, "settings": program.settings(Wall.UNIT)}).encode())
            self._wishes.setblocking(False)
        except OSError as error:
            self._wishes.close()
            raise NoWall(f"unit: {place}: {error.strerror or error}") from error

    def is_worn_out(self) -> bool:
        """Look whether another must take its place: it has ended, or has forked enough."""
        return self._worn_out or self.forks >= MOST_FORKS or self._has_ended()

    @contextlib.contextmanager
    def private_folder(self) -> Iterator[Path]:
        """Name the private folder of the next process, which the unit makes and removes."""
        self.forks += 1
        self._open += 1
        try:
            yield Path(str(self.forks))
        finally:
            self._open -= 1
            if self._retired:
                self.retire()

    def fork(self, folder: Path, control: int, complaints: int) -> ForkedProcess:
        """Ask the unit to fork a process with this private folder, its end of the control socket, and the file for its
        complaints. OSError if the server has ended, or does not take the wish.
        """
        return send_wish(self._wishes, folder, control, complaints, self._wear_out)

    def retire(self) -> None:
        """End it as soon as all that it has forked has ended."""
        self._retired = True
        if not self._open:
            self.close()

    def close(self) -> None:
        """Let it end: it does once nobody can wish anything of it."""
        self._wishes.close()

    def _has_ended(self) -> bool:
        # It never says anything: what can be read is its end.
        return self._wishes.fileno() < 0 or becomes_readable(self._wishes.fileno())

    def _wear_out(self) -> None:
        self._worn_out = True
