# SPDX-License-Identifier: GPL-3.0-or-later
"""Errors of SQLAlchemy and its drivers, made into the store's own."""

from __future__ import annotations

import sqlite3
from typing import Final

from sqlalchemy.exc import DBAPIError, SQLAlchemyError, TimeoutError

from faxcore.store.store_error import StoreAway, StoreError, StoreFailing, StoreFull

# SQLSTATE of PostgreSQL, appendix A of its manual.
_FULL: Final = frozenset({"53100", "53000", "54000"})
"""disk_full, insufficient_resources, program_limit_exceeded."""
_LOST: Final = frozenset({"57P01", "57P02", "57P03", "57P05", "53300", "25006"})
"""The server is being shut down, has crashed, is starting, has no room for a connection, or only reads."""
_WRONG: Final = ("22", "23", "42", "0A")
"""Classes that are a fault of ours: data, constraint, syntax, not supported."""


def make_error(error: SQLAlchemyError) -> StoreError:
    """Make the store's own error of one of the library's."""
    text = _describe(error)
    if is_lost(error):
        return StoreAway(text)
    original = getattr(error, "orig", None)
    if isinstance(original, sqlite3.Error):
        return _of_sqlite(original, text)
    state = str(getattr(original, "sqlstate", None) or "")
    if state in _FULL:
        return StoreFull(text)
    if isinstance(error, DBAPIError) and not state.startswith(_WRONG) and _is_operational(original):
        return StoreFailing(text)
    return StoreError(text)


def is_lost(error: SQLAlchemyError) -> bool:
    """Return whether the connection to a server is gone, or was never made."""
    original = getattr(error, "orig", None)
    if isinstance(original, sqlite3.Error):
        return False
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    state = getattr(original, "sqlstate", None)
    # An operational error without a state did not come from the server: it was not there to say one.
    return state in _LOST or isinstance(error, TimeoutError) or (state is None and _is_operational(original))


def _is_operational(original: BaseException | None) -> bool:
    return any(kind.__name__ == "OperationalError" for kind in type(original).__mro__)


def _of_sqlite(original: sqlite3.Error, text: str) -> StoreError:
    if not isinstance(original, sqlite3.OperationalError):
        return StoreError(text)
    code = getattr(original, "sqlite_errorcode", 0) & 0xFF
    return (StoreFull if code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR) else StoreFailing)(text)


def _describe(error: SQLAlchemyError) -> str:
    """The driver's own words: what SQLAlchemy adds, the statement with its values, is not for a log."""
    return str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
