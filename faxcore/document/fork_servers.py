# SPDX-License-Identifier: GPL-3.0-or-later
"""The fork servers of a program that opens documents again and again: one of each kind of process, and its successor.

A successor is started before it is needed: it takes a while to load what it forks.
"""

from __future__ import annotations

import logging
from typing import Final

from faxcore.document.fork_server import MOST_FORKS, ForkServer
from faxcore.document.program import Program
from faxcore.document.walled_process import WalledProcess
from faxcore.document.walls import Wall

log = logging.getLogger(__name__)

SUCCESSOR_AT: Final = MOST_FORKS * 4 // 5
"""Forks after which a successor is started."""


class ForkServers:
    """The fork servers, by program."""

    def __init__(self) -> None:
        self._serving: dict[Program, ForkServer] = {}
        self._successors: dict[Program, ForkServer] = {}
        self._impossible: set[Wall] = set()

    def start(self, program: Program, wall: Wall) -> WalledProcess:
        """Have a process forked, or start a fresh one where that is not possible. NoWall, OSError as there."""
        if wall not in self._impossible:
            try:
                return WalledProcess(program, wall, self._find(program, wall))
            except OSError as error:
                log.warning("a process for a document could not be forked: %s", error)
                self._drop(self._serving, program)
        return WalledProcess(program, wall)

    def give_up(self, wall: Wall, why: Exception) -> None:
        """Fork nothing behind this wall any more: the system does not allow what that needs."""
        if wall not in self._impossible:
            log.warning("each document has a fresh process, because none can be forked behind this wall: %s", why)
        self._impossible.add(wall)

    def release(self, program: Program) -> None:
        """End the servers of a program."""
        self._drop(self._serving, program)
        self._drop(self._successors, program)

    def _find(self, program: Program, wall: Wall) -> ForkServer:
        """Find the server whose turn it is."""
        server = self._serving.get(program)
        if server is not None and server.wall is wall and not server.is_worn_out():
            if server.forks >= SUCCESSOR_AT and program not in self._successors:
                self._successors[program] = ForkServer(program, wall)
            return server
        self._drop(self._serving, program)
        server = self._successors.pop(program, None)
        if server is not None and (server.wall is not wall or server.is_worn_out()):
            server.retire()
            server = None
        self._serving[program] = server or ForkServer(program, wall)
        return self._serving[program]

    @staticmethod
    def _drop(servers: dict[Program, ForkServer], program: Program) -> None:
        server = servers.pop(program, None)
        if server is not None:
            server.retire()
