# SPDX-License-Identifier: GPL-3.0-or-later
"""Drafts, jobs and receptions as the bus and the windows know them: the dictionaries of `faxcore.contract.bus`."""

from __future__ import annotations

from typing import Any

from faxcore.store.drafts import DraftRow
from faxcore.store.jobs import JobRow
from faxcore.store.receptions import ReceptionRow

Values = dict[str, Any]


def draft_values(draft: DraftRow) -> Values:
    """A DRAFT dictionary."""
    return {
        "id": draft.id,
        "title": draft.title,
        "created": draft.created,
        "pages": draft.pages,
        "resolution": draft.resolution,
    }


def job_values(job: JobRow, progress: str = "") -> Values:
    """A JOB dictionary."""
    return {
        "id": job.id,
        "state": job.state.value,
        "title": job.title,
        "number": job.number,
        "recipient": job.recipient.display_name(),
        "subject": job.subject,
        "header": job.header.id,
        "created": job.created,
        "changed": job.changed,
        "reason": job.reason,
        "pages": job.pages,
        "confirmed": job.confirmed,
        "tries": job.tries,
        "progress": progress,
    }


def call_values(call: Values) -> Values:
    """One of a job's calls, for ShowJob."""
    texts = {key: str(call.get(key, "")) for key in ("started", "outcome", "reason", "remote_id", "line")}
    counts = {key: int(call.get(key, 0)) for key in ("sent", "confirmed", "rate")}
    return {**texts, **counts, "seconds": float(call.get("seconds", 0.0))}


def reception_values(reception: ReceptionRow) -> Values:
    """A RECEPTION dictionary."""
    return {
        "id": reception.id,
        "received": reception.received,
        "line": reception.line,
        "called": reception.called,
        "sub_address": reception.sub_address or "",
        "caller": reception.caller,
        "remote_id": reception.remote_id,
        "outcome": reception.outcome,
        "reason": reception.reason,
        "tiff": reception.tiff,
        "pdf": reception.pdf,
        "pages": reception.pages,
        "bad_rows": reception.bad_rows,
    }
