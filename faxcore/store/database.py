# SPDX-License-Identifier: GPL-3.0-or-later
"""The one connection to the one database file, and what its promises rest on.

SQLite, one process, one connection. `journal_mode=DELETE` with `synchronous=EXTRA`: a commit is on disk, the removal of
its journal included, when it returns; WAL has a corruption bug in the versions that stable distributions ship. A
commit costs about a millisecond, so it is done where it is needed, in the event loop, and not behind anybody's back.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import uuid6

from faxcore import people
from faxcore.store.schema import MIGRATIONS
from faxcore.store.store_error import StoreError, StoreFailing, StoreFull, StoreTooNew

Clock = Callable[[], datetime]


@contextmanager
def _own_errors() -> Iterator[None]:
    """Raise the store's own errors in place of the library's."""
    try:
        yield
    except sqlite3.OperationalError as error:
        full = getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)
        raise (StoreFull if full else StoreFailing)(str(error)) from error
    except sqlite3.Error as error:
        raise StoreError(str(error)) from error


class Database:
    """The connection. `transaction` nests: only the outermost commits."""

    def __init__(self, path: Path, clock: Clock = lambda: datetime.now(UTC)) -> None:
        self._clock = clock
        self._depth = 0
        new = not path.exists()
        with _own_errors():
            self._open(path, new)

    def _open(self, path: Path, new: bool) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.row_factory = sqlite3.Row
        if new:
            os.chmod(path, 0o640)
        for pragma in (
            "journal_mode=DELETE",
            "synchronous=EXTRA",
            "foreign_keys=ON",
            "trusted_schema=OFF",
            "cell_size_check=ON",
        ):
            self._connection.execute(f"PRAGMA {pragma}")
        try:
            self._migrate()
        except BaseException:
            self._connection.close()
            raise

    def close(self) -> None:
        """Free the file."""
        self._connection.close()

    def now(self) -> str:
        """The time to write into a row."""
        return format_time(self._clock())

    def later(self, seconds: float) -> str:
        """The time so many seconds from now."""
        return format_time(datetime.fromtimestamp(self._clock().timestamp() + seconds, UTC))

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of the block, on disk when it ends; or none of it. StoreUnavailable if the disk does not take it."""
        if self._depth:
            yield
            return
        with _own_errors():
            self._connection.execute("BEGIN IMMEDIATE")
        self._depth = 1
        try:
            yield
            with _own_errors():
                self._connection.execute("COMMIT")
        except BaseException:
            # A COMMIT that failed for want of space leaves the transaction open; an I/O error has ended it already.
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise
        finally:
            self._depth = 0

    def execute(self, sql: str, *values: object) -> int:
        """Run one statement; the number of rows changed."""
        with _own_errors():
            return self._connection.execute(sql, values).rowcount

    def rows(self, sql: str, *values: object) -> list[sqlite3.Row]:
        """Every row of a query."""
        with _own_errors():
            return self._connection.execute(sql, values).fetchall()

    def row(self, sql: str, *values: object) -> sqlite3.Row | None:
        """The first row of a query, or None."""
        with _own_errors():
            found: sqlite3.Row | None = self._connection.execute(sql, values).fetchone()
        return found

    def value(self, sql: str, *values: object) -> Any:
        """The first value of the first row. The query must give one."""
        with _own_errors():
            return self._connection.execute(sql, values).fetchone()[0]

    def _migrate(self) -> None:
        version = self.value("PRAGMA user_version")
        if version > len(MIGRATIONS):
            raise StoreTooNew(f"the database is of version {version}; this release knows {len(MIGRATIONS)}")
        # Scripts that carry rows of releases over in which the owner was a uid.
        self._connection.create_function("person_of", 1, people.name_of, deterministic=True)
        for number, script in enumerate(MIGRATIONS[version:], start=version + 1):
            with self.transaction():
                for statement in script.split(";"):
                    self._connection.execute(statement)
                self._connection.execute(f"PRAGMA user_version={number}")


def format_time(time: datetime) -> str:
    """A time as rows and the bus have it: ISO 8601 in UTC, to the millisecond, so that text order is time order."""
    return time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def new_id() -> str:
    """A UUIDv7: unique everywhere, and in the order of making."""
    return str(uuid6.uuid7())
