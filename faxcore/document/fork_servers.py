# SPDX-License-Identifier: GPL-3.0-or-later
"""The fork servers of a program that opens documents again and again: one of each kind of process, and its successor.

A successor is started before it is needed: it takes a while to load what it forks.
"""

from __future__ import annotations

import logging
from typing import Final

from faxcore.document.fork_server import MOST_FORKS, ForkServer
from faxcore.document.program import Program
from faxcore.document.unit_server import UnitServer
from faxcore.document.walled_process import WalledProcess
from faxcore.document.walls import CHOICE, Wall

log = logging.getLogger(__name__)

SUCCESSOR_AT: Final = MOST_FORKS * 4 // 5
"""Forks after which a successor is started."""


Server = ForkServer | UnitServer


class ForkServers:
    """The fork servers, by program."""

    def __init__(self) -> None:
        self._serving: dict[Program, Server] = {}
        self._successors: dict[Program, Server] = {}
        self._impossible: set[Wall] = set()

    def start(self, program: Program, wall: Wall) -> WalledProcess:
        """Have a process forked, or start a fresh one where that is not possible. NoWall, OSError as there."""
        if wall not in self._impossible:
            try:
                return WalledProcess(program, wall, self._find(program, wall))
            except OSError as error:
                log.warning("a process for a document could not be forked: %s", error)
                self._drop(self._serving, program)
        return self.start_one(program, wall)

    @staticmethod
    def start_one(program: Program, wall: Wall) -> WalledProcess:
        """Start a process of a program that nobody needs again soon. NoWall, OSError as from the process."""
        if wall is not Wall.UNIT:
            return WalledProcess(program, wall)
        server = UnitServer(program, CHOICE.unit)
        try:
            return WalledProcess(program, wall, server)
        finally:
            server.retire()

    def give_up(self, wall: Wall, why: Exception) -> None:
        """Fork nothing behind this wall any more: the system does not allow what that needs."""
        if wall not in self._impossible:
            log.warning("each document has a fresh process, because none can be forked behind this wall: %s", why)
        self._impossible.add(wall)

    def release(self, program: Program) -> None:
        """End the servers of a program."""
        self._drop(self._serving, program)
        self._drop(self._successors, program)

    def _find(self, program: Program, wall: Wall) -> Server:
        """Find the server whose turn it is."""
        server = self._serving.get(program)
        if server is not None and server.wall is wall and not server.is_worn_out():
            if server.forks >= SUCCESSOR_AT and program not in self._successors:
                self._successors[program] = _make_server(program, wall)
            return server
        self._drop(self._serving, program)
        server = self._successors.pop(program, None)
        if server is not None and (server.wall is not wall or server.is_worn_out()):
            server.retire()
            server = None
        self._serving[program] = server or _make_server(program, wall)
        return self._serving[program]

    @staticmethod
    def _drop(servers: dict[Program, Server], program: Program) -> None:
        server = servers.pop(program, None)
        if server is not None:
            server.retire()


def _make_server(program: Program, wall: Wall) -> Server:
    return UnitServer(program, CHOICE.unit) if wall is Wall.UNIT else ForkServer(program, wall)
