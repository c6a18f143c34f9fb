# SPDX-License-Identifier: GPL-3.0-or-later
"""The log of calls of the bus contract, and its sums."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from faxcore.contract.priced import NO_PRICE, CallPrice, CostSum
from faxcore.model.call import AnswerKnown, Direction, Outcome
from faxcore.model.sentence import NOTHING, Sentence


class CallGrouping(Enum):
    """The ways to put calls together whose sums are asked for."""

    PERSON = "person"
    """Whose fax it was; one that came for several counts for each of them."""
    NUMBER = "number"
    """Our number."""
    LINE = "line"
    DESTINATION = "destination"
    """The number called; only calls out."""
    COUNTRY = "country"
    """The calling code of the number called, as +33; only calls out."""
    MONTH = "month"
    """As 2026-11, in the zone of the service's machine."""
    CAUSE = "cause"
    """The outcome; only calls that failed."""


@dataclass(frozen=True)
class CallQuery:
    """A wish for a page of the log of calls, oldest first."""

    since: str = ""
    """Only calls that began at this time or later, in ISO 8601 with its difference from UTC; empty: from the first."""
    until: str = ""
    """Only calls that began before this time; empty: to the last."""
    line: str = ""
    person: str = ""
    """Only the calls of this person's faxes; for the administrator, others have their own."""
    number: str = ""
    """Only calls from or to this number, ours or the other end's, in any spelling."""
    direction: Direction | None = None
    """None: out and in."""
    failed: bool = False
    """True: only calls that have ended and did not do all that they were for."""
    after: str = ""
    """The `after` of the page before; empty: the first page."""
    most: int = 500


@dataclass(frozen=True)
class CallRecord:
    """One call, out or in, as it stands in the log. Of several faxes in one telephone call each has its own, whose
    seconds are those of its part.
    """

    id: str
    direction: Direction
    started: str
    line: str
    own_number: str = ""
    """Our number: the one called, or as which the fax went out; empty where it is not known, or the line has none."""
    other_number: str = ""
    """The number called, in international form where it has one, or the caller's, as the line tells it; empty where it
    is withheld."""
    station_id: str = ""
    """The other end's."""
    persons: tuple[str, ...] = ()
    """Whose fax it was; only the caller themselves, but for the administrator. Nobody's: it brought no fax, or its fax
    has been removed."""
    fax: str = ""
    """The id of the job, or of the reception; empty where there is none, or not any more."""
    fetched: bool = False
    """True if a document was fetched, by us in a call out, by the caller in a call in."""
    pages: int = 0
    """Pages that were to go over in this call, as far as that is known."""
    confirmed: int = 0
    """Pages that went over in it, and were confirmed."""
    answered: str = ""
    """The time at which it was answered; empty: it was not, or that was not seen."""
    answer_known: AnswerKnown = AnswerKnown.NOT
    answer_spread: float = 0.0
    """Seconds by which it may have been answered earlier; the seconds are as many more then."""
    ended: str = ""
    """Empty as long as it lasts."""
    dial_seconds: float = 0.0
    """From dialling to the answer, or to giving up; of a call in nothing."""
    seconds: float = 0.0
    """From the answer to hanging up: the connected seconds, ringing not among them."""
    rate: int = 0
    """Bits a second of the last page."""
    modulation: str = ""
    coding: str = ""
    """Of the pages: MH, MR, MMR or JBIG; empty: it did not come to pages."""
    resolution: str = ""
    error_correction: bool = False
    outcome: Outcome | None = None
    """None as long as it lasts."""
    reason: Sentence = NOTHING
    follows: str = ""
    """The call before it in the same telephone call; empty: it was dialled, or answered, for itself."""
    price: CallPrice = NO_PRICE
    """By the tariff of sales, as it was last reckoned."""
    purchase: CallPrice = NO_PRICE
    """By the carrier's tariff; for the administrator only."""


@dataclass(frozen=True)
class CallPage:
    """A page of the log of calls, oldest first."""

    calls: tuple[CallRecord, ...] = ()
    after: str = ""
    """Where the next page begins; empty: this was the last one."""


@dataclass(frozen=True)
class TotalsQuery:
    """A wish for a page of sums of calls."""

    by: CallGrouping = CallGrouping.MONTH
    since: str = ""
    """Only calls that began at this time or later, in ISO 8601 with its difference from UTC; empty: from the first."""
    until: str = ""
    """Only calls that began before this time; empty: to the last."""
    person: str = ""
    """Only the calls of this person's faxes; for the administrator, others have their own."""
    after: str = ""
    """The `after` of the page before; empty: the first page."""


@dataclass(frozen=True)
class CallTotals:
    """The sums of the calls that have something in common."""

    key: str
    """By which they were put together; empty: the calls of which it is not known."""
    calls: int = 0
    faxes: int = 0
    """Documents that went over, whole or, where they came in, in part."""
    pages: int = 0
    """Pages that were confirmed."""
    seconds: float = 0.0
    """Connected seconds."""
    failures: int = 0
    """Calls that have ended and did not do all that they were for."""
    costs: tuple[CostSum, ...] = ()
    """By the tariff of sales, of the calls that have a price, by currency and percentage of VAT."""
    unpriced: int = 0
    """Calls for which the tariff of sales has no price. They are not free."""


@dataclass(frozen=True)
class TotalsPage:
    """A page of sums, by their keys in the order of text."""

    totals: tuple[CallTotals, ...] = ()
    after: str = ""
    """Where the next page begins; empty: this was the last one."""
