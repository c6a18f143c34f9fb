# SPDX-License-Identifier: GPL-3.0-or-later
"""The paper of the other end, and what is to become of pages that are longer than it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import Enum

from faxcore.model.sentence import Sentence


class Paper(Enum):
    """The longest pages that a fax machine prints (T.30, bits 19 and 20 of a DIS), shortest first."""

    A4 = "a4"
    B4 = "b4"
    UNLIMITED = "unlimited"

    @property
    def sheet_mm(self) -> float:
        """Millimetres of a sheet."""
        return {Paper.A4: 297.0, Paper.B4: 364.0, Paper.UNLIMITED: math.inf}[self]

    @property
    def longest_mm(self) -> float:
        """Millimetres of the longest page: a few more than the sheet, which every terminal accepts."""
        return self.sheet_mm + 3.0

    @property
    def shorter(self) -> tuple[Paper, ...]:
        """The papers that are shorter than this one, longest first."""
        papers = list(Paper)
        return tuple(reversed(papers[: papers.index(self)]))


class LongPages(Enum):
    """The ways to bring a page to a paper that is shorter."""

    REDUCE = "reduce"
    """Made smaller, as long as it can be read then; else cut."""
    CUT = "cut"
    """Cut into sheets, at white rows."""


@dataclass(frozen=True)
class PaperFrom:
    """What is known of the paper for the pages of a fax from one of them on (1 = first, cover page included)."""

    page: int = 1
    paper: Paper = Paper.UNLIMITED
    long_pages: LongPages = LongPages.REDUCE


@dataclass(frozen=True)
class PaperPlan:
    """The paper that the pages of a fax are planned for. Pages that the other end has confirmed stay as they went out,
    so that the numbers of the others hold: what is learnt later counts from the next page on.
    """

    parts: tuple[PaperFrom, ...] = (PaperFrom(),)
    """In the order of their pages."""
    shortened: bool = False
    """True if the other end printed less, in a call, than had been planned."""

    def at(self, page: int) -> PaperFrom:
        """Give what counts for this page (1 = first)."""
        return next((part for part in reversed(self.parts) if part.page <= page), self.parts[0])

    @property
    def last(self) -> PaperFrom:
        """What counts for the last pages."""
        return self.parts[-1]

    def begin_at(self, page: int, paper: Paper, long_pages: LongPages) -> PaperPlan:
        """Plan the pages from this one on for another paper."""
        earlier = tuple(part for part in self.parts if part.page < page)
        return replace(self, parts=(*earlier, PaperFrom(page if earlier else 1, paper, long_pages)))

    def shorten(self, page: int, paper: Paper) -> PaperPlan:
        """Plan the pages from this one on for the shorter paper that the other end has now said it has."""
        return replace(self.begin_at(page, paper, self.last.long_pages), shortened=True)


def told_shortened(plan: PaperPlan) -> Sentence:
    """Tell that the pages went out otherwise than they were planned."""
    return Sentence(
        "The other fax machine prints no pages longer than {paper}: longer ones were reduced, or cut into sheets.",
        {"paper": plan.last.paper.name},
    )
