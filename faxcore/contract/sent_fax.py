# SPDX-License-Identifier: GPL-3.0-or-later
"""The faxes that go out, in the bus contract: jobs, their calls, and broadcasts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from faxcore.contract.priced import NO_PRICE, CallPrice
from faxcore.model.call import Outcome
from faxcore.model.job import JobKind, State
from faxcore.model.priority import Priority
from faxcore.model.recipient import Recipient
from faxcore.model.sentence import NOTHING, Sentence


class Verdict(Enum):
    """The answer of a person to an uncertain fax."""

    ARRIVED = "arrived"
    AGAIN = "again"


@dataclass(frozen=True)
class LiveCall:
    """A job's call that is under way."""

    line: str
    remote_id: str = ""
    """The station id of the machine that has answered; empty as long as it has said none."""
    page: int = 0
    """The page that is being sent; 0 before the first."""
    rate: int = 0
    """Bits a second; 0 as long as none is agreed on."""
    error_correction: bool = False
    """True if pages are sent with it."""
    seconds_left: int = 0
    """Seconds that the call will take from now on, as far as its pages so far can tell; 0: that is not known."""


@dataclass(frozen=True)
class Job:
    """One document for one recipient."""

    id: str
    state: State
    title: str
    number: str
    recipient: str
    """The name to show."""
    subject: str
    header: str
    created: str
    changed: str
    pages: int
    confirmed: int = 0
    """Pages that the other end has confirmed."""
    dials: int = 0
    """Calls that have been made for it."""
    tries: int = 0
    """Those of them that have reached a fax machine."""
    reason: Sentence = NOTHING
    """The reason for its state."""
    progress: Sentence = NOTHING
    """The progress of its call."""
    live: LiveCall | None = None
    """Its call; None if it is in none."""
    next_try: str = ""
    """The time at which it is sent, or tried again, or from which on it may go out by the hours of the lines and rules;
    empty unless it waits for one.
    """
    give_up_at: str = ""
    """The time from which on it is not tried any more; empty when it has ended, or that time does not run yet."""
    priority: Priority = Priority.NORMAL
    broadcast: str = ""
    """The id of the broadcast that it is part of; empty: of none."""
    has_password: bool = False
    """True if it goes with a password, which nobody is shown."""
    kind: JobKind = JobKind.SEND
    """Of one that fetches, the pages are those that have come; they are a reception of its owner."""
    payer: str = ""
    """The code of the budget line or customer that pays; empty: nobody does."""
    undoable: bool = False
    """True as long as `take_back` makes a draft of it again, or of the broadcast that it is part of."""
    contact: str = ""
    """The name that the address books of whoever asks have for the number; empty if they have none."""
    comment: str = ""
    """The note of its owner (`comment_fax`), in lines."""


@dataclass(frozen=True)
class StateCount:
    """The number of a broadcast's faxes in a state."""

    state: State
    faxes: int


@dataclass(frozen=True)
class Broadcast:
    """One document for many recipients, handed over once: a job for each."""

    id: str
    title: str
    subject: str
    created: str
    recipients: int
    states: tuple[StateCount, ...] = ()
    """Only the states in which there are any."""


@dataclass(frozen=True)
class Call:
    """One call that was made for a job."""

    started: str
    line: str
    outcome: Outcome | None = None
    """None as long as it lasts."""
    reason: Sentence = NOTHING
    sent: int = 0
    confirmed: int = 0
    rate: int = 0
    """Bits a second."""
    remote_id: str = ""
    seconds: float = 0.0
    """From the answer to hanging up."""
    number: str = ""
    """The number called, in international form where it has one: the job's may have been changed since."""
    follows: bool = False
    """True if it was not dialled for this job, which went out in the same telephone call behind another fax: then its
    seconds are those of its own part."""
    price: CallPrice = NO_PRICE
    """By the tariff of sales, as it was last reckoned, with the steps that led there."""


@dataclass(frozen=True)
class SentFax:
    """The pages of a job, with cover page and header lines, as `read_sent` has written them."""

    as_sent: bool
    """True if they are those that went out; False if they were made from the document, as they go out, or would now:
    the service keeps no pages that went out, or they are not unchanged any more.
    """


@dataclass(frozen=True)
class JobDetails:
    """A job with its calls, oldest first."""

    job: Job
    calls: tuple[Call, ...] = ()
    recipient: Recipient = Recipient("")
    """The recipient, as it was typed."""
