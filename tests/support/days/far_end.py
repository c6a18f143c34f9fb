# SPDX-License-Identifier: GPL-3.0-or-later
"""The telephone network: how each call goes, drawn from a seed, and what the other end has seen of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import Enum
from random import Random
from typing import Final

from faxcore.model.call import CallReport, Outcome
from faxcore.model.sentence import Sentence


class Fate(Enum):
    """The ways in which a call out goes."""

    WELL = "well"
    BUSY = "busy"
    NO_ANSWER = "no answer"
    NO_FAX = "no fax"
    MODEM = "the modem does not answer"
    TRAINING = "no speed trains"
    BREAKS = "breaks off between pages"
    REFUSED = "the last page is refused"
    UNCONFIRMED = "the last answer is lost"
    DIES_EARLY = "the worker dies while it dials"
    DIES = "the worker dies between pages"
    DIES_LAST = "the worker dies when all has arrived"


class Coming(Enum):
    """The ways in which a call in goes."""

    WELL = "well"
    BREAKS = "breaks off"
    DIES = "the worker dies"
    SILENT = "no page comes"


_OUT: Final = {
    Fate.WELL: 62,
    Fate.BUSY: 10,
    Fate.NO_ANSWER: 6,
    Fate.NO_FAX: 2,
    Fate.MODEM: 2,
    Fate.TRAINING: 3,
    Fate.BREAKS: 5,
    Fate.REFUSED: 3,
    Fate.UNCONFIRMED: 3,
    Fate.DIES_EARLY: 1,
    Fate.DIES: 2,
    Fate.DIES_LAST: 1,
}
_IN: Final = {Coming.WELL: 82, Coming.BREAKS: 8, Coming.DIES: 6, Coming.SILENT: 4}

EARLY: Final = {
    Fate.BUSY: Outcome.BUSY,
    Fate.NO_ANSWER: Outcome.NO_ANSWER,
    Fate.NO_FAX: Outcome.NO_FAX,
    Fate.MODEM: Outcome.MODEM,
}
"""Calls that end before a page goes out."""


@dataclass
class Seen:
    """Facts that are known at the other end of a call, or of its line."""

    began: float
    """On the loop's clock."""
    number: str
    pages: int = 0
    """Pages that have arrived, counted from the first of the document, or that were confirmed to a caller."""
    whole: bool = False
    """The last page of a call out has arrived."""
    ended: CallReport | None = None
    """None too where the worker has died."""


@dataclass
class FarEnd:
    """Everybody who can be called."""

    random: Random
    always: Fate | None = None
    """The course of every call out; None: as it is drawn."""
    out: dict[str, Seen] = field(default_factory=dict)
    """By the call's id."""
    come: dict[str, Seen] = field(default_factory=dict)
    """The calls in that were answered."""
    fates: Counter[Fate | Coming] = field(default_factory=Counter)

    def draw(self) -> Fate:
        """Draw the course of the next call out."""
        return self.always or self._draw(_OUT)

    def draw_in(self) -> Coming:
        """Draw the course of the next call in."""
        return self._draw(_IN)

    def seconds(self, least: float, most: float) -> float:
        """The time that something takes."""
        return self.random.uniform(least, most)

    def forget(self, before: float) -> None:
        """Forget calls that began before this time: the test itself must not grow."""
        for seen in (self.out, self.come):
            for call in [call for call, each in seen.items() if each.began < before]:
                del seen[call]

    def _draw(self, weights: dict) -> Fate | Coming:  # type: ignore[type-arg,return]
        found = self.random.choices(list(weights), list(weights.values()))[0]
        self.fates[found] += 1
        return found


def report(outcome: Outcome, pages: int, **more: object) -> CallReport:
    """The report of a call that did not go well."""
    return CallReport(outcome, Sentence("The end is {end}.", {"end": outcome.value}), pages, **more)  # type: ignore[arg-type]
