# SPDX-License-Identifier: GPL-3.0-or-later
"""A terminal on which time is virtual: nothing runs beside the program, nothing sleeps, each run is the same.

The program opens a pseudo-terminal as usual, and its settings are the kernel's; but its octets do not go through the
kernel, which would carry them when it likes. Whenever the program waits (select), the device at the other end, which
the test plays, does what there is to do, and time goes on to the next event or to the end of the program's patience.
"""

from __future__ import annotations

import errno
import os
import select
import time
import tty
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Protocol
from unittest import mock

ROOM = 4096
"""Octets of the program that wait at most until they are taken."""

MOST = 65536
"""Octets that wait at most until the program reads them."""


class World(Protocol):
    """Time, and what happens in it."""

    now: float

    def go_on(self, until: float) -> bool:
        """Go on to the next event, if it is due by then; else to then, and False."""


class VirtualTerminal:
    """A pseudo-terminal whose other end is the test's; `octet_seconds` is what the program takes for each octet."""

    def __init__(self, world: World, octet_seconds: float = 0.0) -> None:
        self._world = world
        self._octet_seconds = octet_seconds
        self.attend: Callable[[], None] = lambda: None
        """Has the other end do all that it can at this moment."""
        self.master, self._slave = os.openpty()
        tty.setraw(self._slave)
        self.device = os.ttyname(self._slave)
        self._node = os.fstat(self._slave).st_rdev
        self.plugged = True
        self.written = bytearray()
        """From the program, not taken yet."""
        self.said = bytearray()
        """To the program, not read yet."""
        self._select, self._read, self._write = select.select, os.read, os.write

    def say(self, octets: bytes) -> None:
        """Say octets to the program."""
        self.said += octets
        assert len(self.said) <= MOST, "the program reads nothing"

    @contextmanager
    def virtual(self) -> Iterator[None]:
        """The world's time instead of ours, and this terminal's octets instead of the kernel's."""
        with ExitStack() as patched:
            patched.enter_context(mock.patch.object(time, "monotonic", lambda: self._world.now))
            patched.enter_context(mock.patch.object(select, "select", self.select))
            patched.enter_context(mock.patch.object(os, "read", self.read))
            patched.enter_context(mock.patch.object(os, "write", self.write))
            yield

    def close(self) -> None:
        """The test is over."""
        self.unplug()
        os.close(self._slave)

    def unplug(self) -> None:
        """The cable comes off; like the kernel, lose what was not read."""
        if self.plugged:
            self.plugged = False
            self.said.clear()
            os.close(self.master)

    def _is_ours(self, descriptor: int) -> bool:
        return os.fstat(descriptor).st_rdev == self._node

    def select(
        self, reading: list[int], writing: list[int], broken: list[int], seconds: float | None = None
    ) -> tuple[list[int], list[int], list[int]]:
        """Stands for select.select. Time passes only if this terminal is among what is waited for."""
        ours_in, ours_out = ([d for d in descriptors if self._is_ours(d)] for descriptors in (reading, writing))
        if not (ours_in or ours_out):
            return self._select(reading, writing, broken, seconds)
        others = [descriptor for descriptor in reading if descriptor not in ours_in]
        deadline = self._world.now + (seconds or 0.0)
        while True:
            self.attend()
            readable = self._select(others, [], [], 0)[0] if others else []
            if self.said or not self.plugged:
                readable = readable + ours_in
            writable = ours_out if len(self.written) < ROOM or not self.plugged else []
            if readable or writable or not self._world.go_on(deadline):
                return readable, writable, []

    def read(self, descriptor: int, count: int) -> bytes:
        """Stands for os.read."""
        if not self._is_ours(descriptor):
            return self._read(descriptor, count)
        self._check_plugged()
        data = bytes(self.said[:count])
        del self.said[:count]
        if not data:
            raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
        self._world.now += len(data) * self._octet_seconds
        return data

    def write(self, descriptor: int, data: bytes) -> int:
        """Stands for os.write."""
        if not self._is_ours(descriptor):
            return self._write(descriptor, data)
        self._check_plugged()
        taken = data[: ROOM - len(self.written)]
        self.written += taken
        self._world.now += len(taken) * self._octet_seconds
        return len(taken)

    def _check_plugged(self) -> None:
        if not self.plugged:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
