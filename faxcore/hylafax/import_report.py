# SPDX-License-Identifier: GPL-3.0-or-later
"""The report of an import: how much of each kind was brought in, how much was there, and what was not, with why."""

from __future__ import annotations

from dataclasses import dataclass, field

from faxcore.model.sentence import Sentence


@dataclass(frozen=True)
class Refused:
    """A file, or a line of one, that was not brought in."""

    where: str
    reason: Sentence


@dataclass
class Tally:
    """The things of one kind."""

    imported: int = 0
    there: int = 0
    """Those that were brought in before."""
    left_out: int = 0
    """Records that are no calls, or part of one that is counted."""
    refused: list[Refused] = field(default_factory=list)

    def refuse(self, where: str, reason: Sentence) -> None:
        """Note what was not brought in."""
        self.refused.append(Refused(where, reason))


@dataclass
class ImportReport:
    """All of it."""

    receptions: Tally = field(default_factory=Tally)
    calls: Tally = field(default_factory=Tally)
    """Calls in the log beside those of the receptions."""
    jobs: Tally = field(default_factory=Tally)

    @property
    def is_whole(self) -> bool:
        """True if nothing was refused."""
        return not any(tally.refused for tally in (self.receptions, self.calls, self.jobs))
