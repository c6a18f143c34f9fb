# SPDX-License-Identifier: GPL-3.0-or-later
"""A cable between a modem and its computer that can be pulled out, in a call too, and plugged in again."""

from __future__ import annotations

import os
import select
import threading
import tty
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

ROOM = 4096
"""Octets that wait at most on their way; whoever sends more waits."""


class Cable:
    """A serial device of its own, at `link`, that is joined to a modem's device as long as it is plugged in."""

    def __init__(self, modem: Path, link: Path) -> None:
        self._device = modem
        self._link = link
        self.heard = b""
        """The octets that the computer has sent."""
        self.wish: Callable[[bytes], bool] = lambda _heard: False
        """True if the cable is to be pulled out behind these octets of the computer's."""
        self.pulled = threading.Event()
        self._closing = threading.Lock()
        self.plug_in()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.pull_out()

    @property
    def node(self) -> str:
        """The device that is there now, under the link."""
        return os.ttyname(self._spare)

    def plug_in(self) -> None:
        """Plug it in, perhaps again: the device is there, under another name as it may be, and behind the same link."""
        self._modem = os.open(self._device, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        self._master, self._spare = os.openpty()
        os.set_blocking(self._master, False)
        tty.setraw(self._spare)
        self._pulled, self._pull = os.pipe()
        self._link.symlink_to(os.ttyname(self._spare))
        self.pulled.clear()
        self._thread = threading.Thread(target=self._carry, name="cable", daemon=True)
        self._thread.start()

    def pull_out(self) -> None:
        """Pull it out: the device is gone, and the modem's computer with it."""
        with self._closing:
            if not self.pulled.is_set():
                os.write(self._pull, b"x")
        self._thread.join()

    def _unplug(self) -> None:
        with self._closing:
            self._link.unlink()
            for descriptor in (self._modem, self._master, self._spare, self._pulled, self._pull):
                os.close(descriptor)
            self.pulled.set()

    def _carry(self) -> None:
        on_the_way = {self._master: b"", self._modem: b""}
        """What waits to be written there."""
        other = {self._master: self._modem, self._modem: self._master}
        try:
            while True:
                reading = [end for end in other if len(on_the_way[other[end]]) < ROOM]
                writing = [end for end in other if on_the_way[end]]
                readable, writable, _ = select.select([*reading, self._pulled], writing, [])
                if self._pulled in readable:
                    return
                for end in readable:
                    octets = os.read(end, ROOM)
                    on_the_way[other[end]] += octets
                    if end == self._master:
                        self.heard += octets
                        if self.wish(self.heard):
                            return
                for end in writable:
                    on_the_way[end] = on_the_way[end][os.write(end, on_the_way[end]) :]
        finally:
            self._unplug()
