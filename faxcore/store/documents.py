# SPDX-License-Identifier: GPL-3.0-or-later
"""Documents: what has been printed or handed over, as files and rows. A document belongs to a draft, or to a submission
and all of its jobs; nobody sees one by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import ColumnElement, delete, exists, func, or_, select

from faxcore.model.job import FINAL, State
from faxcore.model.page import Resolution
from faxcore.store import schema
from faxcore.store.database import Database
from faxcore.store.removal import Removal


@dataclass(frozen=True)
class DocumentRow:
    """The pages to send, as a bilevel TIFF, and what they were made from."""

    id: str
    sha256: str
    """Of the pages as they were printed: the same for the same pixels, whenever they were drawn."""
    pages: int
    resolution: Resolution
    octets: int
    has_original: bool


class Documents:
    """The table `document`, and the documents' files."""

    def __init__(self, database: Database, folder: Path, removal: Removal) -> None:
        self._db = database
        self.folder = folder
        self._removal = removal

    def pages_file(self, document: str) -> Path:
        """The TIFF of a document."""
        return self.folder / f"{document}.tif"

    def offered_file(self, document: str) -> Path:
        """Give the path of the pages as callers fetch them; it may not be there."""
        return self.folder / f"{document}.offered"

    def original_file(self, document: str) -> Path:
        """Give the path of the document's original; it may not be there."""
        return self.folder / f"{document}.original"

    def add(self, document: DocumentRow) -> None:
        """The row of a document whose files are on disk already."""
        self._db.add(
            schema.document,
            id=document.id,
            sha256=document.sha256,
            pages=document.pages,
            resolution=document.resolution.value,
            octets=document.octets,
            has_original=document.has_original,
            created=self._db.now(),
        )

    def get(self, id: str) -> DocumentRow:
        """The document with this id, which a draft or submission names."""
        table = schema.document
        row = self._db.row(
            select(
                table.c.id,
                table.c.sha256,
                table.c.pages,
                table.c.resolution,
                table.c.octets,
                table.c.has_original,
            ).where(table.c.id == id)
        )
        assert row is not None, id
        return DocumentRow(**{**row._mapping, "resolution": Resolution(row.resolution)})

    def count_waiting_octets(self, owner: str) -> int:
        """Count the octets of a person's documents that wait, for a recipient or to be sent: one for many, once."""
        document, draft, submission, job = schema.document, schema.draft, schema.submission, schema.job
        live = [state.value for state in State if state not in FINAL]
        drafts = select(draft.c.document).where(draft.c.owner == owner)
        jobs = select(submission.c.document).join(job).where(job.c.state.in_(live), job.c.owner == owner)
        offer = schema.offer
        still_open = offer.c.ended.is_(None) & (offer.c.until.is_(None) | (offer.c.until > self._db.now()))
        offers = select(offer.c.document).where(offer.c.owner == owner, still_open)
        waits = document.c.id.in_(drafts) | document.c.id.in_(jobs) | document.c.id.in_(offers)
        total = select(func.coalesce(func.sum(document.c.octets), 0)).where(waits)
        return int(self._db.value(total))

    def drop(self, id: str) -> None:
        """Remove the row of a document that nothing names any more. In the caller's transaction."""
        self._db.run(delete(schema.document).where(schema.document.c.id == id))

    def remove_files(self, *documents: str) -> None:
        """Remove the files of documents whose rows are gone, or never came."""
        for id in documents:
            self._removal.remove(self.pages_file(id), self.original_file(id), self.offered_file(id))

    def drop_unused(self, documents: Sequence[str]) -> list[str]:
        """Remove the rows of those among these documents that no draft, submission or offer names; the ids of them."""
        dropped = []
        for id in documents:
            table = schema.document
            if self._db.run(delete(table).where(table.c.id == id, ~_is_named())):
                dropped.append(id)
        return dropped

    def remove_strays(self) -> int:
        """Remove rows that nothing names, and files without a row: nobody was told that we have them."""
        table = schema.document
        self._db.run(delete(table).where(~_is_named()))
        if self._removal.is_held:
            return 0  # the next start finds them
        known = {row[0] for row in self._db.rows(select(table.c.id))}
        strays = [path for path in self.folder.iterdir() if path.name.split(".")[0] not in known]
        self._removal.remove(*strays)
        return len(strays)


def _is_named() -> ColumnElement[bool]:
    """True for a document that something names."""
    id = schema.document.c.id
    owners = [each.c.document for each in (schema.draft, schema.submission, schema.offer)]
    # Where a draft may be had back, all of its pages are kept.
    draft_document = schema.submission.c.draft_document
    return or_(
        *(exists().where(owner == id) for owner in owners), exists().where(draft_document != "", draft_document == id)
    )
