# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose fault: a call that the other end or the line has spoilt. A breach of our own is an assertion, a bug."""

from __future__ import annotations

from faxcore.i18n import gettext
from faxcore.model.call import Outcome


class CallFailed(Exception):
    """The call cannot go on. `reason` is one sentence for a person.

    It is given in English with {names} for its values, and translated here. `hung_up`: nobody is there any more to hear
    a DCN.
    """

    def __init__(self, outcome: Outcome, sentence: str, **values: object) -> None:
        self.outcome = outcome
        self.reason = gettext(sentence).format(**values)
        self.hung_up = outcome in (Outcome.LINE_LOST, Outcome.REMOTE_DCN)
        super().__init__(self.reason)
