# SPDX-License-Identifier: GPL-3.0-or-later
"""The words of mails: a document that is fetched is not a fax that is sent."""

from __future__ import annotations

from dataclasses import MISSING, fields, replace

from faxcore.model.job import JobKind, State
from faxcore.model.sentence import NOTHING
from faxcore.outbox.mail_texts import write_retry
from faxcore.store.jobs import JobRow

_BLANK = {each.name: "" for each in fields(JobRow) if each.default is MISSING}
JOB = JobRow(
    **_BLANK  # type: ignore[arg-type]
    | {
        "state": State.SLEEPING,
        "last_name": "Martin",
        "reason": NOTHING,
        "pages": 3,
        "confirmed": 0,
        "changed": "2026-11-28T12:00:00Z",
        "next_try": "2026-11-28T12:05:00Z",
        "kind": JobKind.SEND,
    }
)


def test_a_call_that_failed_is_told_for_what_it_was() -> None:
    fax, document = write_retry(JOB), write_retry(replace(JOB, kind=JobKind.FETCH))
    assert str(fax.subject) == "Fax to Martin will be tried again"
    assert [str(each) for each in fax.opening] == [
        "A call for this fax has failed.",
        "It is tried again by itself; nothing is to be done.",
    ]
    assert str(document.subject) == "Document of Martin will be fetched later"
    assert str(document.opening[0]) == "A call that was to fetch a document has failed."
