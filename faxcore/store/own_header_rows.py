# SPDX-License-Identifier: GPL-3.0-or-later
"""The headers that people have made for their own faxes.

A fax keeps its header as it was when it was ordered, so none of them is needed by what is on its way.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, Select, delete, select, update

from faxcore.contract.order import OwnHeader
from faxcore.store.database import Database
from faxcore.store.ids_and_times import new_id
from faxcore.store.schema import own_header

_COLUMNS = ("name", "heading", "cover", "language", "logo", "message", "picture")


class OwnHeaders:
    """The table `own_header`."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def put(self, owner: str, new: OwnHeader) -> str:
        """Add a header of somebody's, or change the one with its id, which is theirs; its id."""
        values = {name: getattr(new, name) for name in _COLUMNS} | {"sender": "\n".join(new.sender)}
        if new.id:
            self._db.run(update(own_header).where(_is_of(owner, new.id)).values(**values))
            return new.id
        id = new_id()
        self._db.add(own_header, id=id, owner=owner, **values)
        return id

    def remove(self, owner: str, id: str) -> None:
        """Remove a header of somebody's."""
        self._db.run(delete(own_header).where(_is_of(owner, id)))

    def all(self, owner: str) -> list[OwnHeader]:
        """List somebody's headers, oldest first."""
        rows = self._db.rows(_select().where(own_header.c.owner == owner).order_by(own_header.c.id))
        return [_view(row) for row in rows]

    def get(self, owner: str, id: str) -> OwnHeader | None:
        """Find the header with this id, if it is this person's. The id is a stranger's text, perhaps none that a
        database takes; a person has fifty headers at most.
        """
        return next((each for each in self.all(owner) if each.id == id), None)


def _is_of(owner: str, id: str) -> Any:
    return (own_header.c.owner == owner) & (own_header.c.id == id)


def _select() -> Select[Any]:
    return select(own_header.c.id, own_header.c.sender, *(own_header.c[name] for name in _COLUMNS))


def _view(row: Row[Any]) -> OwnHeader:
    return OwnHeader(**{**row._mapping, "sender": tuple(filter(None, row.sender.split("\n")))})
