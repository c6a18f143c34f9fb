# SPDX-License-Identifier: GPL-3.0-or-later
"""The fate of a job when a call has ended: one table of outcomes, no clock, no database.

The rule above all others: a fax that may have arrived is never sent again without a person's word. So a job whose
last page is out (`final-pending`) goes back to the queue only if the other end is known to have refused that page.
"""

from __future__ import annotations

from typing import Final

from faxcore.model.call import RETRY, CallReport, Outcome
from faxcore.model.job import Event, State
from faxcore.queue.call_limits import is_dialled

REFUSED: Final = frozenset({Outcome.REJECTED, Outcome.REMOTE_DCN, Outcome.CANNOT_TRAIN, Outcome.PROTOCOL})
"""Ends that follow an answer of the other end to the last page, an answer that was not its confirmation."""


def after_call(
    state: State, report: CallReport, limited: bool, cancelled: bool = False, elsewhere: bool = False
) -> tuple[Event, ...]:
    """Decide what happens to a job in this state (active or final-pending) after its call, in this order. `limited`:
    there have been as many calls, or as much time, as there may be. `elsewhere`: it goes to another number now, so that
    nothing that this one has said is final.
    """
    if report.outcome is Outcome.OK:
        return _final(state, Event.CONFIRMED)
    if state is State.FINAL_PENDING and report.outcome not in REFUSED:
        return (Event.UNCONFIRMED,)
    if report.outcome is Outcome.UNCONFIRMED:
        return _final(state, Event.UNCONFIRMED)
    if cancelled:
        return (Event.CANCELLED,)
    if report.outcome is Outcome.LOCAL_ABORT or elsewhere:
        # Nobody cancelled the job: the service is stopping, and takes it up again when it starts; or it was changed.
        return (Event.TRY_FAILED,)
    # A modem that is absent has dialled nothing: the fax waits for it, however often that is found.
    if report.outcome in RETRY and not (limited and is_dialled(report)):
        return (Event.TRY_FAILED,)
    return (Event.GAVE_UP,)


def _final(state: State, event: Event) -> tuple[Event, ...]:
    return (event,) if state is State.FINAL_PENDING else (Event.FINAL_SENT, event)
