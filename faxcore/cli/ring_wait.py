# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiting for a call, where no service does."""

from __future__ import annotations

import time

from faxcore.modem.class1 import Class1
from faxcore.modem.ring import CALLER_ID_SECONDS, Ring


def wait_for_ring(modem: Class1, timeout: float | None) -> Ring | None:
    """The call that rings, once it is known who calls or nothing more is to be heard of that; None if nobody has
    called within so many seconds, for which None stands for patience without end.
    """
    deadline = None if timeout is None else time.monotonic() + timeout
    ring, rung = Ring(), 0.0
    while deadline is None or time.monotonic() < deadline:
        line = modem.read_unsolicited_line()
        if line is not None:
            rung = rung or time.monotonic()
            ring = ring.with_line(line)
        if ring.is_complete or (ring.rings and time.monotonic() - rung > CALLER_ID_SECONDS):
            return ring
    return None
