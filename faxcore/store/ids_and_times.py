# SPDX-License-Identifier: GPL-3.0-or-later
"""Times and ids as rows have them."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Final
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


KEY_AT: Final = 14
"""Where in the text of a derived id begins what comes from its key: all before is its time."""


def derived_id(time: datetime, key: str) -> str:
    """Make an id of a time and a key, of the form and in the order of the others: made again, it is the same. Its
    `neighbour` comes right behind it.
    """
    digest = int.from_bytes(hashlib.sha256(key.encode()).digest()[:10])
    millisecond = int(time.timestamp() * 1000) & (1 << 48) - 1
    return str(UUID(int=millisecond << 80 | 7 << 76 | (digest >> 68) << 64 | 2 << 62 | digest & (1 << 62) - 2))


def neighbour(id: str) -> str:
    """Give the id right behind a derived one."""
    return str(UUID(int=UUID(id).int | 1))
