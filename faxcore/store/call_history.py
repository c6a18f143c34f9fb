# SPDX-License-Identifier: GPL-3.0-or-later
"""Knowledge of destinations from earlier calls, kept for some days: the table `destination`.

What a call teaches is decided by `faxcore.queue.experience`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from faxcore.store.database import Database


@dataclass(frozen=True)
class Experience:
    """The knowledge of a destination."""

    begin_at: str = ""
    """The rung of the ladder to begin at; empty: the fastest."""
    error_correction: bool = True
    """True if it may be used."""
    training_failures: int = 0
    """Calls in a row that ended in the training at a rung of V.17."""
    correction_failures: int = 0
    """Calls in a row that ended behind the training, in error correction, without a page."""


NOTHING: Final = Experience()


class CallHistory:
    """The table `destination`: one row for each of which something is known."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def experience(self, destination: str) -> Experience:
        """Give what is known of this number and not out of date."""
        row = self._db.row(
            "SELECT begin_at, error_correction, training_failures, correction_failures FROM destination"
            " WHERE number = ? AND until > ?",
            destination,
            self._db.now(),
        )
        if row is None:
            return NOTHING
        values = dict(row)
        return Experience(**{**values, "error_correction": bool(values["error_correction"])})

    def remember(self, destination: str, known: Experience, days: int) -> None:
        """Write down what is known of a destination, for so many days."""
        self._db.execute(
            "INSERT OR REPLACE INTO destination"
            " (number, begin_at, error_correction, training_failures, correction_failures, until)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            destination,
            known.begin_at,
            known.error_correction,
            known.training_failures,
            known.correction_failures,
            self._db.later(days * 86_400),
        )

    def forget(self, destination: str) -> None:
        """Drop what is known of a destination."""
        self._db.execute("DELETE FROM destination WHERE number = ?", destination)

    def forget_old(self) -> None:
        """Drop what is out of date."""
        self._db.execute("DELETE FROM destination WHERE until <= ?", self._db.now())
