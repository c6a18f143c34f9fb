# SPDX-License-Identifier: GPL-3.0-or-later
"""What the promises rest on: pragmas, transactions, migrations, ids and times."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from faxcore.store.database import Database
from faxcore.store.ids_and_times import format_time, new_id
from faxcore.store.schema import MIGRATIONS
from faxcore.store.store_error import StoreFailing, StoreFull, StoreTooNew, is_full


def test_a_commit_is_on_disk(tmp_path: Path) -> None:
    database = Database(tmp_path / "db")
    assert database.value("PRAGMA journal_mode") == "delete"
    assert database.value("PRAGMA synchronous") == 3, "EXTRA"
    assert database.value("PRAGMA foreign_keys") == 1
    assert (tmp_path / "db").stat().st_mode & 0o777 == 0o640
    database.close()


def test_all_of_a_transaction_or_nothing(tmp_path: Path) -> None:
    database = Database(tmp_path / "db")
    with pytest.raises(ZeroDivisionError), database.transaction(), database.transaction():
        database.execute("INSERT INTO announcement VALUES ('1', 'k', 's', 'anne', 'now', NULL)")
        raise ZeroDivisionError
    assert database.value("SELECT count(*) FROM announcement") == 0
    with database.transaction():
        database.execute("INSERT INTO announcement VALUES ('1', 'k', 's', 'anne', 'now', NULL)")
    database.close()
    again = Database(tmp_path / "db")
    assert again.value("SELECT count(*) FROM announcement") == 1
    assert again.value("PRAGMA user_version") == len(MIGRATIONS)
    again.close()


def test_a_database_of_a_later_release_is_left_alone(tmp_path: Path) -> None:
    database = Database(tmp_path / "db")
    database.execute(f"PRAGMA user_version={len(MIGRATIONS) + 1}")
    database.close()
    with pytest.raises(StoreTooNew, match="version"):
        Database(tmp_path / "db")


def test_a_migration_that_fails_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Database(tmp_path / "db").close()
    bad = (*MIGRATIONS, "CREATE TABLE more (id TEXT); CREATE TABLE more (id TEXT)")
    monkeypatch.setattr("faxcore.store.database.MIGRATIONS", bad)
    with pytest.raises(StoreFailing):
        Database(tmp_path / "db")
    monkeypatch.undo()
    database = Database(tmp_path / "db")
    assert database.value("SELECT count(*) FROM sqlite_master WHERE name = 'more'") == 0
    database.close()


def test_ids_and_times_sort_as_they_were_made(tmp_path: Path) -> None:
    ids = [new_id() for _ in range(1000)]
    assert ids == sorted(set(ids))
    when = datetime(2026, 3, 29, 0, 59, 59, 999_000, tzinfo=UTC)
    times = [format_time(when + timedelta(milliseconds=step)) for step in range(3)]
    assert times == sorted(times)
    assert times[0] == "2026-03-29T00:59:59.999Z"
    database = Database(tmp_path / "db", lambda: when)
    assert database.later(1.5) == "2026-03-29T01:00:01.499Z"
    database.close()


def test_a_full_disk_is_known_by_its_errors() -> None:
    assert is_full(OSError(28, "No space left on device"))
    assert not is_full(OSError(13, "Permission denied"))
    assert not is_full(StoreFailing("no such table"))
    assert is_full(StoreFull("database or disk is full"))
