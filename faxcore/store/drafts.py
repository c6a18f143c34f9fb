# SPDX-License-Identifier: GPL-3.0-or-later
"""Documents and drafts: what has been printed or handed over, and waits for a recipient."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from faxcore.model.page import Resolution
from faxcore.store.database import Database, new_id
from faxcore.store.synced_files import remove


@dataclass(frozen=True)
class DocumentRow:
    """The pages to send, as a bilevel TIFF, and what they were made from."""

    id: str
    sha256: str
    pages: int
    resolution: Resolution
    octets: int
    has_original: bool


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


class Drafts:
    """The tables `document` and `draft`, and the documents' files."""

    def __init__(self, database: Database, folder: Path) -> None:
        self._db = database
        self.folder = folder

    def pages_file(self, document: str) -> Path:
        """The TIFF of a document."""
        return self.folder / f"{document}.tif"

    def original_file(self, document: str) -> Path:
        """Give the path of the document's original; it may not be there."""
        return self.folder / f"{document}.original"

    def add_document(self, document: DocumentRow) -> None:
        """The row of a document whose files are on disk already."""
        self._db.execute(
            "INSERT INTO document (id, sha256, pages, resolution, octets, has_original, created)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            document.id,
            document.sha256,
            document.pages,
            document.resolution.value,
            document.octets,
            int(document.has_original),
            self._db.now(),
        )

    def document(self, id: str) -> DocumentRow:
        """The document with this id, which a draft or job names."""
        row = self._db.row("SELECT id, sha256, pages, resolution, octets, has_original FROM document WHERE id = ?", id)
        assert row is not None, id
        return DocumentRow(
            **dict(row) | {"resolution": Resolution(row["resolution"]), "has_original": bool(row["has_original"])}
        )

    def add(self, owner: str, document: str, title: str, print_job: int | None) -> str:
        """A new draft; its id."""
        id = new_id()
        self._db.execute(
            "INSERT INTO draft (id, owner, document, title, print_job, created) VALUES (?, ?, ?, ?, ?, ?)",
            id,
            owner,
            document,
            title,
            print_job,
            self._db.now(),
        )
        return id

    def same_print_job(self, owner: str, print_job: int, sha256: str) -> str | None:
        """The waiting draft that this very print job made already: its backend did not hear our answer."""
        row = self._db.row(
            "SELECT draft.id FROM draft JOIN document ON document.id = draft.document"
            " WHERE owner = ? AND print_job = ? AND sha256 = ?",
            owner,
            print_job,
            sha256,
        )
        return None if row is None else str(row[0])

    def all(self, owner: str) -> list[DraftRow]:
        """The waiting drafts of a person, oldest first."""
        return [_draft(row) for row in self._db.rows(_DRAFTS + " WHERE owner = ? ORDER BY draft.id", owner)]

    def get(self, owner: str, id: str) -> DraftRow | None:
        """The waiting draft with this id, if it is this person's."""
        row = self._db.row(_DRAFTS + " WHERE owner = ? AND draft.id = ?", owner, id)
        return None if row is None else _draft(row)

    def count(self, owner: str) -> int:
        """Count the drafts of a person."""
        return int(self._db.value("SELECT count(*) FROM draft WHERE owner = ?", owner))

    def take(self, id: str) -> None:
        """The draft has become a job, which has its document now."""
        self._db.execute("DELETE FROM draft WHERE id = ?", id)

    def discard(self, draft: DraftRow) -> None:
        """Throw a draft away, with its document."""
        with self._db.transaction():
            self._db.execute("DELETE FROM draft WHERE id = ?", draft.id)
            self._db.execute("DELETE FROM document WHERE id = ?", draft.document)
        remove(self.pages_file(draft.document), self.original_file(draft.document))

    def remove_strays(self) -> int:
        """Remove files of documents that never got their row: nobody was told that we have them."""
        known = {row[0] for row in self._db.rows("SELECT id FROM document")}
        strays = [path for path in self.folder.iterdir() if path.name.split(".")[0] not in known]
        remove(*strays)
        return len(strays)


_DRAFTS = (
    "SELECT draft.id, owner, document, title, draft.created, pages, resolution"
    " FROM draft JOIN document ON document.id = draft.document"
)


def _draft(row: sqlite3.Row) -> DraftRow:
    return DraftRow(**dict(row) | {"resolution": Resolution(row["resolution"])})
