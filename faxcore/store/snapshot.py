# SPDX-License-Identifier: GPL-3.0-or-later
"""Snapshots: all of a database as it was at one moment, as a file of SQLite, whichever kind the database is of.

Of a file of SQLite, which has one connection only, SQLite's own backup copies some pages at a time through that very
connection: the service works on between two pieces, and what it writes comes into the copy as well, until the last
piece. A server of PostgreSQL gives one of its own snapshots to a second connection, and each row is copied from there.
Both are to be run in a thread.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, make_url
from sqlalchemy.exc import SQLAlchemyError

from faxcore.store.database import Database
from faxcore.store.ids_and_times import format_time, read_clock
from faxcore.store.opening import make_engine_of, open_database, patience, read_revisions, sqlite_url
from faxcore.store.schema import REVISION
from faxcore.store.sql_errors import make_error
from faxcore.store.store_error import StoreError
from faxcore.store.synced_files import sync_file
from faxcore.store.transfer import copy_rows

PIECE: Final = 64
"""Pages of SQLite that are copied while nothing else can be done with the database."""
_PAUSE: Final = 0.001
_RIGHTS: Final = 0o640


class SnapshotStopped(StoreError):
    """A snapshot was broken off."""


def write_snapshot(database: Database, file: Path, is_stopped: Callable[[], bool]) -> str:
    """Write a snapshot of a database that is in use to a new file; its time. StoreError if that cannot be."""
    if not database.is_sqlite:
        return snapshot_database(database.url, file)
    with _as_store_errors():
        _copy_pages(database.driver(), file, is_stopped)
        return format_time(read_clock())


def snapshot_database(url: str, file: Path) -> str:
    """Write a snapshot of a server's database, or of a file of SQLite that nobody uses, to a new file; its time.
    StoreError if that cannot be. The database is left as it is, also one of another release.
    """
    with _as_store_errors():
        path = make_url(url).database if url.startswith("sqlite") else None
        if path is None:
            return _copy_server(url, file)
        if not Path(path).exists():
            raise StoreError(f"there is no database at {path}")
        with closing(sqlite3.connect(path)) as source:
            # Without shared memory, which would be left behind if we were killed.
            source.execute("PRAGMA locking_mode=EXCLUSIVE")
            # The backup would wait without an end for somebody who has the file.
            source.execute("SELECT count(*) FROM sqlite_master").fetchone()
            _copy_pages(source, file, lambda: False)
        return format_time(read_clock())


@contextmanager
def _as_store_errors() -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        raise make_error(error) from error
    except sqlite3.Error as error:
        raise StoreError(str(error)) from error


def _copy_pages(source: Any, file: Path, is_stopped: Callable[[], bool]) -> None:
    def pause(_status: int, _left: int, _all: int) -> None:
        if is_stopped():
            raise SnapshotStopped("the snapshot was broken off")
        # The connection has one lock, and whoever waits for it must come to it.
        time.sleep(_PAUSE)

    os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, _RIGHTS))
    with closing(sqlite3.connect(file, isolation_level=None)) as target:
        target.execute("PRAGMA synchronous=OFF")
        source.backup(target, pages=PIECE, progress=pause, sleep=0.01)
        # One file, without a log of writes beside it.
        target.execute("PRAGMA journal_mode=DELETE")
    sync_file(file)


def _copy_server(url: str, file: Path) -> str:
    engine = make_engine_of(url)
    try:
        with engine.connect() as connection, patience(connection):
            connection.exec_driver_sql("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            _refuse_other_release(connection)
            moment = connection.exec_driver_sql("SELECT now()").scalar_one()
            with closing(open_database(sqlite_url(file))) as target:
                target.connection.exec_driver_sql("BEGIN IMMEDIATE")
                copy_rows(connection, target.connection)
                target.connection.exec_driver_sql("COMMIT")
                target.connection.exec_driver_sql("PRAGMA journal_mode=DELETE")
            connection.exec_driver_sql("ROLLBACK")
            return format_time(moment)
    finally:
        engine.dispose()


def _refuse_other_release(connection: Connection) -> None:
    found = read_revisions(connection)
    if found != [REVISION]:
        revision = ", ".join(found) or "none"
        raise StoreError(
            f"the database is of another release (revision {revision}, this one has {REVISION}): start the service once"
        )


class SnapshotFile:
    """Reads what is in a snapshot, of whatever release."""

    def __init__(self, file: Path) -> None:
        self._file = file

    @contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        # Nothing is written, not even beside it.
        with _as_store_errors(), closing(sqlite3.connect(f"{self._file.as_uri()}?immutable=1", uri=True)) as connection:
            yield connection

    def find_damage(self) -> str:
        """Find what SQLite says is wrong with the file; empty if all is well. StoreError if it is no database."""
        with self._connected() as connection:
            found = [row[0] for row in connection.execute("PRAGMA integrity_check(1)") if row[0] != "ok"]
            found += [f"a row of {row[0]} names none of {row[2]}" for row in connection.execute(_FOREIGN_KEYS)]
        return next(iter(found), "")

    def read_revision(self) -> str:
        """Read of which release it is; empty for one of 0.1."""
        with self._connected() as connection:
            if not list(connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'")):
                return ""
            return str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])

    def list_documents(self) -> dict[str, bool]:
        """List the documents, and whether each has an original."""
        with self._connected() as connection:
            return {str(id): bool(original) for id, original in connection.execute(_DOCUMENTS)}

    def list_calls(self) -> set[str]:
        """List the calls."""
        with self._connected() as connection:
            return {str(row[0]) for row in connection.execute("SELECT id FROM call")}


_FOREIGN_KEYS: Final = "SELECT * FROM pragma_foreign_key_check LIMIT 1"
_DOCUMENTS: Final = "SELECT id, has_original FROM document"
