# SPDX-License-Identifier: GPL-3.0-or-later
"""Filed faxes, sent and received: where their files are, and the hashes that they had when they were filed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Select, exists, select

from faxcore.store import schema
from faxcore.store.database import Database, in_pieces
from faxcore.store.receptions import Receiving
from faxcore.store.sent_copies import Copying


@dataclass(frozen=True)
class FiledCopyRow:
    """The files of a fax: TIFF and PDF, or one of them."""

    id: str
    """Of the job, or of the reception."""
    sent: bool
    tiff: str
    pdf: str
    tiff_sha256: str
    """In hexadecimal digits; empty if it is not known."""
    pdf_sha256: str


_FILES: Final = ("tiff", "pdf", "tiff_sha256", "pdf_sha256")


class FiledCopies:
    """What the tables `sent_copy` and `reception` say of files."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def page(self, owner: str | None, after: str, most: int) -> list[FiledCopyRow]:
        """Filed faxes of a person, or of everybody, behind this one in the order of their ids; so many at most."""
        found = [
            self._read(wanted.where(id > after).order_by(id).limit(most), sent)
            for wanted, id, sent in self._kinds(owner)
        ]
        return sorted((row for rows in found for row in rows), key=lambda row: row.id)[:most]

    def several(self, owner: str | None, ids: Sequence[str]) -> list[FiledCopyRow]:
        """Those of these faxes that are filed and this person's, or anybody's, in no order."""
        return [
            row
            for piece in in_pieces(ids)
            for wanted, id, sent in self._kinds(owner)
            for row in self._read(wanted.where(id.in_(piece)), sent)
        ]

    def _kinds(self, owner: str | None) -> list[tuple[Select[Any], Any, bool]]:
        """Give the question for each kind of fax, the column of its id, and True for one that was sent."""
        copy, job, reception, of = schema.sent_copy, schema.job, schema.reception, schema.reception_owner
        sent = select(copy.c.job.label("id"), *(copy.c[name] for name in _FILES)).where(
            copy.c.state == Copying.FILED.value
        )
        received = select(reception.c.id, *(reception.c[name] for name in _FILES)).where(
            reception.c.state == Receiving.FILED.value
        )
        if owner is not None:
            sent = sent.where(exists().where(job.c.id == copy.c.job, job.c.owner == owner))
            received = received.where(exists().where(of.c.reception == reception.c.id, of.c.person == owner))
        return [(sent, copy.c.job, True), (received, reception.c.id, False)]

    def _read(self, statement: Select[Any], sent: bool) -> list[FiledCopyRow]:
        return [FiledCopyRow(sent=sent, **row._mapping) for row in self._db.rows(statement)]
