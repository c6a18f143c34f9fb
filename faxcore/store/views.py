# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows of the store as values of the contract."""

from __future__ import annotations

from faxcore.contract.bus import Call, Draft, Job, Reception
from faxcore.model.call import Outcome
from faxcore.model.sentence import NOTHING, Sentence
from faxcore.store.drafts import DraftRow
from faxcore.store.jobs import CallRow, JobRow
from faxcore.store.receptions import ReceptionRow


def view_draft(draft: DraftRow) -> Draft:
    """Make a draft of its row."""
    return Draft(draft.id, draft.title, draft.created, draft.pages, draft.resolution)


def view_job(job: JobRow, progress: Sentence = NOTHING) -> Job:
    """Make a job of its row, and of where its call is."""
    return Job(
        id=job.id,
        state=job.state,
        title=job.title,
        number=job.number,
        recipient=job.recipient.display_name(),
        subject=job.subject,
        header=job.header.id,
        created=job.created,
        changed=job.changed,
        pages=job.pages,
        confirmed=job.confirmed,
        tries=job.tries,
        reason=job.reason,
        progress=progress,
    )


def view_call(call: CallRow) -> Call:
    """Make a call of its row."""
    report = call.report
    if report is None:
        return Call(call.started, call.line)
    return Call(
        started=call.started,
        line=call.line,
        outcome=report.outcome,
        reason=report.reason,
        sent=report.sent,
        confirmed=report.confirmed,
        rate=report.rate,
        remote_id=report.remote_id,
        seconds=report.seconds,
    )


def view_reception(reception: ReceptionRow) -> Reception:
    """Make a reception of the row of one that is filed."""
    return Reception(
        id=reception.id,
        received=reception.received,
        line=reception.line,
        called=reception.called,
        caller=reception.caller,
        remote_id=reception.remote_id,
        outcome=reception.outcome or Outcome.OK_PARTIAL,
        pages=reception.pages,
        bad_rows=reception.bad_rows,
        sub_address=reception.sub_address or "",
        reason=reception.reason,
        tiff=reception.tiff,
        pdf=reception.pdf,
    )
