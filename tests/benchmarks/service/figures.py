# SPDX-License-Identifier: GPL-3.0-or-later
"""Figures with the bounds that they are promised to keep, as a table."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.benchmarks.report import table


@dataclass(frozen=True)
class Figure:
    """What was measured, and what it may be at most."""

    name: str
    value: float
    unit: str
    bound: float | None = None
    """None: nothing is promised, it is shown for whoever looks for a cause."""
    below: bool = True
    """False: the bound itself is allowed."""

    @property
    def kept(self) -> bool:
        """Return whether the bound is kept."""
        if self.bound is None:
            return True
        return self.value < self.bound if self.below else self.value <= self.bound

    def row(self) -> tuple[str, ...]:
        """Give the row of the table."""
        digits = 0 if self.value == int(self.value) else 1
        if self.bound is None:
            return self.name, f"{self.value:.{digits}f} {self.unit}".strip(), "", ""
        sign = "<" if self.below else "≤"
        verdict = "kept" if self.kept else "**broken**"
        return self.name, f"{self.value:.{digits}f} {self.unit}".strip(), f"{sign} {self.bound:g} {self.unit}", verdict


def milliseconds(seconds: Sequence[float], share: float) -> float:
    """Find the value that this share of the measurements do not exceed (nearest rank), in milliseconds."""
    assert seconds, "nothing has been measured"
    return 1000 * sorted(seconds)[math.ceil(share * len(seconds)) - 1]


def report(title: str, figures: Sequence[Figure]) -> Iterator[str]:
    """The figures as Markdown."""
    yield f"## {title}"
    yield ""
    yield from table(("", "measured", "bound", "verdict"), [figure.row() for figure in figures])
