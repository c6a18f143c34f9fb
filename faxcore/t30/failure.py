# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose fault: a call that the other end or the line has spoilt. A breach of our own is an assertion, a bug."""

from __future__ import annotations

from faxcore.call import Outcome


class CallFailed(Exception):
    """The call cannot go on. `reason` is one English sentence for a person."""

    def __init__(self, outcome: Outcome, reason: str) -> None:
        super().__init__(reason)
        self.outcome = outcome
        self.reason = reason
