# SPDX-License-Identifier: GPL-3.0-or-later
"""Give up faxes whose time is over while they wait, and tell their senders."""

from __future__ import annotations

from collections.abc import Sequence

from faxcore.model.job import Event
from faxcore.model.sentence import Sentence
from faxcore.queue.verdict import TIME_IS_OVER, explain_given_up
from faxcore.store import deliveries
from faxcore.store.jobs import JobRow
from faxcore.store.store import Store


def give_up_late(store: Store, most: int) -> list[JobRow]:
    """Give up the faxes that wait and whose time is over, so many at most; those faxes."""
    with store.transaction():
        return give_up(store, [(job.id, _explain(job)) for job in store.jobs.find_late(most)])


def give_up(store: Store, reasons: Sequence[tuple[str, Sentence]]) -> list[JobRow]:
    """Give up the faxes with these ids, each for its reason; those faxes."""
    with store.transaction():
        given_up = [store.jobs.event(id, Event.GAVE_UP, reason=reason) for id, reason in reasons]
        for job in given_up:
            store.deliveries.add(f"{deliveries.JOB}-{job.state.value}", job.id, job.owner)
        return given_up


def _explain(job: JobRow) -> Sentence:
    if not job.reason:
        return Sentence("No line was free before the time was over in which it was to be sent.")
    return explain_given_up(job.reason, TIME_IS_OVER)
