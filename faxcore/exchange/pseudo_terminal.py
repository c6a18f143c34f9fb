# SPDX-License-Identifier: GPL-3.0-or-later
"""The computer's side of a line: a pseudo-terminal with a stable name, as a serial port would be.

A pseudo-terminal differs from a serial port in three ways, which are handled here:

- It has no DTR. Two things count as dropping it: the last program that had the device open closes it (seen with
  inotify), or a program sets the speed to 0 (B0, termios(3)), seen in the terminal's settings.
- It ends when its last user closes it, unless somebody still has it open: a spare descriptor is kept, which
  also tells how much the computer has not read yet.
- It has no RTS and CTS: octets for which the modem has no room stay unread here, and the computer's write blocks.
"""

from __future__ import annotations

import ctypes
import fcntl
import glob
import logging
import os
import struct
import termios
import tty
from pathlib import Path
from typing import Final

log = logging.getLogger(__name__)

_IN_CLOSE_WRITE: Final = 0x08
_IN_CLOSE_NOWRITE: Final = 0x10
_IN_OPEN: Final = 0x20
_EVENT: Final = struct.Struct("iIII")

OVERRUN: Final = 65536
"""Octets that wait for a computer which does not read, before further ones are lost."""


class Watch:
    """Counts the programs that have a file open besides those that had it open when the watch began."""

    def __init__(self, path: str):
        libc = ctypes.CDLL(None, use_errno=True)
        self._fd = libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        if self._fd < 0:
            raise OSError(ctypes.get_errno(), "inotify_init1")
        mask = _IN_OPEN | _IN_CLOSE_WRITE | _IN_CLOSE_NOWRITE
        if libc.inotify_add_watch(self._fd, os.fsencode(path), mask) < 0:
            os.close(self._fd)
            raise OSError(ctypes.get_errno(), f"inotify_add_watch {path}")
        self._count = 0

    def fileno(self) -> int:
        """Return the descriptor to wait on."""
        return int(self._fd)

    def poll(self) -> tuple[int, bool]:
        """Count the programs that have it open now; returns also whether it was none since the last poll."""
        dropped = False
        try:
            data = os.read(self._fd, 4096)
        except BlockingIOError:
            return self._count, False
        offset = 0
        while offset < len(data):
            _, mask, _, length = _EVENT.unpack_from(data, offset)
            offset += _EVENT.size + length
            if mask & _IN_OPEN:
                self._count += 1
            elif mask & (_IN_CLOSE_WRITE | _IN_CLOSE_NOWRITE):
                self._count = max(0, self._count - 1)
                dropped = dropped or self._count == 0
        return self._count, dropped

    def correct(self, count: int) -> None:
        """Correct the count: the kernel reports two openings as one if they come before a poll."""
        self._count = count

    def close(self) -> None:
        """Stop watching."""
        os.close(self._fd)


class PseudoTerminal:
    """A pseudo-terminal whose device has a stable link."""

    def __init__(self, link: Path):
        self._master, self._spare = os.openpty()
        for descriptor in (self._master, self._spare):
            os.set_inheritable(descriptor, False)
        os.set_blocking(self._master, False)
        tty.setraw(self._spare)
        self.link = link
        self.device = os.ttyname(self._spare)
        self._watch = Watch(self.device)
        self._out = bytearray()
        self._unread = b"\0" * 4
        self.opened = False
        temporary = link.with_name(link.name + ".new")
        temporary.unlink(missing_ok=True)
        temporary.symlink_to(self.device)
        temporary.replace(link)

    def filenos(self) -> tuple[int, int]:
        """Return the descriptors to wait on: octets from the computer; openings and closings."""
        return self._master, self._watch.fileno()

    def read(self, limit: int) -> bytes:
        """Read the octets that the computer has written, at most `limit`; empty if there are none."""
        try:
            data = os.read(self._master, limit)
        except BlockingIOError:
            return b""
        # A program that writes has opened, even if the watch has not told yet: the answer must not be lost.
        self.opened = self.opened or bool(data)
        return data

    def write(self, data: bytes) -> None:
        """Write octets to the computer. Without a program at the other end they are lost, as on a serial line."""
        if not self.opened:
            return
        if len(self._out) + len(data) > OVERRUN:
            log.warning("%s: the computer does not read: %d octets lost", self.link.name, len(data))
            return
        self._out += data
        self.flush()

    def flush(self) -> None:
        """Write the octets that still wait for room."""
        while self._out:
            try:
                written = os.write(self._master, self._out)
            except BlockingIOError:
                return
            del self._out[:written]

    def count_unread(self) -> int:
        """Count the octets that the computer has not read yet."""
        waiting = struct.unpack("i", fcntl.ioctl(self._spare, termios.FIONREAD, self._unread))[0]
        return len(self._out) + int(waiting)

    def has_hung_up(self) -> bool:
        """Return whether the computer has dropped DTR since the last time: the last program closed the device."""
        count, dropped = self._watch.poll()
        if dropped and count == 0:
            count = self._count_others()
            self._watch.correct(count)
            dropped = count == 0
        self.opened = count > 0
        if dropped:
            self._out.clear()
            if not self.opened:
                termios.tcflush(self._spare, termios.TCIOFLUSH)
                tty.setraw(self._spare)
        return dropped

    def _count_others(self) -> int:
        """Count how often the device is open, in processes that we may look into, beside our spare descriptor."""
        found, own = 0, os.fstat(self._spare)
        for link in glob.iglob("/proc/[0-9]*/fd/*"):
            try:
                # By its name first, which is quicker; in a container another device may have the same one.
                found += os.readlink(link) == self.device and os.path.samestat(os.stat(link), own)
            except OSError:
                continue  # a process that has ended, or is not ours
        return max(0, found - 1)

    def speed_is_zero(self) -> bool:
        """Return whether the computer has set the speed B0, which drops DTR for as long."""
        return bool(termios.tcgetattr(self._spare)[5] == termios.B0)

    def close(self) -> None:
        """Remove the device and its link."""
        if self.link.is_symlink() and os.readlink(self.link) == self.device:
            self.link.unlink()
        self._watch.close()
        os.close(self._spare)
        os.close(self._master)
