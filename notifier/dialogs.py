# SPDX-License-Identifier: GPL-3.0-or-later
"""The dialogs as processes: one is always ready, so that it stands the moment somebody has printed.

A dialog takes most of a second to load, so one is loaded before it is needed (`faxdialog --spare`) and told on its
standard input which document to open. Dialogs go on when the tray ends: only an unused spare ends with it.

What is printed while a dialog is open may belong to the fax that is being written there: that dialog asks, and says
what is to have a window of its own.
"""

from __future__ import annotations

import asyncio
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from typing import Final

from PyQt6.QtCore import QObject, pyqtSignal

from faxcore.model.text import clean_text

log = logging.getLogger(__name__)

COMMAND: Final = (sys.executable, "-P", "-m", "faxdialog", "--spare")
MOST_BY_THEMSELVES: Final = 3
"""Dialogs that open without being asked for, at one time; further documents wait in the tray's menu."""
LONGEST_NUMBER: Final = 60
"""Characters of a number for which a new fax is."""


class Dialogs(QObject):
    """The dialogs that are open, and the spare one."""

    shown = pyqtSignal(str)
    """The dialog of this draft stands on the screen."""
    closed = pyqtSignal(str)
    """The dialog of this draft was closed."""
    failed = pyqtSignal(str)
    """The dialog of this draft ended without being closed by anybody."""

    def __init__(self, command: Sequence[str] = COMMAND) -> None:
        super().__init__()
        self._command = list(command)
        self._spare: _Process | None = None
        self._open: dict[str, _Process] = {}
        self._new = 0

    def prepare(self) -> None:
        """Load a spare one, if there is none."""
        if self._spare is None:
            self._spare = self._start()

    def open(self, draft: str, by_itself: bool = False) -> bool:
        """Open the dialog of this draft or bring it to the front; False if there are enough open `by_itself`."""
        there = self._open.get(draft)
        if there is not None:
            there.tell("raise")
            return True
        if by_itself and self._ask_newest(draft):
            return True
        if by_itself and len(self._open) >= MOST_BY_THEMSELVES:
            return False
        if "\n" in draft or not draft:
            return False
        self._use_spare(draft, f"open {draft}")
        return True

    def open_new(self, number: str = "") -> None:
        """Open a dialog for a fax that has no document yet, perhaps for a number: whatever a line has said it is."""
        self._new += 1
        self._use_spare(f"new {self._new}", f"new {clean_text(number, LONGEST_NUMBER)}".rstrip())

    def _use_spare(self, name: str, order: str) -> None:
        self.prepare()
        process, self._spare = self._spare, None
        if process is None or not process.tell(order):
            self.failed.emit(name)
            return
        process.draft = name
        self._open[name] = process

    def _ask_newest(self, draft: str) -> bool:
        """Let the dialog that was opened last ask about this draft; False if there is none that can."""
        if "\n" in draft or not draft:
            return False
        for process in reversed(self._open.values()):
            if process.shown and process.tell(f"printed {draft}"):
                process.asked.add(draft)
                return True
        return False

    @property
    def spare_ready(self) -> bool:
        """Return whether a spare one is loaded."""
        return self._spare is not None and self._spare.ready

    @property
    def open_drafts(self) -> frozenset[str]:
        """The drafts whose dialogs are open."""
        return frozenset(self._open)

    def close(self) -> None:
        """Let the spare one end. Open ones belong to the person."""
        for process in (*self._open.values(), *([self._spare] if self._spare else ())):
            process.let_go()
        self._spare = None
        self._open.clear()

    def _start(self) -> _Process | None:
        try:
            return _Process(self._command, self._said, self._ended)
        except OSError as error:
            log.error("the dialog cannot be started: %s", error)
            return None

    def _said(self, process: _Process, word: str) -> None:
        if word == "ready":
            process.ready = True
            log.info("a spare dialog is ready")
        elif word.startswith(("joined ", "separate ")):
            answer, _space, draft = word.partition(" ")
            if draft in process.asked:
                process.asked.discard(draft)
                if answer == "separate":
                    self.open(draft)
        elif word == "shown":
            process.shown = True
            self.shown.emit(process.draft)
            self.prepare()  # only now: the one that a person waits for has the machine to itself

    def _ended(self, process: _Process, status: int) -> None:
        if process is self._spare:
            # Not started again at once: whatever ended it would end the next one.
            self._spare = None
            log.error("the spare dialog ended with status %d", status)
        elif self._open.get(process.draft) is process:
            del self._open[process.draft]
            (self.closed if status == 0 else self.failed).emit(process.draft)
            if status == 0:
                self.prepare()
            for draft in sorted(process.asked):
                self.open(draft)  # nobody has answered


class _Process:
    """One dialog: what it says, what it is told, and its end."""

    def __init__(
        self,
        command: list[str],
        said: Callable[[_Process, str], None],
        ended: Callable[[_Process, int], None],
    ) -> None:
        self.draft = ""
        self.ready = self.shown = False
        self.asked: set[str] = set()
        """Drafts that it asks about."""
        self._said, self._tell_end = said, ended
        self._heard = bytearray()
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self._process.stdin is not None and self._process.stdout is not None
        self._to, self._from = self._process.stdin, self._process.stdout
        self._loop = asyncio.get_running_loop()
        self._end = os.pidfd_open(self._process.pid)
        self._loop.add_reader(self._from.fileno(), self._read)
        self._loop.add_reader(self._end, self._ended)

    @property
    def pid(self) -> int:
        return self._process.pid

    def tell(self, line: str) -> bool:
        """Write a line to it; False if it has gone."""
        try:
            self._to.write(line.encode() + b"\n")
            self._to.flush()
        except OSError:
            return False
        return True

    def let_go(self) -> None:
        """Hear and say nothing more; a spare one takes that as its end."""
        self._loop.remove_reader(self._from.fileno())
        self._loop.remove_reader(self._end)
        os.close(self._end)
        self._close_pipes()
        self._process.returncode = 0  # it is nobody's child to wait for: it outlives us, or ends by itself

    def _read(self) -> None:
        piece = os.read(self._from.fileno(), 4096)
        if not piece:
            self._loop.remove_reader(self._from.fileno())
        self._heard.extend(piece)
        while b"\n" in self._heard:
            line, _newline, rest = bytes(self._heard).partition(b"\n")
            self._heard[:] = rest
            self._said(self, line.decode("utf-8", "replace").strip())

    def _ended(self) -> None:
        status = self._process.wait()
        self._loop.remove_reader(self._from.fileno())
        self._loop.remove_reader(self._end)
        os.close(self._end)
        self._close_pipes()
        self._tell_end(self, status)

    def _close_pipes(self) -> None:
        self._from.close()
        try:
            self._to.close()
        except OSError:
            log.debug("a dialog ended before it read all that it was told")
