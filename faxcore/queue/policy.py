# SPDX-License-Identifier: GPL-3.0-or-later
"""The fate of a job when a call has ended: one table of outcomes, no clock, no database.

The rule above all others: a fax that may have arrived is never sent again without a person's word. So a job whose
last page is out (`final-pending`) goes back to the queue only if the other end is known to have refused that page.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from faxcore.config import QueueConfig
from faxcore.model.call import RETRY, CallReport, Outcome
from faxcore.model.job import Event, State

REFUSED: Final = frozenset({Outcome.REJECTED, Outcome.REMOTE_DCN, Outcome.CANNOT_TRAIN, Outcome.PROTOCOL})
"""Ends that follow an answer of the other end to the last page, an answer that was not its confirmation."""


@dataclass(frozen=True)
class Decision:
    """The events that happen to the job, in this order; then, if it sleeps, for how many seconds."""

    events: tuple[Event, ...]
    wait: int = 0
    counted: bool = True


def after_call(state: State, report: CallReport, tries: int, queue: QueueConfig, cancelled: bool = False) -> Decision:
    """The verdict on a job in this state (active or final-pending) after its call; `tries` includes this one."""
    if report.outcome is Outcome.OK:
        return Decision(_final(state, Event.CONFIRMED))
    if state is State.FINAL_PENDING and report.outcome not in REFUSED:
        return Decision((Event.UNCONFIRMED,))
    if report.outcome is Outcome.UNCONFIRMED:
        return Decision(_final(state, Event.UNCONFIRMED))
    if cancelled:
        return Decision((Event.CANCELLED,))
    if report.outcome is Outcome.LOCAL_ABORT:
        # Nobody cancelled the job: the service is stopping, and takes it up again when it starts.
        return Decision((Event.TRY_FAILED,), 0, counted=False)
    # A modem that is absent has dialled nothing, and that uses up no try; one that fails in a call has.
    counted = report.outcome is not Outcome.MODEM or bool(report.dial_seconds or report.sent)
    if report.outcome in RETRY and (not counted or tries < queue.tries):
        return Decision((Event.TRY_FAILED,), queue.seconds(report.outcome), counted)
    return Decision((Event.GAVE_UP,))


def _final(state: State, event: Event) -> tuple[Event, ...]:
    return (event,) if state is State.FINAL_PENDING else (Event.FINAL_SENT, event)
