# SPDX-License-Identifier: GPL-3.0-or-later
"""Put the queue in order after a crash: nothing is left between two states, and nothing is guessed.

A job that was `active` was on its way: it goes back to sleep, its try counted. One that was `final-pending` may have
arrived, so it is `uncertain` and a person decides.
"""

from __future__ import annotations

from typing import Final

from faxcore.model.job import Event, State
from faxcore.model.sentence import NOTHING, Sentence
from faxcore.store import deliveries
from faxcore.store.calls import Direction, make_interrupted
from faxcore.store.store import Store

RESTARTED: Final = Sentence("The service was restarted during the call.")


def restart_jobs(store: Store) -> None:
    """Bring every job that was in a call to a state of its own. To be called once, before any line is started."""
    with store.transaction():
        for job in store.jobs.in_state(State.ACTIVE, State.FINAL_PENDING):
            restart_job(store, job.id, RESTARTED)
        for call in store.calls.find_open(Direction.OUT):
            store.calls.end(call.id, make_interrupted(RESTARTED))


def restart_job(store: Store, id: str, reason: Sentence) -> None:
    """Bring a job to a state of its own whose call has ended nobody knows how."""
    with store.transaction():
        job = store.jobs.event(id, Event.SERVICE_RESTARTED, reason=reason)
        if job.state is State.SLEEPING and job.cancelled:
            job = store.jobs.event(id, Event.CANCELLED, reason=NOTHING)
        if job.state is State.SLEEPING:
            store.jobs.sleep(id, 0)
        else:
            store.deliveries.add(f"{deliveries.JOB}-{job.state.value}", id, job.owner)
