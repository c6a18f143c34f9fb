# SPDX-License-Identifier: GPL-3.0-or-later
"""Times and ids as rows have them."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import uuid6


def read_clock() -> datetime:
    """Read the machine's clock."""
    return datetime.now(UTC)


def format_time(time: datetime) -> str:
    """A time as rows and the bus have it: ISO 8601 in UTC, to the millisecond, so that text order is time order."""
    return time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def new_id() -> str:
    """A UUIDv7: unique everywhere, and in the order of making."""
    return str(uuid6.uuid7())


def first_id(time: datetime) -> str:
    """An id before every one that is made from this moment on: its first 48 bits are milliseconds (RFC 9562, 5.7)."""
    return str(UUID(int=int(time.timestamp() * 1000) << 80))
