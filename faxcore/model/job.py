# SPDX-License-Identifier: GPL-3.0-or-later
"""The life of a job: every state, every event, and the one table that says which leads where.

A job's life is events from many sides (the queue, a line, a person, a crash) and must survive a restart; so it is
a table, stored and tested whole, and not a procedure. `move` is the only way from one state to the next.
"""

from __future__ import annotations

from enum import Enum
from typing import Final


class State(Enum):
    """The states of a job; the value is what the database, the bus and the windows call it."""

    ENTERING = "entering"
    """Part of a broadcast that is being taken in: not accepted yet, and in no list."""
    PENDING = "pending"
    """To be sent later: waiting for the time that its sender has set."""
    READY = "ready"
    """Waiting for a free line."""
    ACTIVE = "active"
    """A line has it: the intent to dial is on disk."""
    FINAL_PENDING = "final-pending"
    """All pages are out, and the last confirmation has been asked for and not heard yet."""
    SLEEPING = "sleeping"
    """A try failed; the next one comes at its time."""
    HELD = "held"
    """Held back by a person, until a person releases it."""
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    UNCERTAIN = "uncertain"
    """The last confirmation may have been lost: the fax may have arrived. A person decides."""


class JobKind(Enum):
    """The kinds of a job."""

    SEND = "send"
    """A document is sent."""
    FETCH = "fetch"
    """A document is fetched that the other end offers (polling)."""


class Event(Enum):
    """The events in the life of a job."""

    ACCEPTED = "accepted with all others of its broadcast"
    CLAIMED = "claimed by a line"
    FINAL_SENT = "last page out"
    CONFIRMED = "every page confirmed"
    TRY_FAILED = "try failed, another may follow"
    GAVE_UP = "no further try"
    UNCONFIRMED = "last confirmation lost"
    TIME_CAME = "time of the next try"
    POSTPONED = "put off by a person"
    HELD = "held by a person"
    RELEASED = "released by a person"
    CANCELLED = "cancelled by a person"
    SERVICE_RESTARTED = "service or line restarted"
    SAID_ARRIVED = "a person says that it arrived"
    SAID_AGAIN = "a person says: send again"


FINAL: Final = frozenset({State.DONE, State.FAILED, State.CANCELLED})
"""States that a job never leaves."""

IN_CALL: Final = (State.ACTIVE, State.FINAL_PENDING)
"""States of a job that has a line."""

TRANSITIONS: Final[dict[tuple[State, Event], State]] = {
    (State.ENTERING, Event.ACCEPTED): State.READY,
    (State.PENDING, Event.TIME_CAME): State.READY,
    (State.PENDING, Event.HELD): State.HELD,
    (State.PENDING, Event.CANCELLED): State.CANCELLED,
    (State.READY, Event.CLAIMED): State.ACTIVE,
    (State.READY, Event.POSTPONED): State.PENDING,
    (State.READY, Event.HELD): State.HELD,
    (State.READY, Event.CANCELLED): State.CANCELLED,
    (State.READY, Event.GAVE_UP): State.FAILED,
    (State.ACTIVE, Event.FINAL_SENT): State.FINAL_PENDING,
    (State.ACTIVE, Event.TRY_FAILED): State.SLEEPING,
    (State.ACTIVE, Event.GAVE_UP): State.FAILED,
    (State.ACTIVE, Event.CANCELLED): State.CANCELLED,
    (State.ACTIVE, Event.SERVICE_RESTARTED): State.SLEEPING,
    (State.FINAL_PENDING, Event.CONFIRMED): State.DONE,
    (State.FINAL_PENDING, Event.UNCONFIRMED): State.UNCERTAIN,
    # The other end refused the last page (RTN, DCN in answer to EOP): it is known not to have it.
    (State.FINAL_PENDING, Event.TRY_FAILED): State.SLEEPING,
    (State.FINAL_PENDING, Event.GAVE_UP): State.FAILED,
    (State.FINAL_PENDING, Event.CANCELLED): State.UNCERTAIN,
    (State.FINAL_PENDING, Event.SERVICE_RESTARTED): State.UNCERTAIN,
    (State.SLEEPING, Event.TIME_CAME): State.READY,
    (State.SLEEPING, Event.POSTPONED): State.PENDING,
    (State.SLEEPING, Event.GAVE_UP): State.FAILED,
    (State.SLEEPING, Event.HELD): State.HELD,
    (State.SLEEPING, Event.CANCELLED): State.CANCELLED,
    (State.HELD, Event.RELEASED): State.READY,
    (State.HELD, Event.CANCELLED): State.CANCELLED,
    (State.UNCERTAIN, Event.SAID_ARRIVED): State.DONE,
    (State.UNCERTAIN, Event.SAID_AGAIN): State.READY,
    (State.UNCERTAIN, Event.CANCELLED): State.CANCELLED,
}


class WrongState(Exception):
    """This event cannot happen to a job in this state."""

    def __init__(self, state: State, event: Event) -> None:
        super().__init__(f"a job that is {state.value} cannot be {event.value}")
        self.state = state
        self.event = event


def move(state: State, event: Event) -> State:
    """The state after this event. WrongState if it cannot happen."""
    try:
        return TRANSITIONS[state, event]
    except KeyError:
        raise WrongState(state, event) from None


def can(state: State, event: Event) -> bool:
    """Return whether this event can happen to a job in this state."""
    return (state, event) in TRANSITIONS
