# SPDX-License-Identifier: GPL-3.0-or-later
"""Opening a database: connect, see whose it is, and bring it to the tables of this release.

SQLite: a log of writes (WAL) with `synchronous=EXTRA`: a commit is on disk when it returns, after one sync instead of
the five of a rollback journal. Releases before 3.51.3 may damage such a file if it has two connections
(https://sqlite.org/wal.html, "The WAL-reset bug"); `locking_mode=EXCLUSIVE` allows no second one, of whatever process.

PostgreSQL: see `postgresql`; its `synchronous_commit` must not be off, and one service at a time has a database.

A database that is not empty and not ours, of a later release, or only half made, is left alone, with one sentence.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url
from sqlalchemy.exc import ArgumentError, OperationalError
from sqlalchemy.pool import NullPool

from faxcore.store.schema import REVISION
from faxcore.store.store_error import StoreError, StoreForeign, StoreTaken

_LOCK: Final = 0x466163746575
"""The number of our advisory lock in a database of PostgreSQL."""
_TAKE_SECONDS: Final = 2
_SQLITE: Final = (
    "locking_mode=EXCLUSIVE",
    "synchronous=EXTRA",
    "foreign_keys=ON",
    "trusted_schema=OFF",
    "cell_size_check=ON",
)


@dataclass(frozen=True)
class Opened:
    """A connection whose tables are those of this release."""

    engine: Engine
    connection: Connection

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()
        self.engine.dispose()

    def abandon(self) -> None:
        """Drop a connection that is lost: nothing is said to the other end, which may not listen."""
        self.connection.invalidate()
        self.connection.close()
        self.engine.dispose()

    def is_in_transaction(self) -> bool:
        """Ask the driver whether a transaction is open."""
        driver: Any = self.connection.connection.dbapi_connection
        if self.engine.dialect.name == "sqlite":
            return bool(driver.in_transaction)
        # 0 is idle, as libpq has it; 4 is a broken connection, which has no transaction any more.
        return int(driver.info.transaction_status) not in (0, 4)


def sqlite_url(path: Path) -> str:
    """The URL of a file of SQLite."""
    return f"sqlite:///{path}"


def is_database_url(url: str) -> bool:
    """Return whether this is the URL of a database of a kind that the store has."""
    try:
        parts = make_url(url)
    except ArgumentError:
        return False
    return parts.drivername in ("postgresql", "sqlite") and bool(parts.database)


def open_database(url: str) -> Opened:
    """Connect, and migrate what is there. SQLAlchemyError or StoreError if that cannot be."""
    parts = make_url(url)
    sqlite = parts.drivername == "sqlite"
    engine = _sqlite_engine(url) if sqlite else make_engine_of(url)
    connection = engine.connect()
    opened = Opened(engine, connection)
    try:
        _prepare(connection, Path(parts.database or "") if sqlite else None)
        if sqlite:
            _log_writes(connection)
    except BaseException:
        opened.close()
        raise
    return opened


def _sqlite_engine(url: str) -> Engine:
    # Autocommit: BEGIN and COMMIT are statements of ours. The connection is used by one thread at a time.
    engine = create_engine(
        url,
        poolclass=NullPool,
        isolation_level="AUTOCOMMIT",
        hide_parameters=True,
        connect_args={"check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def _set_up(connection: Any, _record: Any) -> None:
        try:
            for pragma in _SQLITE:
                connection.execute(f"PRAGMA {pragma}")
        except BaseException:
            connection.close()  # nobody else will, and it would keep the file from the next one
            raise

    return engine


def make_engine_of(url: str) -> Engine:
    """Make the engine of a server of PostgreSQL. StoreError if the package for that is not installed."""
    try:
        # Only where it is wanted: a server of one office has no use for it.
        from faxcore.store.postgresql import make_engine  # noqa: PLC0415
    except ImportError as error:
        raise StoreError("a database of PostgreSQL needs the Python package psycopg (extra: postgresql)") from error
    return make_engine(make_url(url))


def _prepare(connection: Connection, file: Path | None) -> None:
    """Bring the tables to this release. StoreTooNew or StoreForeign if they are not ours to touch."""
    if file is not None and not file.stat().st_size:
        os.chmod(file, 0o640)
    if file is None:
        _take(connection)
    tables = set(inspect(connection).get_table_names())
    old = int(connection.exec_driver_sql("PRAGMA user_version").scalar() or 0) if file is not None else 0
    revisions = read_revisions(connection) if "alembic_version" in tables else []
    if "copying" in tables:
        raise StoreForeign("the database is a copy that was never finished: empty it, and copy again")
    if tables and not revisions and not old:
        raise StoreForeign("the database has tables, and they are not Facteur's")
    if len(revisions) > 1 or (tables and not old and "mark" not in tables):
        raise StoreForeign("the database is between two releases: restore it from its last backup")
    if revisions != [REVISION]:
        # Alembic is needed when a release is new, not at each start.
        from faxcore.store.migrating import migrate  # noqa: PLC0415

        with patience(connection):
            migrate(connection, revisions, old)


def _log_writes(connection: Connection) -> None:
    """Have SQLite log writes; only now, when it is known that the file is ours, since the file says so ever after.
    StoreError if it cannot be.
    """
    mode = connection.exec_driver_sql("PRAGMA journal_mode=WAL").scalar()
    if mode != "wal":
        raise StoreError(f"the database's file cannot be written as it must be: its journal mode remains {mode}")


def _take(connection: Connection) -> None:
    """Make a database of a server ours as long as the connection lasts. StoreTaken if another service has it.

    Two services that do not know of each other would send one fax twice. The lock of an earlier one that has just ended
    goes with its connection, in a moment.
    """
    connection.exec_driver_sql(f"SET lock_timeout = '{_TAKE_SECONDS}s'")
    try:
        connection.exec_driver_sql(f"SELECT pg_advisory_lock({_LOCK})")
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", "") == "55P03":  # lock_not_available
            raise StoreTaken("another fax service is using the database") from error
        raise
    connection.exec_driver_sql("SET lock_timeout = 0")
    if connection.exec_driver_sql("SHOW synchronous_commit").scalar() == "off":
        connection.exec_driver_sql("SET synchronous_commit = on")


@contextmanager
def patience(connection: Connection) -> Iterator[None]:
    """Wait for a server as long as it takes: for work on a whole table, while nothing else is to be done."""
    driver: Any = connection.connection.dbapi_connection
    before = getattr(driver, "seconds", None)
    if before is not None:
        driver.seconds = None
    try:
        yield
    finally:
        if before is not None:
            driver.seconds = before


def read_revisions(connection: Connection) -> list[str]:
    """Read which releases' tables a database says that it has: one, unless it was only half made."""
    return [row[0] for row in connection.exec_driver_sql("SELECT version_num FROM alembic_version").fetchall()]
