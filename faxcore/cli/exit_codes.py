# SPDX-License-Identifier: GPL-3.0-or-later
"""The exit statuses of `faxctl line` and `faxctl send --wait`, by which a script tells what became of a fax.

They are documented (docs/user/commands.md) and stay as they are. 1 is what has no status of its own, as a service that
is away or a file that is no document; 2 is what the command line itself refuses.
"""

from __future__ import annotations

from typing import Final

from faxcore.contract.sent_fax import JobDetails
from faxcore.model.call import Outcome
from faxcore.model.job import State

ARRIVED: Final = 0
FAILED: Final = 1
BUSY: Final = 10
NO_ANSWER: Final = 11
NO_FAX: Final = 12
"""Somebody or something answered, but no fax machine."""
PARTIAL: Final = 13
"""Some pages arrived."""
UNCERTAIN: Final = 14
"""All pages went out, and nobody knows whether the last one arrived."""
REFUSED: Final = 15
"""The other fax machine does not take it, or has nothing to fetch."""
NO_LINE: Final = 16
"""No modem, or no dial tone: nothing was dialled."""
CANCELLED: Final = 17

_OF_OUTCOMES: Final = {
    Outcome.OK: ARRIVED,
    Outcome.OK_PARTIAL: PARTIAL,
    Outcome.UNCONFIRMED: UNCERTAIN,
    Outcome.BUSY: BUSY,
    Outcome.NO_ANSWER: NO_ANSWER,
    Outcome.NO_FAX: NO_FAX,
    Outcome.REJECTED: REFUSED,
    Outcome.PASSWORD: REFUSED,
    Outcome.INCOMPATIBLE: REFUSED,
    Outcome.RX_INCAPABLE: REFUSED,
    Outcome.NO_DOCUMENT: REFUSED,
    Outcome.NO_DIALTONE: NO_LINE,
    Outcome.MODEM: NO_LINE,
}


def find_call_status(outcome: Outcome) -> int:
    """Find the exit status for the end of a call."""
    return _OF_OUTCOMES.get(outcome, FAILED)


def find_fax_status(fax: JobDetails) -> int:
    """Find the exit status for a fax that has ended: of one that failed, that of its last call, unless some of its
    pages have arrived.
    """
    job = fax.job
    match job.state:
        case State.DONE:
            return ARRIVED
        case State.UNCERTAIN:
            return UNCERTAIN
        case State.CANCELLED:
            return CANCELLED
    if job.confirmed:
        return PARTIAL
    outcomes = [call.outcome for call in fax.calls if call.outcome is not None]
    # The last call of a fax that failed may have gone well: its page could not be kept, or came too late.
    return find_call_status(outcomes[-1]) or FAILED if outcomes else FAILED
