# SPDX-License-Identifier: GPL-3.0-or-later
"""The one connection to the database, SQLite's file or PostgreSQL's server, and what its promises rest on.

Statements run in the event loop, and nothing else runs between two of them: the order of writes is our promise, and a
transaction never meets another one of ours. A commit to SQLite takes about a millisecond. A server may hang: then one
statement waits for as long as `opening` allows, the connection is given up, and everything is refused at once
(StoreAway) until `reconnect` has been done, in a thread, by `faxcore.store.reconnecting`.

A COMMIT that fails may have been done all the same: the answer was lost, not the transaction. So each transaction that
writes counts a number up in the table `mark`, and after an error the number is read: if it is the new one, the
transaction stands. Where it cannot be read, the caller is told that nothing was done, and the number is kept in doubt;
if it turns out later that the transaction stands, what is in memory and what is in the database have parted, and
that is a fault (StoreDoubtful) which ends the service: it begins again, as after a crash.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Connection, Executable, Row, Table, func, insert, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import CursorResult
from sqlalchemy.exc import SQLAlchemyError

from faxcore.store.ids_and_times import format_time, read_clock
from faxcore.store.opening import Opened, open_database
from faxcore.store.schema import mark
from faxcore.store.sql_errors import is_lost, make_error
from faxcore.store.store_error import StoreAway, StoreDoubtful, StoreError, StoreFailing, StoreUnavailable

Clock = Callable[[], datetime]

SERVER: Final = "main"
"""The row of `mark` that is ours: one service has the database open."""
_DAY: Final = 86_400
"""Seconds."""
MOST_VALUES: Final = 500
"""Values in one IN list: SQLite takes 999 parameters at least."""


@dataclass(frozen=True)
class Failure:
    """An error of the disk or the database that is not want of space."""

    when: float
    """On the monotonic clock."""
    reason: str


class Database:
    """The connection. `transaction` nests: only the outermost commits."""

    def __init__(self, url: str, clock: Clock = read_clock, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Open and migrate it. StoreTooNew, StoreForeign or another StoreError if it cannot be used."""
        self.url = url
        self._clock = clock
        self._monotonic = monotonic
        self._depth = 0
        self._wrote = False
        self._doubtful: int | None = None
        self.failure: Failure | None = None
        """The last one."""
        self.lost: Callable[[], None] = lambda: None
        """Hears of it when the server has been lost."""
        self._opened: Opened | None = self._open()
        try:
            self._number = self._read_mark()
        except BaseException:
            self.close()
            raise

    def _open(self) -> Opened:
        try:
            return open_database(self.url)
        except SQLAlchemyError as error:
            raise make_error(error) from error

    # ------------------------------------------------------------ the connection

    @property
    def is_sqlite(self) -> bool:
        """True for a file of SQLite."""
        return self.url.startswith("sqlite")

    @property
    def is_away(self) -> bool:
        """True while there is no connection."""
        return self._opened is None

    def close(self) -> None:
        """Free the connection."""
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    def driver(self) -> Any:
        """Give the driver's own connection, for a snapshot. StoreAway if there is none."""
        return self._connection().connection.dbapi_connection

    def reconnect(self) -> Opened:
        """Connect to a server that was lost; in any thread. StoreUnavailable if it is still away."""
        return self._open()

    def resume(self, opened: Opened) -> None:
        """Go on with a new connection. StoreDoubtful if a transaction stands that was said to have failed."""
        if self._opened is not None:
            self._opened.close()
        self._opened = opened
        self._settle_doubt()

    def _connection(self) -> Connection:
        if self._opened is None:
            raise StoreAway("there is no connection to the database")
        return self._opened.connection

    def _fail(self, error: SQLAlchemyError) -> StoreError:
        """Make the store's own error; a connection that is lost is closed."""
        if is_lost(error) and self._opened is not None:
            self._opened.abandon()
            self._opened = None
            self.lost()
        made = make_error(error)
        if isinstance(made, StoreFailing):
            self.failure = Failure(self._monotonic(), str(made))
        return made

    # ------------------------------------------------------------ time

    def now(self) -> str:
        """The time to write into a row."""
        return format_time(self._clock())

    def local_now(self) -> datetime:
        """The time to write where people read it: in the machine's own zone."""
        return self._clock().astimezone()

    def later(self, seconds: float) -> str:
        """The time so many seconds from now; before now, if it is negative."""
        return format_time(datetime.fromtimestamp(self._clock().timestamp() + seconds, UTC))

    def days_ago(self, days: int) -> str:
        """The time so many days ago."""
        return self.later(-days * _DAY)

    # ------------------------------------------------------------ transactions

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of the block, on disk when it ends; or none of it. StoreUnavailable if the database does not take it."""
        if self._depth:
            yield
            return
        self._settle_doubt()
        self._execute_text("BEGIN IMMEDIATE" if self.is_sqlite else "BEGIN")
        self._depth, self._wrote = 1, False
        try:
            yield
            self._commit()
        except BaseException:
            self._roll_back()
            raise
        finally:
            self._depth = 0

    def _commit(self) -> None:
        number = self._number + 1
        if self._wrote:
            self.run(update(mark).where(mark.c.server == SERVER).values(number=number))
        try:
            self._execute_text("COMMIT")
        except StoreUnavailable:
            if not self._wrote or not self._stands(number):
                raise
        if self._wrote:
            self._number = number

    def _stands(self, number: int) -> bool:
        """Find out whether a transaction whose COMMIT has failed was done all the same."""
        if self._opened is not None and self._opened.is_in_transaction():
            return False
        try:
            if self._opened is None:
                self._opened = self.reconnect()
            return self._read_mark() == number
        except StoreError:
            self._doubtful = number
            return False

    def _settle_doubt(self) -> None:
        if self._doubtful is None:
            return
        doubtful, found = self._doubtful, self._read_mark()
        self._doubtful, self._number = None, found
        if found == doubtful:
            raise StoreDoubtful("a transaction was done though the database said that it had failed")

    def _roll_back(self) -> None:
        # An I/O error has ended the transaction of SQLite already; a lost server ends it by itself.
        if self._opened is None or not self._opened.is_in_transaction():
            return
        try:
            self._opened.connection.exec_driver_sql("ROLLBACK")
        except SQLAlchemyError as error:
            # The error that led here is the one that is told.
            self._fail(error)

    def _read_mark(self) -> int:
        row = self.row(select(mark.c.number).where(mark.c.server == SERVER))
        return 0 if row is None else int(row[0])

    def _execute_text(self, sql: str) -> None:
        try:
            self._connection().exec_driver_sql(sql)
        except SQLAlchemyError as error:
            raise self._fail(error) from error

    # ------------------------------------------------------------ statements

    def insert(self, table: Table) -> Any:
        """An INSERT of this database's kind, which can have `on_conflict_do_nothing` and the like."""
        return sqlite.insert(table) if self.is_sqlite else postgresql.insert(table)

    def add(self, table: Table, **values: object) -> None:
        """Insert one row."""
        self.run(insert(table).values(**values))

    def add_all(self, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
        """Insert many rows."""
        if rows:
            with self.transaction():
                self._wrote = True
                self._execute(insert(table), rows)

    def run(self, statement: Executable) -> int:
        """Run one statement that writes; the number of rows changed."""
        with self.transaction():
            changed = self._execute(statement).rowcount
            self._wrote = self._wrote or changed != 0
            return changed

    def rows(self, statement: Executable) -> Sequence[Row[Any]]:
        """Every row of a query, or of a statement with RETURNING."""
        return self._execute(statement).fetchall()

    def row(self, statement: Executable) -> Row[Any] | None:
        """The first row of a query, or None."""
        return self._execute(statement).fetchone()

    def value(self, statement: Executable) -> Any:
        """The first value of the first row. The query must give one."""
        row = self.row(statement)
        assert row is not None
        return row[0]

    def returning(self, statement: Executable) -> Sequence[Row[Any]]:
        """Run one statement that writes and gives rows."""
        with self.transaction():
            rows = self._execute(statement).fetchall()
            self._wrote = self._wrote or bool(rows)
            return rows

    def count_octets(self) -> int:
        """Count the octets that the database takes."""
        pages = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
        return int(self.value(text(pages if self.is_sqlite else "SELECT pg_database_size(current_database())")))

    def count(self, table: Table, *conditions: Any) -> int:
        """Count the rows of which these are true."""
        return int(self.value(select(func.count()).select_from(table).where(*conditions)))

    def _execute(
        self, statement: Executable, values: Sequence[Mapping[str, object]] | None = None
    ) -> CursorResult[Any]:
        try:
            return self._connection().execute(statement, values)
        except SQLAlchemyError as error:
            raise self._fail(error) from error


def in_pieces(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Pieces of a list that may stand in one IN."""
    for start in range(0, len(values), MOST_VALUES):
        yield values[start : start + MOST_VALUES]
