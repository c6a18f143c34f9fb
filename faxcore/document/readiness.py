# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiting for a descriptor by poll(2): select(2) knows none above 1,023, and a service with many callers has more."""

from __future__ import annotations

import select


def becomes_readable(descriptor: int, seconds: float = 0.0) -> bool:
    """Tell if a descriptor can be read from, or its other end has gone, within so many seconds."""
    waiting = select.poll()
    waiting.register(descriptor, select.POLLIN)
    return bool(waiting.poll(max(0.0, seconds) * 1000))
