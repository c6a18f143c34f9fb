# SPDX-License-Identifier: GPL-3.0-or-later
"""The logos of headers of people's own: small pictures in black and white, as `faxcore.document.clean_logo` makes them.

A picture never changes, and its name is made of what it is; so a fax that waits keeps its logo, whatever becomes of the
header. A person has a hundred at most: then the oldest go that none of their headers has.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from typing import Final

from sqlalchemy import delete, select

from faxcore.store.database import Database
from faxcore.store.schema import own_header, own_logo

MOST_LOGOS: Final = 100
"""Logos of one person."""


class OwnLogos:
    """The table `own_logo`."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def put(self, owner: str, picture: bytes) -> str:
        """Keep a picture of somebody's; its name. What is kept already is the same."""
        name = hashlib.sha256(owner.encode() + b"\0" + picture).hexdigest()
        with self._db.transaction():
            if not self.is_of(owner, name):
                self._make_room(owner)
                octets = b64encode(picture).decode("ascii")
                self._db.add(own_logo, id=name, owner=owner, picture=octets, created=self._db.now())
        return name

    def is_of(self, owner: str, name: str) -> bool:
        """Return whether this person has a logo of this name, which is a stranger's text."""
        theirs = select(own_logo.c.id).where(own_logo.c.owner == owner)
        return any(row.id == name for row in self._db.rows(theirs))

    def encoded(self, name: str) -> str:
        """Give a picture in base64; empty if it has gone, or if there is no name."""
        row = self._db.row(select(own_logo.c.picture).where(own_logo.c.id == name)) if name else None
        return "" if row is None else str(row.picture)

    def _make_room(self, owner: str) -> None:
        used = select(own_header.c.picture).where(own_header.c.owner == owner)
        of_owner = own_logo.c.owner == owner
        rows = self._db.rows(select(own_logo.c.id).where(of_owner).order_by(own_logo.c.created, own_logo.c.id))
        kept = {row.picture for row in self._db.rows(used)}
        for row in [each for each in rows if each.id not in kept][: max(0, len(rows) + 1 - MOST_LOGOS)]:
            self._db.run(delete(own_logo).where(own_logo.c.id == row.id))
