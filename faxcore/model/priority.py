# SPDX-License-Identifier: GPL-3.0-or-later
"""The priority of a fax."""

from __future__ import annotations

from enum import Enum


class Priority(Enum):
    """The priorities, the most urgent first; the value is what the bus calls it."""

    URGENT = "urgent"
    """Before everybody's others: only for those whom the configuration names."""
    NORMAL = "normal"
    BULK = "bulk"
    """When nothing else waits: circulars."""

    @property
    def rank(self) -> int:
        """The number that the database sorts by: a smaller one goes first."""
        return {Priority.URGENT: -100, Priority.NORMAL: 0, Priority.BULK: 100}[self]

    @classmethod
    def of_rank(cls, rank: int) -> Priority:
        """Give the priority with this number."""
        return next(each for each in cls if each.rank >= rank)
