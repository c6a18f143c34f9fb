# SPDX-License-Identifier: GPL-3.0-or-later
"""The time at which a call out was answered, as far as a Class 1 modem lets it be known.

Such a modem says CONNECT when it hears the other end's first V.21 carrier; when somebody went off hook it does not say.
In between a machine that answers by itself does this (T.30, clause 4 on CED, and 5.3.1 on the preamble):

    silence    1.8 to 2.5 s     some programs leave it out, so it is taken as 0 to 2.5 s
    CED        2.6 to 4.0 s
    silence    75 ms ± 20 ms
    preamble   until the modem knows it: within 0.85 s, else it would miss the shortest preamble that is allowed

So the answer was 2.655 to 7.445 s before CONNECT. The latest of these times is taken, so that ringing is never counted
as connected, and how much earlier it may have been is said beside it: 4.79 s, and not before dialling began. Where a
person answers and then starts a machine by hand, it was earlier still by as long as they talked: no modem tells that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

SHORTEST: Final = 2.6 + 0.055
"""Seconds from the answer to CONNECT, at least."""
LONGEST: Final = 2.5 + 4.0 + 0.095 + 0.85
"""Seconds from the answer to CONNECT, at most."""


@dataclass(frozen=True)
class EstimatedAnswer:
    """The time at which a call out was answered, in seconds on the clock of the line."""

    latest: float
    spread: float
    """Seconds by which it may have been earlier."""


def estimate_answer(dialled: float, connected: float) -> EstimatedAnswer:
    """Estimate when a call was answered whose dialling began at `dialled`, and whose carrier was heard at
    `connected`.
    """
    latest = max(dialled, connected - SHORTEST)
    return EstimatedAnswer(latest, latest - max(dialled, connected - LONGEST))
