# SPDX-License-Identifier: GPL-3.0-or-later
"""The life of a fake modem in real time: a thread carries its octets through the kernel's pseudo-terminal."""

from __future__ import annotations

import os
import select
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.support.virtual_terminal import ROOM
from tests.unit.modem.fake_modem import FakeModem


@contextmanager
def in_real_time(modem: FakeModem) -> Iterator[FakeModem]:
    """Let the modem live until the end of the block."""
    over = threading.Event()
    thread = threading.Thread(target=_live, args=(modem, over), daemon=True)
    thread.start()
    try:
        yield modem
    finally:
        over.set()
        thread.join(10)
        assert not thread.is_alive()
        modem.terminal.close()


def _live(modem: FakeModem, over: threading.Event) -> None:
    terminal = modem.terminal
    began = time.monotonic() - modem.now
    while not over.is_set():
        modem.now = time.monotonic() - began
        modem.attend()
        if not terminal.plugged:
            return
        readable, writable, _ = select.select([terminal.master], [terminal.master] if terminal.said else [], [], 0.01)
        if writable:
            del terminal.said[: os.write(terminal.master, terminal.said[:256])]
        if readable:
            terminal.written += os.read(terminal.master, ROOM)
