# SPDX-License-Identifier: GPL-3.0-or-later
"""Retention: what is not needed any more goes, in small pieces, rows before files.

Working copies go at once: what was composed for a call that is over, and pages that are part of a filed fax. Faxes go
by the rules of the configuration only, and so do transcripts and the notes of what was told. A call's row is the record
of the bill: it stays, without its job.

A file whose row is gone already is a stray, which the next start removes: so a crash between the two, or a power cut
that brings back what was removed, loses nothing and leaves nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, delete, exists, func, select, update

from faxcore.contract import report_file
from faxcore.contract.listed import Folder
from faxcore.model.job import State
from faxcore.store import schema
from faxcore.store.database import Database
from faxcore.store.deliveries import INVOICE
from faxcore.store.documents import Documents
from faxcore.store.entries import REMOVED, Entries, Kind
from faxcore.store.receptions import Receiving
from faxcore.store.removal import Removal
from faxcore.store.sent_copies import PDF, TIFF, Copying, SentCopies
from faxcore.store.store_error import StoreUnavailable
from faxcore.store.submissions import is_accepted
from faxcore.store.synced_files import remove

log = logging.getLogger(__name__)

PIECE: Final = 100
"""Faxes that go in one transaction."""
TRANSCRIPT: Final = "transcript"
KEPT: Final = frozenset({TRANSCRIPT, "reception.tif", "reception.pdf"})
"""The files of a call's directory that are kept when it is over."""
_BINNED: Final = (Folder.BIN.value, REMOVED)
HALF: Final = ".half"
"""The ending of a file that is being made of a reception's pages, after its call."""


class Retention:
    """Removes what is not needed any more."""

    def __init__(
        self,
        database: Database,
        documents: Documents,
        entries: Entries,
        sent_copies: SentCopies,
        call_folder: Callable[[str], Path],
        removal: Removal,
    ) -> None:
        self._removal = removal
        self._db = database
        self._documents = documents
        self._entries = entries
        self._sent_copies = sent_copies
        self._call_folder = call_folder
        self._left: set[str] = set()
        self._kept: set[str] = set()

    # ------------------------------------------------------------ working copies

    def clean_call(self, call: str) -> None:
        """Remove the working copies of a call that is over, but for what is to be archived; and a folder in which
        nothing is left.
        """
        folder = self._call_folder(call)
        if not folder.is_dir():
            return
        half_written = folder.glob(".*.part")
        needless = self._needless_pages(call, folder)
        # Among them the files of further documents of a call in, each of which has them in a folder of its own by now.
        composed = (*folder.glob("document*.tif"), *folder.glob("document-[0-9]*-*"), folder / TIFF, folder / PDF)
        needed = self._sent_copies.needed(call)
        found = (*composed, folder / report_file.NAME, *half_written, *needless)
        remove(*(path for path in found if path.name not in needed))
        if not any(folder.iterdir()):
            folder.rmdir()

    def clean_ended_call(self, call: str) -> None:
        """Do so as far as the disk lets us: nobody waits for it, and what is left goes with the next sweep."""
        if self._removal.is_held:
            self._left.add(call)
            return
        try:
            self.clean_call(call)
            self._left.discard(call)
        except (OSError, StoreUnavailable) as error:
            log.error("what is not needed any more of call %s could not be removed: %s", call, error)
            self._left.add(call)

    def clean_left(self) -> None:
        """Clean what could not be cleaned when it ended."""
        for call in list(self._left):
            self.clean_ended_call(call)

    def keep(self, call: str) -> None:
        """Leave the folder of a call alone that no row names yet: `drop_kept` or `release_kept` ends that."""
        self._kept.add(call)

    def release_kept(self, call: str) -> None:
        """A row names the call now."""
        self._kept.discard(call)

    def drop_kept(self, call: str) -> None:
        """Remove the folder of a call that does not take place, as far as the disk lets us."""
        self._kept.discard(call)
        try:
            remove(self._call_folder(call))
        except OSError as error:
            # The sweep after the next start finds it.
            log.error("what was made for call %s could not be removed: %s", call, error)

    def _needless_pages(self, call: str, folder: Path) -> list[Path]:
        """Pages of a reception that is filed, or that never became one, and what else its files are made of."""
        table = schema.reception
        row = self._db.row(select(table.c.state).where(table.c.call == call))
        kept = row is not None and row.state != Receiving.FILED.value
        return [] if kept else [*folder.glob("page-*"), *folder.glob(f".*{HALF}")]

    def clean_calls(self, calls: Sequence[str]) -> None:
        """Do so for many folders; those that no row names go as a whole, those whose call still lasts stay."""
        table = schema.call
        known = {
            row.id: row.ended for row in self._db.rows(select(table.c.id, table.c.ended).where(table.c.id.in_(calls)))
        }
        for call in calls:
            if call not in known:
                if call not in self._kept:
                    remove(self._call_folder(call))
            elif known[call] is not None:
                self.clean_call(call)

    def remove_abandoned(self, calls: Sequence[str]) -> None:
        """Remove the folders of those among these calls whose fax is gone, with what was kept for it."""
        call, reception = schema.call, schema.reception
        named = call.c.job.is_not(None) | exists().where(reception.c.call == call.c.id)
        gone = select(call.c.id).where(call.c.id.in_(calls), call.c.ended.is_not(None), ~call.c.transcript, ~named)
        remove(*(self._call_folder(row.id) for row in self._db.rows(gone)))

    # ------------------------------------------------------------ rules

    def remove_jobs(self, states: Sequence[State], days: int) -> int:
        """Remove jobs that ended in one of these states so many days ago; how many, PIECE at most."""
        table = schema.job
        old = select(table.c.id).where(
            table.c.state.in_([state.value for state in states]),
            table.c.changed <= self._before(days),
            ~_is_to_be_archived(table.c.id),
        )
        return self._drop_jobs(old)

    def remove_offers(self, days: int) -> int:
        """Remove what is offered no longer since so many days, with its document; how many, PIECE at most."""
        table = schema.offer
        over = func.coalesce(table.c.ended, table.c.until) <= self._before(days)
        rows = self._db.rows(select(table.c.id, table.c.document).where(over).limit(PIECE))
        if not rows:
            return 0
        with self._db.transaction():
            self._db.run(delete(table).where(table.c.id.in_([row.id for row in rows])))
            documents = self._documents.drop_unused([row.document for row in rows])
        self._documents.remove_files(*documents)
        return len(rows)

    def remove_receptions(self, days: int) -> int:
        """Remove receptions that came so many days ago; how many, PIECE at most."""
        table = schema.reception
        old = select(table.c.id).where(table.c.state == Receiving.FILED.value, table.c.received <= self._before(days))
        return self._drop_receptions(old)

    def empty_bins(self, days: int) -> int:
        """Remove what has been in the bin for so many days, a filed reception once all owners did so; how many."""
        table, other = schema.entry, schema.entry.alias()
        binned = table.c.binned <= self._before(days)
        jobs = select(table.c.subject).where(
            table.c.kind == Kind.JOB.value,
            table.c.folder.in_(_BINNED),
            binned,
            ~_is_to_be_archived(table.c.subject),
        )
        later = other.c.binned.is_(None) | (other.c.binned > self._before(days))
        # Our copy of one that is not in its folder yet is the only one.
        reception = schema.reception
        filed = exists().where(reception.c.id == table.c.subject, reception.c.state == Receiving.FILED.value)
        elsewhere = exists().where(other.c.subject == table.c.subject, later)
        receptions = select(table.c.subject).where(
            table.c.kind == Kind.RECEPTION.value, table.c.folder.in_(_BINNED), binned, ~elsewhere, filed
        )
        return self._drop_jobs(jobs) + self._drop_receptions(receptions.distinct())

    def remove_transcripts(self, days: int) -> int:
        """Remove the transcripts of calls that ended so many days ago; how many, PIECE at most."""
        table = schema.call
        old = (
            select(table.c.id)
            .where(table.c.ended <= self._before(days), table.c.transcript)
            .order_by(table.c.ended)
            .limit(PIECE)
        )
        ids = [row.id for row in self._db.rows(old)]
        for id in ids:
            remove(self._call_folder(id) / TRANSCRIPT)
            self.clean_call(id)
        if ids:
            self._db.run(update(table).where(table.c.id.in_(ids)).values(transcript=False))
        return len(ids)

    def remove_news(self, days: int) -> int:
        """Remove the notes of what was told so many days ago; how many, PIECE at most. Where an invoice was sent is
        kept as it is.
        """
        table = schema.delivery
        old = select(table.c.id).where(table.c.done <= self._before(days), table.c.kind != INVOICE).limit(PIECE)
        ids = [row.id for row in self._db.rows(old)]
        return self._db.run(delete(table).where(table.c.id.in_(ids))) if ids else 0

    def _before(self, days: int) -> str:
        return self._db.days_ago(days)

    def drop_unaccepted(self, submission: str) -> None:
        """Remove a submission that was never accepted, in pieces, and the document that it was of; nothing of one that
        was, in part at least.
        """
        job, table = schema.job, schema.submission
        if is_accepted(self._db, submission):
            return
        rows = self._db.rows(select(table.c.document, table.c.draft_document).where(table.c.id == submission))
        while self._drop_jobs(select(job.c.id).where(job.c.submission == submission)):
            continue
        with self._db.transaction():
            self._db.run(delete(table).where(table.c.id == submission))
            documents = self._documents.drop_unused(_list_documents(rows))
        self._documents.remove_files(*documents)

    # ------------------------------------------------------------ rows, then files

    def _drop_jobs(self, which: Select[Any]) -> int:
        ids = [row[0] for row in self._db.rows(which.limit(PIECE))]
        if not ids:
            return 0
        job, submission = schema.job, schema.submission
        with self._db.transaction():
            call, reception = schema.call, schema.reception
            theirs = call.c.job.in_(ids)
            # What was fetched in a call stays with its reception.
            fetched = exists().where(reception.c.call == call.c.id)
            calls = [row.id for row in self._db.rows(select(call.c.id).where(theirs, ~fetched))]
            self._db.run(update(call).where(theirs, fetched).values(job=None))
            owners = self._db.rows(
                select(submission.c.id, submission.c.document, submission.c.draft_document)
                .join(job)
                .where(job.c.id.in_(ids))
                .distinct()
            )
            self._db.run(delete(schema.confirmation).where(schema.confirmation.c.job.in_(ids)))
            self._db.run(update(schema.call).where(schema.call.c.job.in_(ids)).values(job=None, transcript=False))
            self._forget(ids)
            self._db.run(delete(job).where(job.c.id.in_(ids)))
            used = exists().where(job.c.submission == submission.c.id)
            self._db.run(delete(submission).where(submission.c.id.in_([row.id for row in owners]), ~used))
            documents = self._documents.drop_unused(_list_documents(owners))
        self._documents.remove_files(*documents)
        self._removal.remove(*map(self._call_folder, calls))
        return len(ids)

    def _drop_receptions(self, which: Select[Any]) -> int:
        ids = [row[0] for row in self._db.rows(which.limit(PIECE))]
        if not ids:
            return 0
        table = schema.reception
        with self._db.transaction():
            calls = [row.call for row in self._db.rows(select(table.c.call).where(table.c.id.in_(ids)))]
            self._db.run(update(schema.call).where(schema.call.c.id.in_(calls)).values(transcript=False))
            self._forget(ids)
            self._db.run(delete(table).where(table.c.id.in_(ids)))
        self._removal.remove(*map(self._call_folder, calls))
        return len(ids)

    def _forget(self, subjects: Sequence[str]) -> None:
        self._entries.remove(*subjects)
        self._db.run(delete(schema.delivery).where(schema.delivery.c.subject.in_(subjects)))

    # ------------------------------------------------------------ room

    def count_octets(self, owner: str) -> int:
        """Count the octets of a person's documents: what a quota would look at."""
        document, submission = schema.document, schema.submission
        used = exists().where(submission.c.document == document.c.id, submission.c.owner == owner)
        return int(self._db.value(select(func.coalesce(func.sum(document.c.octets), 0)).where(used)))


def _is_to_be_archived(job: ColumnElement[str]) -> ColumnElement[bool]:
    """True for a job whose copy is not in the archive yet: ours is the only one."""
    copy = schema.sent_copy
    return exists().where(copy.c.job == job, copy.c.state == Copying.WAITING.value)


def _list_documents(submissions: Sequence[Row[Any]]) -> list[str]:
    """List the documents of submissions, with those of the drafts that they were."""
    return [id for row in submissions for id in (row.document, row.draft_document) if id]
