# SPDX-License-Identifier: GPL-3.0-or-later
"""A modem that a person at a terminal, or a script, uses for one call, and may break off: Ctrl-C, SIGTERM, and the end
of the terminal (SIGHUP).
"""

from __future__ import annotations

import contextlib
import itertools
import os
import signal
from collections.abc import Callable, Iterator

from faxcore.modem.class1 import Class1
from faxcore.modem.port import Port

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextlib.contextmanager
def ready_modem(port: Port, log: Callable[[str], None] = lambda _: None) -> Iterator[Class1]:
    """The modem on this port, ready for a call; the port is closed at the end. ModemFailed if it cannot be used."""
    try:
        modem = Class1(port, log)
        modem.initialise()
        yield modem
    finally:
        port.close()


@contextlib.contextmanager
def attended_modem(device: str, log: Callable[[str], None] = lambda _: None) -> Iterator[Class1]:
    """The modem, ready; the first of these signals breaks off what it does, so that the call ends in order, with DCN
    and on hook. Further ones do not break off that. `log` gets each line both ways. ModemFailed if it cannot be used.
    """
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    first = itertools.chain([True], itertools.repeat(False))

    def attend() -> bool:
        os.read(reading, 64)
        return next(first)

    earlier = {number: signal.signal(number, lambda *_: os.write(writing, b"!")) for number in _SIGNALS}
    try:
        with ready_modem(Port(device, reading, attend), log) as modem:
            yield modem
    finally:
        for number, handler in earlier.items():
            signal.signal(number, handler)
        os.close(reading)
        os.close(writing)
