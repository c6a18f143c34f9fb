# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of a job after each end of a call; first of all: doubt is never redialled."""

import pytest

from faxcore.config import QueueConfig
from faxcore.model.call import RETRY, CallReport, Outcome
from faxcore.model.job import Event, State, move
from faxcore.queue.policy import REFUSED, after_call

QUEUE = QueueConfig(tries=3)


@pytest.mark.parametrize("cancelled", [False, True])
@pytest.mark.parametrize("tries", [1, 3])
@pytest.mark.parametrize("outcome", Outcome)
@pytest.mark.parametrize("state", [State.ACTIVE, State.FINAL_PENDING])
def test_every_verdict_can_happen(state: State, outcome: Outcome, tries: int, cancelled: bool) -> None:
    verdict = after_call(state, CallReport(outcome), tries, QUEUE, cancelled)
    end = state
    for event in verdict.events:
        end = move(end, event)
    assert end not in (State.ACTIVE, State.FINAL_PENDING)
    if outcome is Outcome.OK:
        assert end is State.DONE
    if outcome is Outcome.UNCONFIRMED or (state is State.FINAL_PENDING and outcome not in REFUSED | {Outcome.OK}):
        assert end is State.UNCERTAIN
    if end is State.SLEEPING:
        assert outcome in RETRY | {Outcome.LOCAL_ABORT}


def test_the_last_try_is_the_last() -> None:
    busy = CallReport(Outcome.BUSY)
    assert after_call(State.ACTIVE, busy, 2, QUEUE).events == (Event.TRY_FAILED,)
    assert after_call(State.ACTIVE, busy, 3, QUEUE).events == (Event.GAVE_UP,)


def test_a_modem_that_dialled_nothing_uses_up_no_try() -> None:
    verdict = after_call(State.ACTIVE, CallReport(Outcome.MODEM), 99, QUEUE)
    assert verdict.events == (Event.TRY_FAILED,)
    assert not verdict.counted
    in_call = after_call(State.ACTIVE, CallReport(Outcome.MODEM, dial_seconds=3.0), 3, QUEUE)
    assert in_call.events == (Event.GAVE_UP,)


def test_what_cannot_get_better_is_not_tried_again() -> None:
    assert after_call(State.ACTIVE, CallReport(Outcome.INCOMPATIBLE), 1, QUEUE).events == (Event.GAVE_UP,)
