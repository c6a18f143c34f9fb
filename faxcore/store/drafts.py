# SPDX-License-Identifier: GPL-3.0-or-later
"""Drafts: documents that have been printed or handed over, and wait for a recipient."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, delete, select, update

from faxcore.contract.codec import decode, encode
from faxcore.contract.listed import Folder
from faxcore.contract.printed import KeptOrder
from faxcore.model.page import Resolution
from faxcore.store import schema
from faxcore.store.database import Database
from faxcore.store.documents import DocumentRow, Documents
from faxcore.store.draft_parts import Parts, only_part, read_parts, write_parts
from faxcore.store.entries import Entries, Kind
from faxcore.store.ids_and_times import new_id
from faxcore.store.words import words_of_draft


@dataclass(frozen=True)
class DraftRow:
    """An order that waits for its recipient: with its documents, or as far as it was typed before the first of them."""

    id: str
    owner: str
    document: str
    title: str
    created: str
    pages: int
    """Those of the file, whatever is left out."""
    resolution: Resolution
    repeats: str = ""
    """The job that its very print job became before; empty: it was not printed before."""
    payer: str = ""
    """The code of the payer that its sender has chosen; empty: none."""
    kept: KeptOrder = KeptOrder()
    """The order that its sender has typed so far."""
    arranged: str = ""
    """Its parts, as the column has them."""
    has_original: bool = False
    """True if there is what its pages were made from."""

    @property
    def parts(self) -> Parts:
        """Its documents, in the order in which they go out; none before the first has come."""
        if not self.pages:
            return ()
        return read_parts(self.arranged) if self.arranged else only_part(self.title, self.pages, self.resolution)

    @property
    def redrawable(self) -> bool:
        """True if its pages can be drawn anew."""
        return self.has_original and len(self.parts) == 1


class Drafts:
    """The table `draft`."""

    def __init__(self, database: Database, documents: Documents, entries: Entries) -> None:
        self._db = database
        self._documents = documents
        self._entries = entries

    def add(self, owner: str, document: str, title: str, repeats: str = "", payer: str = "") -> str:
        """A new draft; its id. In the caller's transaction, with its document."""
        id = new_id()
        self.put_back(id, owner, document, title, {"created": self._db.now(), "repeats": repeats, "payer": payer})
        return id

    def put_back(self, id: str, owner: str, document: str, title: str, about: Mapping[str, str]) -> None:
        """A draft with this id; `about` are the other columns. In the caller's transaction."""
        self._db.add(schema.draft, id=id, owner=owner, document=document, title=title, **about)
        self._entries.add(Kind.DRAFT, id, owner, Folder.TO_COMPLETE, words_of_draft(title))

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

    def save(self, id: str, kept: str) -> None:
        """Keep what has been typed for a draft, as `write_kept` gives it."""
        self._db.run(update(schema.draft).where(schema.draft.c.id == id).values(kept=kept))

    def arrange(self, draft: DraftRow, parts: Parts, document: DocumentRow | None = None) -> bool:
        """Give a draft these parts and, in place of its document, another one that has their pages; False, and nothing
        is done, if it is not as it was any more. In the caller's transaction. The files of its old document are the
        caller's to remove.
        """
        title = parts[0].title
        if document is not None:
            self._documents.add(document)
        values = {"title": title, "arranged": write_parts(parts)}
        if document is not None:
            values["document"] = document.id
        return self._change(draft, values)

    def adopt(self, draft: DraftRow, other: DraftRow) -> bool:
        """Give a draft the documents of another one, which is no more; False, and nothing is done, if it is not as it
        was any more. In the caller's transaction.
        """
        values = {"title": other.title, "arranged": other.arranged, "document": other.document}
        return self._change(draft, values)

    def _change(self, draft: DraftRow, values: dict[str, str]) -> bool:
        if not self._db.run(update(schema.draft).where(*_as_it_was(draft)).values(values)):
            return False
        if values["title"] != draft.title:
            self._entries.words.set_own(draft.id, draft.owner, words_of_draft(values["title"]))
        return True

    def take(self, draft: DraftRow) -> bool:
        """Remove a draft that becomes a submission, which has its pages now; False, and nothing is done, if there is
        none any more, or its documents have changed.
        """
        taken = bool(self._db.run(delete(schema.draft).where(*_as_it_was(draft))))
        if taken:
            self._entries.remove(draft.id)
        return taken

    def discard(self, draft: DraftRow) -> None:
        """Throw a draft away, with its document."""
        with self._db.transaction():
            self.take(draft)
            unused = self._documents.drop_unused([draft.document])
        self._documents.remove_files(*unused)


def _as_it_was(draft: DraftRow) -> tuple[ColumnElement[bool], ...]:
    table = schema.draft
    return table.c.id == draft.id, table.c.document == draft.document, table.c.arranged == draft.arranged


def write_kept(kept: KeptOrder) -> str:
    """Write what has been typed as the text that the column `kept` has; empty: nothing was."""
    return "" if kept == KeptOrder() else json.dumps(encode(kept), ensure_ascii=False)


def _select() -> Select[Any]:
    draft, document = schema.draft, schema.document
    columns = (draft.c.id, draft.c.owner, draft.c.document, draft.c.title, draft.c.created)
    more = (draft.c.repeats, draft.c.payer, draft.c.kept, draft.c.arranged)
    drawn = (document.c.pages, document.c.resolution, document.c.has_original)
    return select(*columns, *more, *drawn).join_from(draft, document)


def _draft(row: Row[Any]) -> DraftRow:
    kept = decode(json.loads(row.kept), KeptOrder) if row.kept else KeptOrder()
    return DraftRow(**{**row._mapping, "resolution": Resolution(row.resolution), "kept": kept})
