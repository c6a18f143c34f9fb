# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls that have ended since the service began, counted while they end: for metrics, which must not read every row."""

from __future__ import annotations

from collections import Counter

from faxcore.model.call import CallReport, Direction, Outcome


class CallCounts:
    """Counters that only grow."""

    def __init__(self) -> None:
        self.calls: Counter[tuple[Direction, Outcome]] = Counter()
        self.pages: Counter[Direction] = Counter()
        """Pages that were confirmed."""
        self.seconds: Counter[Direction] = Counter()
        """Connected seconds."""

    def add(self, direction: Direction, report: CallReport) -> None:
        """Count a call that has ended."""
        self.calls[direction, report.outcome] += 1
        self.pages[direction] += report.confirmed if direction is Direction.OUT else report.received
        self.seconds[direction] += report.seconds  # type: ignore[assignment]  # a Counter takes any number
