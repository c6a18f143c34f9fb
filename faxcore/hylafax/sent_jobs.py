# SPDX-License-Identifier: GPL-3.0-or-later
"""The jobs of HylaFAX that are over (`doneq`) as jobs of ours, with their documents, drawn anew behind the wall, and
the calls of the log that were made for them. A job whose document is gone is none: only its calls are known.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO, Final

from faxcore.checkpoint import checkpoint
from faxcore.config import Config
from faxcore.dialling.numbers import number_key
from faxcore.document.document_error import DocumentError, Reason
from faxcore.document.join import join_pages
from faxcore.document.renderer import render
from faxcore.hylafax.causes import quote
from faxcore.hylafax.choices import Choices, Directory
from faxcore.hylafax.import_report import Tally
from faxcore.hylafax.job_file import DONE, FAILED, LARGEST, JobFile, NoJob, parse_job
from faxcore.hylafax.log_records import LogRecord, Record
from faxcore.hylafax.logged_calls import LoggedCalls
from faxcore.hylafax.received_faxes import Stopped
from faxcore.hylafax.spool import JOB, NotThere, Spool
from faxcore.model.header import SHIPPED
from faxcore.model.job import State
from faxcore.model.recipient import Recipient
from faxcore.model.sentence import NOTHING, Sentence
from faxcore.store.documents import DocumentRow
from faxcore.store.ids_and_times import derived_id, format_time
from faxcore.store.imported import ImportedJob, key_part
from faxcore.store.store import Store
from faxcore.store.synced_files import hash_file, remove, settle, sync_file

_LONGEST: Final = timedelta(days=30)
"""So long a job may have been tried, at the most; numbers of jobs begin anew."""


def read_jobs(spool: Spool, now: datetime, tally: Tally) -> dict[str, JobFile]:
    """Read the jobs that are over; what is no job, or not over, is refused in the tally. Stopped if they may not be
    read.
    """
    jobs: dict[str, JobFile] = {}
    for name in _list(spool, "doneq"):
        try:
            with spool.open(name, LARGEST) as file:
                job = parse_job(file.read(LARGEST + 1))
            if job.state not in (DONE, FAILED):
                raise NoJob(Sentence("It is not over."))
            if job.at > now + timedelta(days=1):
                raise NoJob(Sentence("Its date cannot be right: {date}.", {"date": job.at.strftime("%Y-%m-%d %H:%M")}))
        except (NotThere, NoJob) as error:
            tally.refuse(name, error.sentence)
        else:
            if job.is_fax:
                jobs[name] = job
            else:
                tally.left_out += 1
    for name in _list(spool, "sendq"):
        tally.refuse(name, Sentence("It waits to be sent: let HylaFAX send it, or send it from here."))
    return jobs


def _list(spool: Spool, folder: str) -> list[str]:
    try:
        return spool.find_files(folder, JOB)
    except NotThere as error:
        raise Stopped(Sentence("{folder}: {reason}", {"folder": folder, "reason": error.sentence})) from error


class SentJobs:
    """Brings in jobs that are over."""

    def __init__(
        self, store: Store, spool: Spool, config: Config, choices: Choices, directory: Directory, log: LoggedCalls
    ) -> None:
        self._store = store
        self._spool = spool
        self._config = config
        self._choices = choices
        self._directory = directory
        self._log = log

    def run(self, jobs: Mapping[str, JobFile], tally: Tally) -> None:
        """Bring in all of these. Stopped, OSError or StoreError if it cannot go on."""
        known = self._store.imported.list_jobs()
        for name, job in sorted(jobs.items(), key=lambda each: each[1].at):
            id = derived_id(job.at, f"hylafax\tjob\t{job.key}")
            if key_part(id) in known:
                tally.there += 1
                continue
            owner = self._directory.find_person(job.whose)
            if not owner:
                tally.refuse(name, Sentence("It is nobody's here: only its calls are in the log."))
                continue
            try:
                self._bring(id, owner, job)
            except (NotThere, DocumentError) as error:
                if isinstance(error, DocumentError) and error.reason in (Reason.NO_WALL, Reason.NO_SPACE):
                    raise Stopped(error.sentence) from error
                reason = {"reason": error.sentence}
                tally.refuse(name, Sentence("Only its calls are in the log. Its document: {reason}", reason))
            else:
                tally.imported += 1
                known.add(key_part(id))

    def _bring(self, id: str, owner: str, job: JobFile) -> None:
        final = self._store.documents.pages_file(id)
        part = final.with_suffix(".part")
        document = self._draw(id, job, part, self._choices.dry)
        if self._choices.dry:
            return
        settle(part, final)
        checkpoint("imported document on disk, no row")
        records = _find_records(job, self._log)
        calls = [self._log.make_call(record, self._directory, self._config) for record in records]
        ended = max((call.ended for call in calls), default=format_time(job.at))
        made = ImportedJob(
            id=id,
            owner=owner,
            key=f"hylafax:{job.key}",
            document=document,
            title=job.tag or job.subject,
            subject=job.subject,
            header=SHIPPED[0],
            recipient=Recipient(job.to, last_name=job.receiver, company=job.company),
            destination=number_key(job.to, self._config.dialling),
            sub_address=job.sub_address,
            state=State.DONE if job.state == DONE else State.FAILED,
            reason=NOTHING if job.state == DONE else quote(job.status or "?"),
            created=min((call.started for call in calls), default=format_time(job.at)),
            changed=ended,
            pages=document.pages,
            confirmed=min(job.confirmed, document.pages),
            dials=job.dials,
            tries=job.tries,
            calls=tuple(call.id for call in calls),
        )
        with self._store.transaction():
            self._store.imported.add_job(made)
            checkpoint("imported job written, not committed")
        checkpoint("imported job committed")

    def _draw(self, id: str, job: JobFile, part: Path, dry: bool) -> DocumentRow:
        """Draw its documents into a file; its row. NotThere or DocumentError if that cannot be."""
        if not job.documents:
            raise NotThere(Sentence("It names none."))
        with ExitStack() as opened:
            drawn = []
            for path in job.documents:
                source = opened.enter_context(self._spool.open_document(path))
                drawn.append(opened.enter_context(render(source)).file)
            remove(part)
            made: BinaryIO = tempfile.TemporaryFile() if dry else part.open("x+b")  # noqa: SIM115 - closed with the rest
            output = opened.enter_context(made)
            sizes = join_pages(drawn, 1, output)
        if dry:
            return DocumentRow(id, "", len(sizes), sizes[0].resolution, 0, False)
        part.chmod(0o640)
        sync_file(part)
        return DocumentRow(id, hash_file(part), len(sizes), sizes[0].resolution, part.stat().st_size, False)


def _find_records(job: JobFile, log: LoggedCalls) -> list[LogRecord]:
    """Find the records of the calls that were made for a job: up to the last that its file names."""
    theirs = [
        record
        for record in log.records
        if record.kind is Record.SEND and (record.job, record.number) == (job.number, job.to)
    ]
    last = next((record for record in reversed(theirs) if record.commid == job.commid), None)
    if last is None:
        return []
    return [record for record in theirs if timedelta(0) <= last.at - record.at <= _LONGEST]
