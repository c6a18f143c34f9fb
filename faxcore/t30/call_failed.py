# SPDX-License-Identifier: GPL-3.0-or-later
"""The error of a call that the other end or the line has spoilt. A breach of our own is an assertion, a bug."""

from __future__ import annotations

from faxcore.model.call import Outcome
from faxcore.model.sentence import Sentence, Value


class CallFailed(Exception):
    """The call cannot go on. `reason` is one sentence for a person, made of a message and the values in it.

    `hung_up`: nobody is there any more to hear a DCN.
    """

    def __init__(self, outcome: Outcome, sentence: str, **values: Value) -> None:
        self.outcome = outcome
        self.reason = Sentence(sentence, values)
        self.hung_up = outcome in (Outcome.LINE_LOST, Outcome.REMOTE_DCN)
        super().__init__(str(self.reason))
