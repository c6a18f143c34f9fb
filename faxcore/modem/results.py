# SPDX-License-Identifier: GPL-3.0-or-later
"""The result codes of a modem in one spelling, whichever of theirs a modem uses.

V.250, 5.7.1 has them as words and, with ATV0, as numbers that end with a carriage return alone. T.31 adds +FCERROR
(+F4 as a number: the carrier is of the other kind) and the intermediate +FRH:3. What dialling can come to besides
differs by manufacturer: DELAYED and BLACKLISTED where a country limits calls to a number that come to nothing
(ETS 300 001), VOICE, DATA, LINE IN USE. RING, RINGING, RRING, RINGBACK and FAX end nothing: something is still to come.
"""

from __future__ import annotations

from typing import Final

RESULTS: Final = frozenset(
    {"OK", "ERROR", "CONNECT", "NO CARRIER", "BUSY", "NO ANSWER", "NO DIALTONE", "+FCERROR", "+FRH:3"}
)
"""What ends a command, or says how it goes on (+FRH:3)."""

CALL_RESULTS: Final = RESULTS | {"VOICE", "DATA", "DELAYED", "BLACKLISTED", "LINE IN USE"}
"""What ends dialling and answering. In answer to another command, such a word may be the name of a thing."""

_SPELLINGS: Final = {
    "FCERROR": "+FCERROR",
    "FRH:3": "+FRH:3",
    "NO DIAL TONE": "NO DIALTONE",
    "LINE-IN-USE": "LINE IN USE",
    "PHONE OFF-HOOK": "LINE IN USE",
    "BLACK LISTED": "BLACKLISTED",
}

_NUMBERS: Final = {
    b"0": "OK",
    b"1": "CONNECT",
    b"2": "RING",
    b"3": "NO CARRIER",
    b"4": "ERROR",
    b"6": "NO DIALTONE",
    b"7": "BUSY",
    b"8": "NO ANSWER",
    b"24": "DELAYED",
    b"32": "BLACKLISTED",
    b"33": "FAX",
    b"35": "DATA",
    b"+F4": "+FCERROR",
}
"""V.250's, and Rockwell's, whose firmware most modems with others have. 12 and 13 mean too many things."""


def result_code(line: str) -> str:
    """What a line of a modem's stands for; a line that is no result code stands for itself."""
    code = " ".join(line.upper().split())
    if code.startswith("CONNECT"):
        return "CONNECT"
    if code.startswith(("+FRH:", "+FRH :", "FRH:")):
        code = "+FRH:" + code.partition(":")[2].strip()
    return _SPELLINGS.get(code, code if code in CALL_RESULTS else line)


def numeric_code(octets: bytes) -> str:
    """The result code that these octets, without their carriage return, are as a number; empty if they are none."""
    return _NUMBERS.get(octets.strip(b"\0"), "")
