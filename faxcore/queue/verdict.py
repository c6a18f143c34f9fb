# SPDX-License-Identifier: GPL-3.0-or-later
"""The end of a call out, written down: the call, what it has taught, and what becomes of its job."""

from __future__ import annotations

from typing import Final

from faxcore.checkpoint import checkpoint
from faxcore.config import QueueConfig
from faxcore.model.attempts import Attempts
from faxcore.model.call import CallReport, Outcome
from faxcore.model.job import Event, JobKind, State
from faxcore.model.paper import told_shortened
from faxcore.model.sentence import NOTHING, Sentence
from faxcore.queue.call_limits import count_call, find_limit, spread_wait
from faxcore.queue.experience import learn
from faxcore.queue.policy import after_call
from faxcore.store import deliveries
from faxcore.store.jobs import JobRow
from faxcore.store.store import Store

TIME_IS_OVER: Final = Sentence("the time in which it was to be sent is over")


def write_verdict(
    store: Store,
    queue: QueueConfig,
    job: JobRow,
    call: str,
    report: CallReport,
    cancelled: bool = False,
    wait: float | None = None,
) -> None:
    """Write the end of a call of this job, which is as it was when the call began. `wait`: seconds until the next try,
    if that is not what the configuration says. In the caller's transaction.
    """
    jobs = store.jobs
    store.calls.end(call, report)
    checkpoint("call's end written, not committed")
    # A document that is fetched begins with its first page in every call, and each that breaks off is in vain.
    first_page = job.confirmed + 1 if job.kind is JobKind.SEND else report.confirmed + 1
    if job.kind is JobKind.SEND:
        learn(store.call_history, job.destination, report, first_page, queue.remember_days)
    now = jobs.get(job.id)
    assert now is not None
    attempts = count_call(now.attempts, report, first_page)
    seconds = _find_wait(queue, report, job.id, now.attempts.dials) if wait is None else wait
    # What a person has changed meanwhile has its own calls and its own time.
    limit = NOTHING if now.wish or report.not_begun else _find_limit(store, queue, now, attempts, report, seconds)
    events = after_call(now.state, report, bool(limit), cancelled or now.cancelled, now.goes_elsewhere)
    if job.kind is JobKind.FETCH:
        jobs.set_fetched(now.id, report.received)
    elif report.outcome is Outcome.OK:
        # The confirmation of the last page is the end of the call; rows for it may not have come apart.
        jobs.confirm(now.id, now.pages, call)
    jobs.count_attempts(now.id, attempts)
    after = jobs.event(now.id, *events, reason=_find_reason(now, report, events, limit))
    if after.state is State.SLEEPING:
        jobs.sleep(after.id, seconds)
        store.job_changes.fulfil(after.id)
        if not report.not_begun and report.outcome is not Outcome.LOCAL_ABORT:
            store.deliveries.add_mail(f"{deliveries.JOB_RETRY}-{attempts.dials}", after.id, after.owner)
    # Of what was fetched its reception is told.
    fetched = job.kind is JobKind.FETCH and after.state is State.DONE
    if after.state in deliveries.ANNOUNCED and not fetched:
        store.deliveries.add(f"{deliveries.JOB}-{after.state.value}", after.id, after.owner)
        checkpoint("verdict written, not committed")


def _find_wait(queue: QueueConfig, report: CallReport, job: str, dials: int) -> float:
    if report.outcome is Outcome.LOCAL_ABORT or report.not_begun:
        return 0.0
    return spread_wait(queue.seconds(report.outcome), queue, job, dials)


def _find_limit(
    store: Store, queue: QueueConfig, job: JobRow, attempts: Attempts, report: CallReport, seconds: float
) -> Sentence:
    """Find the bound that the job has come to, of calls or of time; nothing if there is none."""
    reached = attempts.tries > 0 or store.call_history.was_reached(job.destination)
    limit = find_limit(attempts, report.outcome, reached, queue)
    deadline = job.deadline
    if not limit and deadline is not None and store.database.later(seconds) >= deadline:
        return TIME_IS_OVER
    return limit


def _find_reason(job: JobRow, report: CallReport, events: tuple[Event, ...], limit: Sentence) -> Sentence:
    if report.outcome is Outcome.OK and job.paper_plan.shortened:
        return told_shortened(job.paper_plan)
    if Event.GAVE_UP in events and limit and report.reason:
        return explain_given_up(report.reason, limit)
    return report.reason


def explain_given_up(reason: Sentence, limit: Sentence) -> Sentence:
    """Say why the last call failed, and which bound there is no other for."""
    return Sentence("{reason} Given up: {limit}.", {"reason": reason, "limit": limit})
