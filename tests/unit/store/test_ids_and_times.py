# SPDX-License-Identifier: GPL-3.0-or-later
"""Ids and times sort as they were made; errors of a full disk are known."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from faxcore.store.database import Database
from faxcore.store.ids_and_times import format_time, new_id
from faxcore.store.opening import sqlite_url
from faxcore.store.store_error import StoreFailing, StoreFull, is_full


def test_ids_and_times_sort_as_they_were_made(tmp_path: Path) -> None:
    ids = [new_id() for _ in range(1000)]
    assert ids == sorted(set(ids))
    when = datetime(2026, 3, 29, 0, 59, 59, 999_000, tzinfo=UTC)
    times = [format_time(when + timedelta(milliseconds=step)) for step in range(3)]
    assert times == sorted(times)
    assert times[0] == "2026-03-29T00:59:59.999Z"
    database = Database(sqlite_url(tmp_path / "db"), lambda: when)
    assert database.later(1.5) == "2026-03-29T01:00:01.499Z"
    assert database.later(-86_400) == "2026-03-28T00:59:59.999Z"
    database.close()


def test_a_full_disk_is_known_by_its_errors() -> None:
    assert is_full(OSError(28, "No space left on device"))
    assert not is_full(OSError(13, "Permission denied"))
    assert not is_full(StoreFailing("no such table"))
    assert is_full(StoreFull("database or disk is full"))
