# SPDX-License-Identifier: GPL-3.0-or-later
"""Put the queue in order after a crash: nothing is left between two states, and nothing is guessed.

The worker of a line brings what it can to its end without the service, and leaves its report in the call's folder. So a
call is looked at when no worker is at its line any more, and its job becomes what the report says. Without a report, a
job that was `active` was on its way: it goes back to sleep, its try counted. One that was `final-pending` may have
arrived, so it is `uncertain` and a person decides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Final

from faxcore.config import QueueConfig
from faxcore.model.call import CallReport, Direction, Outcome
from faxcore.model.job import IN_CALL, Event, JobKind, State
from faxcore.model.paper import Paper
from faxcore.model.sentence import NOTHING, Sentence
from faxcore.queue.call_limits import find_dial_limit
from faxcore.queue.verdict import explain_given_up, write_verdict
from faxcore.store import deliveries
from faxcore.store.calls import CallRow, make_interrupted
from faxcore.store.jobs import JobRow
from faxcore.store.store import Store

Close = Callable[[str, CallReport | None, Sentence], None]
"""Makes a fax of what a call has fetched that is over, as `Fetched.close` does."""

RESTARTED: Final = Sentence("The service was restarted during the call.")


def close_nothing(_call: str, _report: CallReport | None, _reason: Sentence) -> None:
    """For a call that sends."""


def restart_gone_lines(store: Store, lines: Iterable[str], queue: QueueConfig, close: Close) -> None:
    """Bring every job to a state of its own that was in a call on a line that is not among these, or in none. To be
    called once, before any line is started: the others are left to `restart_line`.
    """
    here = set(lines)
    with store.transaction():
        waiting = set()
        for call in store.calls.find_open(Direction.OUT):
            if call.line in here:
                waiting.add(call.job)
            else:
                _restart_call(store, call, queue, close)
        for job in store.jobs.in_state(*IN_CALL):
            if job.id not in waiting:
                restart_job(store, queue, job.id, RESTARTED)


def restart_line(store: Store, line: str, queue: QueueConfig, close: Close) -> list[str]:
    """Bring the jobs to states of their own whose calls were on this line when the service ended; their ids. No worker
    is at the line any more.
    """
    calls = [call for call in store.calls.find_open(Direction.OUT) if call.line == line]
    with store.transaction():
        for call in calls:
            _restart_call(store, call, queue, close)
    return [call.job for call in calls if call.job is not None]


def _restart_call(store: Store, call: CallRow, queue: QueueConfig, close: Close) -> None:
    job = store.jobs.get(call.job) if call.job is not None else None
    report = store.find_report(call.id)
    if job is None or job.state not in IN_CALL:
        store.calls.end(call.id, report or make_interrupted(RESTARTED))
    else:
        end_unheard(store, queue, job, call.id, report, RESTARTED, close, bool(call.follows))


def end_unheard(
    store: Store,
    queue: QueueConfig,
    job: JobRow,
    call: str,
    report: CallReport | None,
    reason: Sentence,
    close: Close,
    follows: bool = False,
) -> None:
    """Write the end of a call that nobody heard, by its worker's report if there is one. In the caller's transaction.
    `follows`: the job went out behind another in the same telephone call. That was not dialled for it: it counts for
    nothing, and the next one is.

    A worker that broke the call off because the service was gone has only done what it had to: the try counts, as it
    does without a report, or a service that crashes in each call would dial for ever.
    """
    if job.kind is JobKind.FETCH:
        close(call, report, reason)
    elif report is not None:
        if report.shortened:
            store.jobs.shorten(job.id, job.confirmed + 1, Paper(report.shortened), report.pages, call)
        for page in range(job.confirmed + 1, report.confirmed + 1):
            store.jobs.confirm(job.id, page, call)
    if report is None or report.outcome is Outcome.LOCAL_ABORT:
        if job.kind is JobKind.SEND:
            store.calls.end(call, report or make_interrupted(reason))
        if follows:
            store.jobs.count_attempts(job.id, replace(job.attempts, dials=job.dials - 1))
        restart_job(store, queue, job.id, reason)
    else:
        write_verdict(store, queue, job, call, report)


def restart_job(store: Store, queue: QueueConfig, id: str, reason: Sentence) -> None:
    """Bring a job to a state of its own whose call has ended nobody knows how."""
    with store.transaction():
        job = store.jobs.event(id, Event.SERVICE_RESTARTED, reason=reason)
        if job.state is State.SLEEPING and job.cancelled:
            job = store.jobs.event(id, Event.CANCELLED, reason=NOTHING)
        limit = NOTHING if job.wish else find_dial_limit(job.attempts, queue)
        if job.state is State.SLEEPING and limit:
            job = store.jobs.event(id, Event.GAVE_UP, reason=explain_given_up(reason, limit))
        if job.state is State.SLEEPING:
            store.jobs.sleep(id, 0)
            store.job_changes.fulfil(id)
        else:
            store.deliveries.add(f"{deliveries.JOB}-{job.state.value}", id, job.owner)
