# SPDX-License-Identifier: GPL-3.0-or-later
"""The fate of a call when dialling or answering gives anything but CONNECT: an end, and why, for a person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from faxcore.model.call import Outcome
from faxcore.model.sentence import Sentence

DIALLED: Final[Mapping[str, tuple[Outcome, Sentence]]] = {
    "BUSY": (Outcome.BUSY, Sentence("The number is busy.")),
    "NO ANSWER": (Outcome.NO_ANSWER, Sentence("Nobody answered.")),
    # A modem on a line over SIP or IAX says so of a call that the other side rejected: nothing tells the two apart.
    "NO DIALTONE": (
        Outcome.NO_DIALTONE,
        Sentence("The modem reports no dial tone: the line is not plugged in or dead, or the call was rejected."),
    ),
    "LINE IN USE": (Outcome.NO_DIALTONE, Sentence("Somebody is on the telephone on this line.")),
    "NO CARRIER": (Outcome.NO_FAX, Sentence("No fax machine answered.")),
    "VOICE": (Outcome.NO_FAX, Sentence("A person or an announcement answered, not a fax machine.")),
    "DATA": (Outcome.NO_FAX, Sentence("A data modem answered, not a fax machine.")),
    # Nobody was called; but like a call that nobody answers, it may succeed after some minutes.
    "DELAYED": (
        Outcome.NO_ANSWER,
        Sentence("The modem is blocking this number for now, after too many failed calls."),
    ),
    "BLACKLISTED": (
        Outcome.NO_ANSWER,
        Sentence(
            "The modem calls this number no more, because too many calls to it have come to nothing:"
            " switch it off and on."
        ),
    ),
    "": (Outcome.NO_ANSWER, Sentence("Nobody answered in time.")),
    "ERROR": (Outcome.MODEM, Sentence("The modem refuses to dial.")),
}
"""By what dialling came to; "" is silence."""

CERTAIN: Final = frozenset(
    {"CONNECT", "BUSY", "NO ANSWER", "NO DIALTONE", "LINE IN USE", "DELAYED", "BLACKLISTED", "ERROR"}
)
"""The results of dialling which say whether somebody has answered. NO CARRIER does not: no fax machine was heard, but a
person, or an announcement, may have been there all the while."""

_GONE: Final = (Outcome.NO_FAX, Sentence("The caller hung up before the fax began."))

ANSWERED: Final[Mapping[str, tuple[Outcome, Sentence]]] = {
    "NO CARRIER": _GONE,
    "BUSY": _GONE,
    "NO ANSWER": _GONE,
    "NO DIALTONE": _GONE,
    "": _GONE,
    "VOICE": (Outcome.NO_FAX, Sentence("The caller was a person, not a fax machine.")),
    "DATA": (Outcome.NO_FAX, Sentence("The caller was a data modem, not a fax machine.")),
    "ERROR": (Outcome.MODEM, Sentence("The modem refuses to answer the call.")),
}
"""By what answering came to."""

NOT_UNDERSTOOD: Final = (Outcome.MODEM, Sentence("The modem did not understand how to dial."))
