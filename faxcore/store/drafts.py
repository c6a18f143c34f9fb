# SPDX-License-Identifier: GPL-3.0-or-later
"""Drafts: documents that have been printed, and wait for a recipient."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, delete, select

from faxcore.contract.listed import Folder
from faxcore.model.page import Resolution
from faxcore.store import schema
from faxcore.store.database import Database
from faxcore.store.documents import Documents
from faxcore.store.entries import Entries, Kind
from faxcore.store.ids_and_times import new_id
from faxcore.store.words import words_of_draft


@dataclass(frozen=True)
class DraftRow:
    """A document that somebody printed and that has no recipient yet."""

    id: str
    owner: str
    document: str
    title: str
    created: str
    pages: int
    resolution: Resolution
    repeats: str = ""
    """The job that its very print job became before; empty: it was not printed before."""
    payer: str = ""
    """The code of the payer that its sender has chosen; empty: none."""


class Drafts:
    """The table `draft`."""

    def __init__(self, database: Database, documents: Documents, entries: Entries) -> None:
        self._db = database
        self._documents = documents
        self._entries = entries

    def add(self, owner: str, document: str, title: str, repeats: str = "", payer: str = "") -> str:
        """A new draft; its id. In the caller's transaction, with its document."""
        id = new_id()
        self._db.add(
            schema.draft,
            id=id,
            owner=owner,
            document=document,
            title=title,
            created=self._db.now(),
            repeats=repeats,
            payer=payer,
        )
        self._entries.add(Kind.DRAFT, id, owner, Folder.TO_COMPLETE, words_of_draft(title))
        return id

    def all(self, owner: str) -> list[DraftRow]:
        """The waiting drafts of a person, oldest first."""
        rows = self._db.rows(_select().where(schema.draft.c.owner == owner).order_by(schema.draft.c.id))
        return [_draft(row) for row in rows]

    def several(self, ids: list[str]) -> list[DraftRow]:
        """Those of these drafts that still wait."""
        return [_draft(row) for row in self._db.rows(_select().where(schema.draft.c.id.in_(ids)))]

    def get(self, owner: str, id: str) -> DraftRow | None:
        """The waiting draft with this id, if it is this person's."""
        row = self._db.row(_select().where(schema.draft.c.owner == owner, schema.draft.c.id == id))
        return None if row is None else _draft(row)

    def count(self, owner: str) -> int:
        """Count the drafts of a person."""
        return self._db.count(schema.draft, schema.draft.c.owner == owner)

    def take(self, id: str) -> None:
        """The draft has become a submission, which has its document now."""
        self._db.run(delete(schema.draft).where(schema.draft.c.id == id))
        self._entries.remove(id)

    def discard(self, draft: DraftRow) -> None:
        """Throw a draft away, with its document."""
        with self._db.transaction():
            self.take(draft.id)
            self._documents.drop(draft.document)
        self._documents.remove_files(draft.document)


def _select() -> Select[Any]:
    draft, document = schema.draft, schema.document
    columns = (draft.c.id, draft.c.owner, draft.c.document, draft.c.title, draft.c.created)
    return select(*columns, draft.c.repeats, draft.c.payer, document.c.pages, document.c.resolution).join_from(
        draft, document
    )


def _draft(row: Row[Any]) -> DraftRow:
    return DraftRow(**{**row._mapping, "resolution": Resolution(row.resolution)})
