# SPDX-License-Identifier: GPL-3.0-or-later
"""Word to systemd that the service is ready, and that it works: sd_notify(3), which is a line in a datagram.

The watchdog is fed only as long as the service has looked at its own health a moment ago. One that hangs, or whose
queue is stuck, is not fed, and systemd starts it again.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import time
from collections.abc import Callable
from typing import Final

log = logging.getLogger(__name__)

SOCKET: Final = "NOTIFY_SOCKET"
MICROSECONDS: Final = "WATCHDOG_USEC"


def tell(word: str) -> None:
    """Tell the init system, if there is one that listens."""
    address = os.environ.get(SOCKET, "")
    if not address:
        return
    # A name that begins with "@" is in no file system.
    where = "\0" + address[1:] if address.startswith("@") else address
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC | socket.SOCK_NONBLOCK) as datagrams:
            datagrams.sendto(word.encode(), where)
    except OSError as error:
        log.warning("the init system does not hear %s: %s", word, error)


async def feed(checked: Callable[[], float], patience: float) -> None:
    """Feed the watchdog, if there is one, until cancelled; not while the last look at our health, at `checked()` on the
    monotonic clock, is longer than `patience` seconds ago.
    """
    seconds = int(os.environ.get(MICROSECONDS, "0") or 0) / 1e6
    if not seconds:
        return
    while True:
        if time.monotonic() - checked() < patience:
            tell("WATCHDOG=1")
        await asyncio.sleep(seconds / 3)
