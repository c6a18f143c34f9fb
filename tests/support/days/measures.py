# SPDX-License-Identifier: GPL-3.0-or-later
"""What the service's process takes, measured when nothing is under way."""

from __future__ import annotations

import asyncio
import ctypes
import gc
import os
import sys
import threading
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final

SHARE: Final = 0.02
"""By which memory may have grown between two days: P15's "flat"."""
DATABASE: Final = 3500
"""Kilobytes that SQLite may have: its cache of 2 MB, and what it needs besides."""


@dataclass(frozen=True)
class Measured:
    """The figures of one moment."""

    descriptors: int
    threads: int
    tasks: int
    blocks: int
    """Pieces of memory that Python has given out: exact, where the pages of the process are not."""
    kilobytes: int
    """Of the process's own memory (RssAnon), without the next."""
    database: int
    """Kilobytes that SQLite has taken: its cache grows with the record of calls, which stays, until it has 2 MB."""


def measure() -> Measured:
    """Measure this process, after everything that is not needed any more has gone."""
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    status = Path("/proc/self/status").read_text().splitlines()
    own = next(int(line.split()[1]) for line in status if line.startswith("RssAnon:"))
    database = _octets_of_sqlite() // 1024
    return Measured(
        len(os.listdir("/proc/self/fd")),
        threading.active_count(),
        len(asyncio.all_tasks()),
        sys.getallocatedblocks(),
        own - database,
        database,
    )


def _octets_of_sqlite() -> int:
    """Ask the library itself (sqlite3_memory_used); the one that Python's module uses is loaded already."""
    library = ctypes.CDLL("libsqlite3.so.0")
    library.sqlite3_memory_used.restype = ctypes.c_int64
    return int(library.sqlite3_memory_used())


def find_growth(early: Measured, late: Measured) -> list[str]:
    """Say what is not flat between two days."""
    found = [] if late.database <= DATABASE else [f"database: {late.database}"]
    for name in (field.name for field in fields(Measured) if field.name != "database"):
        before, after = getattr(early, name), getattr(late, name)
        # What is counted in dozens must not grow at all.
        allowed = before * (1 + SHARE) if name in ("blocks", "kilobytes") else before
        if after > allowed:
            found.append(f"{name}: {before} -> {after}")
    return found
