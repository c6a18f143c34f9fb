# SPDX-License-Identifier: GPL-3.0-or-later
"""Faxes and calls of another fax program, as rows of ours. The id of each is made of its time and its name there
(`derived_id`): what is imported again is known, and stands in its place among what came before and behind it.

Nobody is told of them, and none is to be sent: they have happened.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select, update

from faxcore.contract.codec import encode
from faxcore.contract.listed import FOLDERS, Folder
from faxcore.model.call import AnswerKnown, Direction, Outcome
from faxcore.model.header import Header
from faxcore.model.job import State
from faxcore.model.recipient import Recipient
from faxcore.model.sentence import NOTHING, Sentence, to_text
from faxcore.store import schema
from faxcore.store.database import Database
from faxcore.store.documents import DocumentRow, Documents
from faxcore.store.entries import Entries, Kind
from faxcore.store.ids_and_times import KEY_AT
from faxcore.store.receptions import ReceptionRow, words_of_reception
from faxcore.store.words import join_words


@dataclass(frozen=True)
class ImportedCall:
    """A call that is over."""

    id: str
    direction: Direction
    line: str
    started: str
    ended: str
    outcome: Outcome
    answered: str | None = None
    owner: str = ""
    """Of a call out, whose fax it was; empty: nobody's."""
    destination: str = ""
    """The number called, theirs or ours, as its key."""
    caller: str = ""
    pages: int = 0
    confirmed: int = 0
    received: int = 0
    reason: Sentence = NOTHING
    rate: int = 0
    modulation: str = ""
    coding: str = ""
    resolution: str = ""
    error_correction: bool = False
    remote_id: str = ""
    sub_address: str = ""
    bad_rows: int = 0
    dial_seconds: float = 0.0
    seconds: float = 0.0
    follows: str = ""


@dataclass(frozen=True)
class ImportedJob:
    """A job that is over, with the calls that were made for it."""

    id: str
    owner: str
    key: str
    """The key of its submission."""
    document: DocumentRow
    title: str
    subject: str
    header: Header
    recipient: Recipient
    destination: str
    sub_address: str
    state: State
    """One of those that a job never leaves."""
    reason: Sentence
    created: str
    changed: str
    pages: int
    confirmed: int
    dials: int
    tries: int
    calls: tuple[str, ...] = ()


class Imported:
    """Writes rows of what has happened elsewhere. Each method's rows come together, or not at all."""

    def __init__(self, database: Database, documents: Documents, entries: Entries) -> None:
        self._db = database
        self._documents = documents
        self._entries = entries

    def list_calls(self) -> set[str]:
        """List what names the calls that are there (`key_part`)."""
        return {key_part(row.id) for row in self._db.rows(select(schema.call.c.id))}

    def list_jobs(self) -> set[str]:
        """List what names the jobs that are there."""
        return {key_part(row.id) for row in self._db.rows(select(schema.job.c.id))}

    def add_calls(self, calls: Sequence[ImportedCall]) -> None:
        """Add calls of which there is none yet. In the caller's transaction."""
        self._db.add_all(schema.call, [_call_values(call) for call in calls])

    def add_reception(
        self,
        row: ReceptionRow,
        call: ImportedCall,
        owners: Iterable[str],
        trace: Sequence[Sentence],
        numbers: Sequence[str],
        read: bool,
    ) -> None:
        """Add a fax that was received, with its call; `numbers` are the keys of the numbers of its call. In the
        caller's transaction.
        """
        self.add_calls([call])
        values = {name: getattr(row, name) for name in ReceptionRow.__dataclass_fields__ if name in schema.reception.c}
        values.update(
            state=row.state.value,
            outcome=call.outcome.value,
            reason=to_text(row.reason),
            trace=json.dumps(encode(list(trace)), ensure_ascii=False),
        )
        self._db.add(schema.reception, **values)
        words = words_of_reception(row, numbers)
        for person in sorted(owners):
            self._db.add(schema.reception_owner, reception=row.id, person=person)
            self._entries.add(Kind.RECEPTION, row.id, person, Folder.INBOX, words, row.called_key)
            if read:
                self._entries.mark_read(person, row.id, True)

    def add_job(self, job: ImportedJob) -> None:
        """Add a job that is over, with the document whose files are on disk. In the caller's transaction."""
        self._documents.add(job.document)
        self._db.add(
            schema.submission,
            id=job.id,
            owner=job.owner,
            key=job.key,
            document=job.document.id,
            title=job.title,
            subject=job.subject,
            header=json.dumps(encode(job.header), ensure_ascii=False),
            created=job.created,
        )
        recipient = job.recipient
        self._db.add(
            schema.job,
            id=job.id,
            submission=job.id,
            owner=job.owner,
            state=job.state.value,
            priority=0,
            number=recipient.number,
            destination=job.destination,
            sub_address=job.sub_address,
            last_name=recipient.last_name,
            company=recipient.company,
            created=job.created,
            changed=job.changed,
            reason=to_text(job.reason),
            pages=job.pages,
            confirmed=job.confirmed,
            dials=job.dials,
            tries=job.tries,
        )
        call = schema.call
        self._db.run(update(call).where(call.c.id.in_(job.calls), call.c.job.is_(None)).values(job=job.id))
        texts = [recipient.last_name, recipient.company, job.subject, job.title, job.sub_address]
        words = join_words(texts, [job.destination, recipient.number])
        self._entries.add(Kind.JOB, job.id, job.owner, FOLDERS[job.state], words)


def key_part(id: str) -> str:
    """Give the part of a derived id that does not depend on its time: the zone of a machine may have changed."""
    return id[KEY_AT:]


def _call_values(call: ImportedCall) -> dict[str, object]:
    values = dict(vars(call))
    values.update(
        direction=call.direction.value,
        dialled=call.destination if call.direction is Direction.OUT else "",
        first_page=1 if call.direction is Direction.OUT else 0,
        answer_known=(AnswerKnown.LINE if call.answered else AnswerKnown.NOT).value,
        outcome=call.outcome.value,
        reason=to_text(call.reason),
        # There is none.
        transcript=False,
    )
    return values
