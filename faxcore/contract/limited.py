# SPDX-License-Identifier: GPL-3.0-or-later
"""The limits of the bus contract: how much a person or a payer may fax in a month or a year, and how much is left."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from faxcore.model.sentence import Sentence


class Counted(Enum):
    """The things of which a limit has so many."""

    PAGES = "pages"
    MINUTES = "minutes"
    AMOUNT = "amount"
    """Money, by the tariff of sale, before VAT."""


class LimitPeriod(Enum):
    """The times after which a limit begins anew, by the calendar and the clock of the service."""

    MONTH = "month"
    YEAR = "year"


class LimitLevel(Enum):
    """The levels of a limit."""

    FINE = "fine"
    WARNED = "warned"
    """So much is used or queued that it warns, or it is reached and blocks nothing."""
    REACHED = "reached"
    """The next fax is refused."""


@dataclass(frozen=True)
class LimitState:
    """A limit as it is now for somebody. What it counts is in pages, in milliseconds of calls, or in millionths of the
    currency.
    """

    name: str
    person: str
    """Whom it is for: a person, or a group together, or a payer; the other two are empty."""
    group: str
    payer: str
    counted: Counted
    per: LimitPeriod
    bound: int
    """The whole amount of the period, with what was lifted."""
    lifted: int
    """The part of that which the administrator has added for this period."""
    used: int
    queued: int
    """The amount that faxes which wait or are being sent will take; time and money are estimated."""
    left: int
    last_day: str
    """The last day of the period, as 2026-11-30."""
    level: LimitLevel
    blocks: bool
    """True if a fax beyond it is refused."""
    contact: str
    """Who can lift it; empty: the administrator."""
    currency: str = ""


@dataclass(frozen=True)
class LimitLift:
    """More of a limit for the rest of its period."""

    limit: str
    """Its name."""
    by: str
    """The amount that is added: pages, minutes, or money, as 12.50."""
    reason: str
    person: str = ""
    """For whom, if each person has it by themselves."""
    payer: str = ""
    """For which payer; may be left out, as the limit names it."""


@dataclass(frozen=True)
class LimitWarning:
    """The news that a limit is nearly used up, or is, without refusing anything."""

    id: str
    limit: str
    """Its name."""
    created: str
    sentence: Sentence
    """The part of it that is taken, and until when."""
