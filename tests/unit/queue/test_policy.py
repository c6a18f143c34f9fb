# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of a job after each end of a call; first of all: doubt is never redialled."""

import pytest

from faxcore.model.call import RETRY, CallReport, Outcome
from faxcore.model.job import Event, State, move
from faxcore.queue.policy import REFUSED, after_call


@pytest.mark.parametrize("elsewhere", [False, True])
@pytest.mark.parametrize("cancelled", [False, True])
@pytest.mark.parametrize("limited", [False, True])
@pytest.mark.parametrize("outcome", Outcome)
@pytest.mark.parametrize("state", [State.ACTIVE, State.FINAL_PENDING])
def test_every_verdict_can_happen(
    state: State, outcome: Outcome, limited: bool, cancelled: bool, elsewhere: bool
) -> None:
    end = state
    for event in after_call(state, CallReport(outcome), limited, cancelled, elsewhere):
        end = move(end, event)
    assert end not in (State.ACTIVE, State.FINAL_PENDING)
    if outcome is Outcome.OK:
        assert end is State.DONE
    if outcome is Outcome.UNCONFIRMED or (state is State.FINAL_PENDING and outcome not in REFUSED | {Outcome.OK}):
        assert end is State.UNCERTAIN
    if end is State.SLEEPING:
        assert elsewhere or outcome in RETRY | {Outcome.LOCAL_ABORT}


def test_the_last_call_is_the_last() -> None:
    busy = CallReport(Outcome.BUSY)
    assert after_call(State.ACTIVE, busy, limited=False) == (Event.TRY_FAILED,)
    assert after_call(State.ACTIVE, busy, limited=True) == (Event.GAVE_UP,)


def test_a_fax_waits_for_a_modem_that_dialled_nothing_however_often() -> None:
    assert after_call(State.ACTIVE, CallReport(Outcome.MODEM), limited=True) == (Event.TRY_FAILED,)
    in_call = CallReport(Outcome.MODEM, dial_seconds=3.0)
    assert after_call(State.ACTIVE, in_call, limited=True) == (Event.GAVE_UP,)


def test_what_one_number_has_said_is_not_final_for_another() -> None:
    for outcome in (Outcome.PASSWORD, Outcome.INCOMPATIBLE, Outcome.BUSY, Outcome.STORAGE):
        end = CallReport(outcome)
        assert after_call(State.ACTIVE, end, limited=True, elsewhere=True) == (Event.TRY_FAILED,)
        assert after_call(State.ACTIVE, end, limited=True, cancelled=True, elsewhere=True) == (Event.CANCELLED,)
    doubtful = CallReport(Outcome.UNCONFIRMED)
    assert after_call(State.FINAL_PENDING, doubtful, limited=False, elsewhere=True) == (Event.UNCONFIRMED,)


def test_what_cannot_get_better_is_not_tried_again() -> None:
    assert after_call(State.ACTIVE, CallReport(Outcome.INCOMPATIBLE), limited=False) == (Event.GAVE_UP,)
