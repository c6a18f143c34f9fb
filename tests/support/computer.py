# SPDX-License-Identifier: GPL-3.0-or-later
"""A computer at a line, for tests: it writes, and reads until it has seen what it waits for."""

from __future__ import annotations

import os
import select
import termios
import time
import tty
from pathlib import Path
from types import TracebackType
from typing import Self


class Computer:
    """A program that has a line's device open."""

    def __init__(self, device: Path):
        self._fd = os.open(device, os.O_RDWR | os.O_NOCTTY)
        tty.setraw(self._fd)
        self.heard = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._fd)

    def write(self, data: bytes) -> None:
        """Write, all of it."""
        while data:
            data = data[os.write(self._fd, data) :]

    def until(self, what: bytes, seconds: float = 20) -> bytes:
        """Read until `what` has come; everything up to and with it. What follows is kept for the next time."""
        deadline = time.monotonic() + seconds
        while what not in self.heard:
            left = deadline - time.monotonic()
            assert left > 0, f"{what!r} did not come, but {self.heard!r}"
            if select.select([self._fd], [], [], left)[0]:
                self.heard += os.read(self._fd, 4096)
        end = self.heard.index(what) + len(what)
        found, self.heard = self.heard[:end], self.heard[end:]
        return found

    def command(self, text: str, answer: bytes = b"OK\r\n") -> bytes:
        """Give a command and read until its answer."""
        self.write(text.encode() + b"\r")
        return self.until(answer)

    def set_speed(self, speed: int) -> None:
        """Set the speed of the device, B0 to drop DTR."""
        attributes = termios.tcgetattr(self._fd)
        attributes[4] = attributes[5] = speed
        termios.tcsetattr(self._fd, termios.TCSANOW, attributes)
