# SPDX-License-Identifier: GPL-3.0-or-later
"""Processes for documents that are started ahead: there is a wall before there is a document.

A fresh process takes a tenth of a second of the processor until it stands behind its wall, on a busy machine half a
second of the clock; one that is forked (`fork_servers`) a tenth of that. So some wait for their document. Whoever hands
in one document after another must not take them from everybody else: who was given one a moment ago leaves the last few
to the others, and waits for a process of their own.
"""

from __future__ import annotations

import logging
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from typing import Final

from faxcore.document.fork_servers import ForkServers
from faxcore.document.program import Program
from faxcore.document.walled_process import WalledProcess
from faxcore.document.walls import CHOICE, NoWall, Wall

log = logging.getLogger(__name__)

MOMENT_SECONDS: Final = 1.0
"""Seconds for which somebody counts as having been given a process."""
FOR_OTHERS: Final = 2
"""Processes of each program that are left to those who have been given none."""


class Ahead:
    """Processes that were started ahead of their document, as many of each program as were asked for."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._wanted: Counter[Program] = Counter()
        self._servers = ForkServers()
        self._waiting: defaultdict[Program, list[WalledProcess]] = defaultdict(list)
        self._given: dict[str, float] = {}
        """When each person was given one, in the last second."""

    def want(self, programs: Iterable[Program]) -> None:
        """Ask for one more of each of these, until `release`; a program may be named several times."""
        self._wanted.update(programs)

    def release(self, programs: Iterable[Program]) -> None:
        """End those that nobody wants any more."""
        self._wanted.subtract(programs)
        for program, processes in self._waiting.items():
            while len(processes) > self._wanted[program]:
                processes.pop().close()
            if not self._wanted[program]:
                self._servers.release(program)

    def list_waiting(self, program: Program) -> list[WalledProcess]:
        """List the processes of a program that wait for a document, the oldest first."""
        return list(self._waiting[program])

    def put(self, program: Program, process: WalledProcess) -> None:
        """Keep one that has been started, if it is wanted."""
        if len(self._waiting[program]) < self._wanted[program]:
            self._waiting[program].append(process)
        else:
            process.close()

    def take(self, program: Program, person: str = "") -> WalledProcess | None:
        """Take the oldest, behind its wall or on its way to it, for a document of this person (empty: of the service).
        None if there is none, or none but for those who were not given one a moment ago.
        """
        if self._was_given_one(person) and len(self._waiting[program]) <= FOR_OTHERS:
            return None
        while self._waiting[program]:
            process = self._waiting[program].pop(0)
            if not process.has_ended():
                self._given[person] = self._monotonic()
                return process
            log.warning("a process for documents has ended before it had one: exit code %d", process.exit_code())
            process.close()
        return None

    def start(self, program: Program, wall: Wall) -> WalledProcess:
        """Start a process, for a document that is there or one to come: forked, if such processes are asked for and
        this wall is known to work. NoWall, OSError as from the process.
        """
        if self._wanted[program] and CHOICE.found is wall:
            return self._servers.start(program, wall)
        return self._servers.start_one(program, wall)

    def fork_no_more(self, wall: Wall, why: NoWall) -> None:
        """Start a fresh process for each document from now on: one that was forked could not build this wall."""
        self._servers.give_up(wall, why)

    def refill(self) -> None:
        """Start those that are missing, if it is known which wall works."""
        found = CHOICE.found
        if found is None:
            return
        for program, wanted in self._wanted.items():
            try:
                while len(self._waiting[program]) < wanted:
                    self._waiting[program].append(self.start(program, found))
            except (NoWall, OSError) as error:
                log.warning("no process for documents could be started ahead: %s", error)

    def _was_given_one(self, person: str) -> bool:
        now = self._monotonic()
        self._given = {each: given for each, given in self._given.items() if now - given < MOMENT_SECONDS}
        return bool(person) and person in self._given
