# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of a job's life, whole."""

from __future__ import annotations

import itertools

import pytest

from faxcore.model.call import RETRY, Outcome
from faxcore.model.job import FINAL, TRANSITIONS, Event, State, WrongState, can, move


@pytest.mark.parametrize(("state", "event"), list(itertools.product(State, Event)))
def test_an_event_leads_somewhere_or_is_refused(state: State, event: Event) -> None:
    assert can(state, event) == ((state, event) in TRANSITIONS)
    if can(state, event):
        assert move(state, event) is TRANSITIONS[state, event]
    else:
        with pytest.raises(WrongState) as refused:
            move(state, event)
        assert (refused.value.state, refused.value.event) == (state, event)


def test_what_has_ended_has_ended() -> None:
    assert not [state for state, _ in TRANSITIONS if state in FINAL]


@pytest.mark.parametrize("state", list(State), ids=lambda state: state.value)
def test_every_state_is_reached_from_a_beginning_and_leads_to_an_end(state: State) -> None:
    assert state in (State.ENTERING, *reachable(State.READY))
    assert reachable(state) & FINAL


def reachable(start: State) -> frozenset[State]:
    """The states that can follow this one, itself among them."""
    found = {start}
    while new := {to for (state, _), to in TRANSITIONS.items() if state in found} - found:
        found |= new
    return frozenset(found)


def test_every_state_that_is_not_an_end_can_be_cancelled() -> None:
    # Part of a broadcast that has not been accepted is nobody's to cancel.
    assert {state for state, event in TRANSITIONS if event is Event.CANCELLED} == set(State) - FINAL - {State.ENTERING}


def test_a_broadcast_that_is_not_accepted_yet_can_only_be_accepted() -> None:
    assert {event: to for (state, event), to in TRANSITIONS.items() if state is State.ENTERING} == {
        Event.ACCEPTED: State.READY
    }
    assert State.ENTERING not in TRANSITIONS.values()


def test_only_every_page_confirmed_or_a_person_makes_a_job_done() -> None:
    ways = {(state, event) for (state, event), to in TRANSITIONS.items() if to is State.DONE}
    assert ways == {(State.FINAL_PENDING, Event.CONFIRMED), (State.UNCERTAIN, Event.SAID_ARRIVED)}


def test_once_the_last_confirmation_was_asked_for_nothing_but_a_known_refusal_leads_to_another_try() -> None:
    after = {event: to for (state, event), to in TRANSITIONS.items() if state is State.FINAL_PENDING}
    assert {event for event, to in after.items() if to is State.SLEEPING} == {Event.TRY_FAILED}
    assert after[Event.SERVICE_RESTARTED] is after[Event.UNCONFIRMED] is after[Event.CANCELLED] is State.UNCERTAIN
    assert TRANSITIONS[State.UNCERTAIN, Event.SAID_AGAIN] is State.READY


def test_a_fax_that_may_have_arrived_is_never_tried_again_by_itself() -> None:
    assert not RETRY & {Outcome.OK, Outcome.UNCONFIRMED, Outcome.LOCAL_ABORT}
