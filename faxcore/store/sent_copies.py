# SPDX-License-Identifier: GPL-3.0-or-later
"""Copies of what was sent, on their way into the archive.

A fax may take several calls, and of each page counts what went out in the call in which it was confirmed. So what was
composed for a call that has confirmed a page stays in its folder as long as the copy is `keeping`; when the job is done
it is `waiting` for its files to be in the archive, and then `filed`. Of a job that fails or is cancelled there is no
copy. Nothing is moved or copied on the way: a crash changes nothing of what is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Row, Select, delete, func, select, update

from faxcore.model.job import FINAL, State
from faxcore.model.recipient import Recipient
from faxcore.store import schema
from faxcore.store.database import Database

TIFF: Final = "sent.tif"
PDF: Final = "sent.pdf"
"""The two files, in the folder of the job's last call, until they are in the archive."""
_MADE_OF_THEM: Final = frozenset({TIFF, PDF, f".{TIFF}.half", f".{PDF}.half"})


class Copying(Enum):
    """The states of a copy."""

    KEEPING = "keeping"
    WAITING = "waiting"
    FILED = "filed"


@dataclass(frozen=True)
class SentCopyRow:
    """The copy of one job that is done."""

    id: str
    """The job's."""
    state: Copying
    folder: str
    tiff: str
    pdf: str
    tiff_sha256: str
    pdf_sha256: str
    owner: str
    title: str
    destination: str
    last_name: str
    first_name: str
    company: str
    payer: str
    """The code of who pays; empty: nobody."""
    call: str
    """Its last call."""
    started: str
    """When that began: what the header line says."""

    @property
    def recipient(self) -> Recipient:
        """The recipient of the fax, whose number is that called."""
        return Recipient(self.destination, self.last_name, self.first_name, company=self.company)


@dataclass(frozen=True)
class SentPages:
    """Pages of a fax that a call has brought over."""

    call: str
    file: str
    """The name of what was composed, in the folder of the call."""
    first: int
    last: int
    """Of its pages, 1 = first."""


class SentCopies:
    """The table `sent_copy`."""

    def __init__(self, database: Database) -> None:
        self._db = database

    # ------------------------------------------------------------ as the job goes on

    def want(self, job: str) -> None:
        """Note that a job of which nothing is confirmed yet is to be archived when it is done."""
        new = self._db.insert(schema.sent_copy).values(job=job, state=Copying.KEEPING.value)
        self._db.run(new.on_conflict_do_nothing())

    def is_wanted(self, job: str) -> bool:
        """Return True if what is sent for this job must be kept."""
        table = schema.sent_copy
        return self._db.row(select(table.c.job).where(table.c.job == job)) is not None

    def follow(self, job: str, state: State) -> None:
        """A job is in another state. In the caller's transaction."""
        table = schema.sent_copy
        if state is State.DONE:
            self._change(job, state=Copying.WAITING.value)
        elif state in FINAL:
            self._db.run(delete(table).where(table.c.job == job))

    def set_folder(self, job: str, folder: Path) -> None:
        """Note where its files are going to lie, under names that are not chosen yet."""
        self._change(job, folder=str(folder), tiff="", pdf="")

    def name_files(self, job: str, tiff: Path, pdf: Path) -> None:
        """Note the names that its files are going to have."""
        self._change(job, tiff=str(tiff), pdf=str(pdf))

    def set_filed(self, job: str, tiff_sha256: str, pdf_sha256: str) -> None:
        """Note that its files are in the archive, and what is in them."""
        self._change(job, state=Copying.FILED.value, tiff_sha256=tiff_sha256, pdf_sha256=pdf_sha256)

    def _change(self, job: str, **values: str) -> None:
        self._db.run(update(schema.sent_copy).where(schema.sent_copy.c.job == job).values(**values))

    # ------------------------------------------------------------ reading

    def get(self, job: str) -> SentCopyRow | None:
        """The copy of this job, if it is done and has one."""
        row = self._db.row(_select().where(schema.sent_copy.c.job == job))
        return None if row is None else _copy(row)

    def waiting(self) -> list[SentCopyRow]:
        """Those whose files are not in the archive yet, oldest first."""
        table = schema.sent_copy
        wanted = _select().where(table.c.state == Copying.WAITING.value).order_by(table.c.job)
        return [_copy(row) for row in self._db.rows(wanted)]

    def find_pages(self, job: str) -> list[SentPages]:
        """Find where each page of a job that is done is as it was sent, in order."""
        calls = self._db.rows(
            select(schema.call.c.id, schema.call.c.shortened).where(schema.call.c.job == job).order_by(schema.call.c.id)
        )
        files = {row.id: _composed(row.shortened) for row in calls}
        confirmation = schema.confirmation
        confirmed = {
            row.page: row.call
            for row in self._db.rows(select(confirmation.c.page, confirmation.c.call).where(confirmation.c.job == job))
        }
        pages = int(self._db.value(select(schema.job.c.pages).where(schema.job.c.id == job)) or 0)
        found: list[SentPages] = []
        # What nobody confirmed, and yet has arrived as a person says, went out in the last call.
        call = calls[-1].id
        for page in range(pages, 0, -1):
            call = confirmed.get(page, call)
            if found and found[-1].call == call:
                found[-1] = SentPages(call, files[call], page, found[-1].last)
            else:
                found.append(SentPages(call, files[call], page, page))
        return found[::-1]

    def needed(self, call: str) -> frozenset[str]:
        """Find the files in the folder of a call that is over which are still needed for the copy."""
        table, other = schema.call, schema.call.alias()
        copy, job, confirmation = schema.sent_copy, schema.job, schema.confirmation
        row = self._db.row(
            select(
                copy.c.state,
                job.c.state.label("job_state"),
                table.c.shortened,
                select(func.max(other.c.id)).where(other.c.job == job.c.id).scalar_subquery().label("last"),
                select(func.count()).where(confirmation.c.call == table.c.id).scalar_subquery().label("confirmed"),
            )
            .join_from(table, job, table.c.job == job.c.id)
            .join(copy, copy.c.job == job.c.id)
            .where(table.c.id == call, copy.c.state != Copying.FILED.value)
        )
        if row is None:
            return frozenset()
        waiting = row.state == Copying.WAITING.value
        # Whether the last page of an uncertain fax has arrived is for a person to say.
        open_end = row.last == call and (waiting or row.job_state in _UNDECIDED)
        composed = {_composed(row.shortened)} if row.confirmed or open_end else set()
        return frozenset(composed | (_MADE_OF_THEM if waiting and row.last == call else set()))

    def calls_of(self, job: str) -> Sequence[str]:
        """List the calls of a job."""
        table = schema.call
        return [row.id for row in self._db.rows(select(table.c.id).where(table.c.job == job).order_by(table.c.id))]


_UNDECIDED: Final = frozenset({State.UNCERTAIN.value, State.FINAL_PENDING.value})


def _composed(shortened: str) -> str:
    return f"document-{shortened}.tif" if shortened else "document.tif"


def _select() -> Select[Any]:
    copy, job, submission, call, other = (
        schema.sent_copy,
        schema.job,
        schema.submission,
        schema.call,
        schema.call.alias(),
    )
    last = select(func.max(other.c.id)).where(other.c.job == job.c.id).scalar_subquery()
    columns = [
        copy.c.job.label("id"),
        copy.c.state,
        copy.c.folder,
        copy.c.tiff,
        copy.c.pdf,
        copy.c.tiff_sha256,
        copy.c.pdf_sha256,
        job.c.owner,
        submission.c.title,
        job.c.destination,
        job.c.last_name,
        job.c.first_name,
        job.c.company,
        job.c.payer,
        call.c.id.label("call"),
        call.c.started,
    ]
    return select(*columns).join_from(copy, job).join(submission).join(call, call.c.id == last)


def _copy(row: Row[Any]) -> SentCopyRow:
    return SentCopyRow(**{**row._mapping, "state": Copying(row.state)})
