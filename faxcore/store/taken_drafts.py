# SPDX-License-Identifier: GPL-3.0-or-later
"""Taken drafts: those that have become a submission, and can be had back as long as no call has been made for it.

It is one transaction there and one back: at every moment there is the draft or its jobs, never both and never neither.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final

from sqlalchemy import delete, func, or_, select, update

from faxcore.checkpoint import checkpoint
from faxcore.contract.codec import decode, encode
from faxcore.contract.printed import KeptOrder
from faxcore.model.job import State
from faxcore.store import schema
from faxcore.store.database import Database, in_pieces
from faxcore.store.documents import Documents
from faxcore.store.drafts import DraftRow, Drafts, write_kept
from faxcore.store.entries import Entries
from faxcore.store.submissions import draft_key

WAITING: Final = (State.PENDING, State.READY, State.HELD)
"""The states of a job for which no call may have been made."""
MOST_AT_ONCE: Final = 100


class TooLate(Exception):
    """A call has been made, or is being made, for a job of this submission."""


@dataclass(frozen=True)
class TakenDraft:
    """A draft, as its submission keeps it."""

    id: str
    title: str
    created: str
    repeats: str
    payer: str
    kept: KeptOrder
    document: str = ""
    """Empty: that of the submission."""
    arranged: str = ""
    """Its documents, as the draft's row had them."""


def write_taken(draft: DraftRow, kept: KeptOrder) -> str:
    """Write a draft with the order that was given for it, as its submission has it."""
    about = (draft.id, draft.title, draft.created, draft.repeats, draft.payer)
    taken = TakenDraft(*about, kept, draft.document, draft.arranged)
    return json.dumps(encode(taken), ensure_ascii=False)


class TakenDrafts:
    """The submissions that were drafts."""

    def __init__(self, database: Database, documents: Documents, drafts: Drafts, entries: Entries) -> None:
        self._db = database
        self._documents = documents
        self._drafts = drafts
        self._entries = entries

    def find(self, owner: str, fax: str) -> str:
        """Find a person's submission by the draft that it was, by one of its jobs, or by its own id; empty if there is
        none.
        """
        job, submission = schema.job, schema.submission
        by_job = select(job.c.submission).where(job.c.id == fax).scalar_subquery()
        which = or_(submission.c.id == fax, submission.c.id == by_job, submission.c.key == draft_key(fax))
        row = self._db.row(select(submission.c.id).where(submission.c.owner == owner, which))
        return "" if row is None else str(row.id)

    def list_jobs(self, submission: str, most: int) -> list[str]:
        """List jobs of a submission, oldest first, so many at most."""
        job = schema.job
        theirs = select(job.c.id).where(job.c.submission == submission).order_by(job.c.id)
        return [str(row.id) for row in self._db.rows(theirs.limit(most))]

    def take_back(self, submission: str) -> str:
        """Make a draft again of a submission: all of its jobs go, or none; the draft's id. TooLate once a call has been
        made; also for what was no draft.
        """
        job, table = schema.job, schema.submission
        with self._db.transaction():
            columns = (table.c.owner, table.c.document, table.c.was_draft)
            row = self._db.row(select(*columns).where(table.c.id == submission))
            theirs = job.c.submission == submission
            called = or_(job.c.state.not_in([state.value for state in WAITING]), job.c.dials > 0)
            if row is None or not row.was_draft or self._db.value(select(func.count()).where(theirs, called)):
                raise TooLate(submission)
            ids = [str(each.id) for each in self._db.rows(select(job.c.id).where(theirs))]
            for piece in in_pieces(ids):
                self._entries.remove(*piece)
                self._db.run(delete(schema.delivery).where(schema.delivery.c.subject.in_(piece)))
                self._db.run(delete(job).where(job.c.id.in_(piece)))
            self._db.run(delete(table).where(table.c.id == submission))
            taken = decode(json.loads(row.was_draft), TakenDraft)
            kept = write_kept(taken.kept)
            about = {"created": taken.created, "repeats": taken.repeats, "payer": taken.payer, "kept": kept}
            about["arranged"] = taken.arranged
            self._drafts.put_back(taken.id, row.owner, taken.document or row.document, taken.title, about)
            # That of the pages which would have gone out, if it is another one.
            unused = self._documents.drop_unused([row.document])
            checkpoint("draft put back, not committed")
        self._documents.remove_files(*unused)
        return taken.id

    def forget_documents(self, days: int) -> int:
        """Remove the documents of drafts that have become submissions of other ones so many days ago; how many."""
        table = schema.submission
        old = select(table.c.id, table.c.draft_document).where(
            table.c.draft_document != "", table.c.created <= self._db.days_ago(days)
        )
        rows = self._db.rows(old.limit(MOST_AT_ONCE))
        with self._db.transaction():
            ids = [row.id for row in rows]
            self._db.run(update(table).where(table.c.id.in_(ids)).values(draft_document="", was_draft=""))
            unused = self._documents.drop_unused([row.draft_document for row in rows])
        self._documents.remove_files(*unused)
        return len(rows)
