# SPDX-License-Identifier: GPL-3.0-or-later
"""A cable between a modem and its computer that can be pulled out, in the middle of a call too."""

from __future__ import annotations

import os
import select
import threading
import tty
from pathlib import Path
from types import TracebackType
from typing import Self

ROOM = 4096
"""Octets that wait at most on their way; whoever sends more waits."""


class Cable:
    """A serial device of its own, at `link`, that is joined to a modem's device as long as it is plugged in."""

    def __init__(self, modem: Path, link: Path) -> None:
        self._link = link
        self._modem = os.open(modem, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        self._master, self._spare = os.openpty()
        os.set_blocking(self._master, False)
        tty.setraw(self._spare)
        self._pulled, self._pull = os.pipe()
        link.symlink_to(os.ttyname(self._spare))
        self._thread = threading.Thread(target=self._carry, name="cable", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.pull_out()

    def pull_out(self) -> None:
        """Pull it out: the device is gone, and the modem's computer with it."""
        if not self._thread.is_alive():
            return
        self._link.unlink()
        os.write(self._pull, b"x")
        self._thread.join()
        for descriptor in (self._modem, self._master, self._spare, self._pulled, self._pull):
            os.close(descriptor)

    def _carry(self) -> None:
        on_the_way = {self._master: b"", self._modem: b""}
        """What waits to be written there."""
        other = {self._master: self._modem, self._modem: self._master}
        while True:
            reading = [end for end in other if len(on_the_way[other[end]]) < ROOM]
            writing = [end for end in other if on_the_way[end]]
            readable, writable, _ = select.select([*reading, self._pulled], writing, [])
            if self._pulled in readable:
                return
            for end in readable:
                on_the_way[other[end]] += os.read(end, ROOM)
            for end in writable:
                on_the_way[end] = on_the_way[end][os.write(end, on_the_way[end]) :]
