# SPDX-License-Identifier: GPL-3.0-or-later
"""The end of a call out, written down: the call, what it has taught, and what becomes of its job."""

from __future__ import annotations

from faxcore.checkpoint import checkpoint
from faxcore.config import QueueConfig
from faxcore.model.call import CallReport, Outcome
from faxcore.model.job import State
from faxcore.model.paper import told_shortened
from faxcore.queue.experience import learn
from faxcore.queue.policy import after_call
from faxcore.store import deliveries
from faxcore.store.jobs import JobRow
from faxcore.store.store import Store


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
    learn(store.call_history, job.destination, report, job.confirmed + 1, queue.remember_days)
    now = jobs.get(job.id)
    assert now is not None
    verdict = after_call(now.state, report, now.tries, queue, cancelled or now.cancelled)
    if report.outcome is Outcome.OK:
        # The confirmation of the last page is the end of the call; rows for it may not have come apart.
        jobs.confirm(now.id, now.pages, call)
    arrived_shortened = report.outcome is Outcome.OK and now.paper_plan.shortened
    reason = told_shortened(now.paper_plan) if arrived_shortened else report.reason
    after = jobs.event(now.id, *verdict.events, reason=reason)
    if after.state is State.SLEEPING:
        jobs.sleep(after.id, verdict.wait if wait is None else wait, verdict.counted)
    if after.state in deliveries.ANNOUNCED:
        store.deliveries.add(f"{deliveries.JOB}-{after.state.value}", after.id, after.owner)
        checkpoint("verdict written, not committed")
