# SPDX-License-Identifier: GPL-3.0-or-later
"""The newest calls that have sent all their pages: by them the next are estimated (`faxcore.queue.call_length`)."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Final

from sqlalchemy import Select, select

from faxcore.store import schema
from faxcore.store.database import Database


@dataclass(frozen=True)
class PastCall:
    """A call that has sent all its pages."""

    octets: int
    """As they were coded."""
    sent: int
    """Pages."""
    seconds: float
    rate: int
    coding: str
    error_correction: bool


THERE: Final = 5
"""Calls to a number that show what the next one will be like."""
ELSEWHERE: Final = 50
"""Calls to any number that show it where none has been made to that one."""
_COLUMNS: Final = tuple(schema.call.c[field.name] for field in fields(PastCall))


class PastCalls:
    """The calls of the table `call` that show what others will be like."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def list_there(self, destination: str) -> list[PastCall]:
        """List the newest calls to a number, the newest first."""
        table = schema.call
        there = select(*_COLUMNS).where(schema.IS_WEIGHED, table.c.destination == destination)
        return self._list(there.order_by(table.c.id.desc()).limit(THERE))

    def list_newest(self) -> list[PastCall]:
        """List the newest calls to whatever number, the newest first."""
        table = schema.call
        return self._list(select(*_COLUMNS).where(schema.IS_WEIGHED).order_by(table.c.id.desc()).limit(ELSEWHERE))

    def _list(self, calls: Select[Any]) -> list[PastCall]:
        return [PastCall(**row._mapping) for row in self._db.rows(calls) if row.sent > 0 and row.seconds > 0]
