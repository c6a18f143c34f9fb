# SPDX-License-Identifier: GPL-3.0-or-later
"""Every row of one database copied into another, empty one, counted and compared, in one transaction of the other.

While it is being filled, the other one has a table `copying`, which is dropped in that transaction: a copy that was
broken off is refused by whoever opens it, and the first database is not touched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from itertools import zip_longest
from typing import Any, Final

from sqlalchemy import Connection, Table, delete, func, insert, select
from sqlalchemy.exc import SQLAlchemyError

from faxcore.store.opening import Opened, open_database, patience
from faxcore.store.schema import METADATA, entry, mark
from faxcore.store.sql_errors import make_error
from faxcore.store.store_error import StoreError, StoreForeign

PIECE: Final = 500


class StoreDiffers(StoreError):
    """The copy is not what was copied."""


def copy_database(source: str, target: str, told: Callable[[str, int], None]) -> int:
    """Copy a database by their URLs; the number of rows. `told` hears of each table and its rows.

    StoreForeign if the target is not empty, StoreDiffers if a row did not come out as it went in, or a StoreError.
    """
    try:
        with (
            closing(open_database(source)) as begun,
            closing(open_database(target)) as filled,
            patience(begun.connection),
            patience(filled.connection),
        ):
            return _copy(begun, filled, told)
    except SQLAlchemyError as error:
        raise make_error(error) from error


def find_used_tables(url: str) -> list[str]:
    """Find the tables of a database that have rows. StoreError if it cannot be looked at."""
    try:
        with closing(open_database(url)) as opened:
            return _find_used(opened.connection)
    except SQLAlchemyError as error:
        raise make_error(error) from error


def fill_database(source: str, target: str, word: str) -> None:
    """Copy a database into an empty one in one transaction, with a word by which that is known: a second time nothing
    is done. StoreForeign if it is not empty, or another StoreError.
    """
    known = select(func.count()).select_from(mark).where(mark.c.server == word)
    try:
        with (
            closing(open_database(source)) as begun,
            closing(open_database(target)) as filled,
            patience(filled.connection),
        ):
            connection = filled.connection
            if connection.execute(known).scalar():
                return
            _refuse_used(connection)
            connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.dialect.name == "sqlite" else "BEGIN")
            copy_rows(begun.connection, connection)
            connection.execute(insert(mark).values(server=word, number=0))
            connection.exec_driver_sql("COMMIT")
    except SQLAlchemyError as error:
        raise make_error(error) from error


def _copy(source: Opened, target: Opened, told: Callable[[str, int], None]) -> int:
    connection = target.connection
    _refuse_used(connection)
    source.connection.exec_driver_sql("BEGIN")
    connection.exec_driver_sql("CREATE TABLE copying (since TEXT)")
    connection.exec_driver_sql("BEGIN")
    total = copy_rows(source.connection, connection, told)
    connection.exec_driver_sql("DROP TABLE copying")
    connection.exec_driver_sql("COMMIT")
    return total


def copy_rows(
    source: Connection, target: Connection, told: Callable[[str, int], None] = lambda _name, _rows: None
) -> int:
    """Copy every row into tables of the same release, and compare; their number. In a transaction of the target, and
    one of the source if that is in use. StoreDiffers if a row did not come out as it went in.
    """
    total = 0
    for table in METADATA.sorted_tables:
        target.execute(delete(table))
        for piece in _pieces(_rows(source, table)):
            target.execute(insert(table), [dict(row._mapping) for row in piece])
        _compare(source, target, table)
        rows = _count(target, table)
        told(table.name, rows)
        total += rows
    _finish(target)
    return total


def _refuse_used(target: Connection) -> None:
    if used := _find_used(target):
        raise StoreForeign(f"the database to copy to is not empty: it has rows in {', '.join(used)}")


def _find_used(connection: Connection) -> list[str]:
    return [table.name for table in METADATA.sorted_tables if table is not mark and _count(connection, table)]


def _finish(connection: Connection) -> None:
    """Bring along what is beside the rows: the numbering of entries, and the index of words."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("INSERT INTO entry_words (entry_words) VALUES ('rebuild')")
        return
    last = connection.execute(select(func.max(entry.c.number))).scalar()
    if last is not None:
        connection.execute(select(func.setval(func.pg_get_serial_sequence("entry", "number"), last)))


def _compare(source: Connection, target: Connection, table: Table) -> None:
    for before, after in zip_longest(_rows(source, table), _rows(target, table)):
        if before is None or after is None or tuple(before) != tuple(after):
            raise StoreDiffers(f"the copy of the table {table.name} differs: nothing has been changed")


def _rows(connection: Connection, table: Table) -> Iterator[Any]:
    """The rows of a table in the order of its key, without having all of them in memory."""
    statement = select(table).order_by(*table.primary_key.columns)
    with connection.execute(statement, execution_options={"yield_per": PIECE}) as result:
        yield from result


def _pieces(rows: Iterator[Any]) -> Iterator[Sequence[Any]]:
    piece: list[Any] = []
    for row in rows:
        piece.append(row)
        if len(piece) == PIECE:
            yield piece
            piece = []
    if piece:
        yield piece


def _count(connection: Connection, table: Table) -> int:
    return int(connection.execute(select(func.count()).select_from(table)).scalar() or 0)
