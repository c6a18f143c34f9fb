# SPDX-License-Identifier: GPL-3.0-or-later
"""The facts of a call that its price hangs on, and the price with its reasons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from faxcore.billing.money import EXACT
from faxcore.billing.tariff import NOTHING_PAID
from faxcore.model.call import Direction
from faxcore.model.sentence import Sentence


@dataclass(frozen=True)
class CallFacts:
    """A call that has ended, or one as it may be. Times have a zone, and are kept in UTC, as Python reckons between two
    times of one zone by the clock on the wall. ValueError for facts that no call has.
    """

    number: str
    """The number called, in international form, or an internal one; of an incoming call our own. Empty: not known."""
    begun: datetime
    """The instant at which it was dialled, or rang."""
    answered: datetime | None = None
    """The instant at which it was taken, as far as that is known; ringing is never charged. None: nobody took it."""
    ended: datetime | None = None
    sent: int = 0
    """Pages that went out, or came in, whether or not they were confirmed."""
    confirmed: int = 0
    direction: Direction = Direction.OUT
    month_pages: int = 0
    """Pages that have counted by this tariff in this month before this call."""
    perhaps_answered: bool = False
    """True if nobody is known to have taken it, but somebody may have."""
    earlier: timedelta | None = None
    """Of a document that follows others in one telephone call: the time for which that had been connected before. None:
    the telephone call begins with it.
    """

    def __post_init__(self) -> None:
        times = []
        for name in ("begun", "answered", "ended"):
            time: datetime | None = getattr(self, name)
            if time is not None:
                if time.tzinfo is None:
                    raise ValueError("a time of a call has no zone")
                times.append(time.astimezone(UTC))
                object.__setattr__(self, name, times[-1])
        if (self.answered is None) != (self.ended is None):
            raise ValueError("a call that was answered has an end, and only such a one")
        if times != sorted(times):
            raise ValueError("a call begins, is answered, and ends, in this order")
        if self.earlier is not None and self.earlier < timedelta():
            raise ValueError("a call lasts no less than no time")
        if min(self.sent, self.confirmed, self.month_pages) < 0:
            raise ValueError("a call has no fewer than no pages")

    @property
    def charged_from(self) -> datetime:
        """The instant whose day and hours choose the prices: the answer of the telephone call, or the attempt."""
        return (self.answered or self.begun) - (self.earlier or timedelta())


@dataclass(frozen=True)
class MarkUp:
    """Paid by somebody beside a tariff: a percentage of what a call costs by it, and an amount for each call that
    costs something.
    """

    percent: Decimal = NOTHING_PAID
    per_call: Decimal = NOTHING_PAID
    currency: str = ""
    """The currency of the amount; empty: that of the tariff."""


@dataclass(frozen=True)
class Price:
    """The price of a call, and why."""

    currency: str
    net: Decimal
    """Rounded as the tariff says, or, if its invoice line is rounded, with six digits behind the point."""
    vat_percent: Decimal
    vat: Decimal | None
    """The amount of VAT; None: it is computed on the invoice line."""
    seconds: int
    """The seconds that were charged."""
    pages: int
    """The pages that counted, for the month too."""
    tariff: str
    rule: str
    """The name of the rule, and which of its beginnings fitted; empty: that of every number."""
    beginning: str
    place: str
    """The file and the line of the rule."""
    steps: tuple[Sentence, ...]
    """The way in which it was computed, step by step."""

    @property
    def gross(self) -> Decimal | None:
        """The price with VAT; None: it is computed on the invoice line."""
        return None if self.vat is None else EXACT.add(self.net, self.vat)


@dataclass(frozen=True)
class Unpriced:
    """A call that a tariff has no price for. It is not free."""

    tariff: str
    reason: Sentence


NO_MARK_UP = MarkUp()
