# SPDX-License-Identifier: GPL-3.0-or-later
"""The result codes of a modem in one spelling, whichever a modem uses.

V.250, 5.7.1 has them as words and, with ATV0, as numbers that end with a carriage return alone. T.31 adds +FCERROR
(+F4 as a number: the carrier is of the other kind) and the intermediate +FRH:3. The further results of dialling differ
by manufacturer: DELAYED and BLACKLISTED in a country that limits failed calls to a number (ETS 300 001), VOICE, DATA,
LINE IN USE. RING, RINGING, RRING, RINGBACK and FAX end nothing: the result is still to come.
"""

from __future__ import annotations

from typing import Final

RESULTS: Final = frozenset(
    {"OK", "ERROR", "CONNECT", "NO CARRIER", "BUSY", "NO ANSWER", "NO DIALTONE", "+FCERROR", "+FRH:3"}
)
"""The results that end a command, or say how it goes on (+FRH:3)."""

CALL_RESULTS: Final = RESULTS | {"VOICE", "DATA", "DELAYED", "BLACKLISTED", "LINE IN USE"}
"""The results that end dialling and answering. In answer to another command, such a word may be part of a name."""

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
"""V.250's numbers, and those of Rockwell's firmware, which most modems with further numbers have. 12 and 13 mean too
many things.
"""


def parse_result_code(line: str) -> str:
    """Parse a modem's line into a result code in our spelling; a line that is not one is returned as it is."""
    code = " ".join(line.upper().split())
    if code.startswith("CONNECT"):
        return "CONNECT"
    if code.startswith(("+FRH:", "+FRH :", "FRH:")):
        code = "+FRH:" + code.partition(":")[2].strip()
    return _SPELLINGS.get(code, code if code in CALL_RESULTS else line)


def parse_numeric_code(octets: bytes) -> str:
    """Parse a numeric result code, given without its carriage return; empty if the octets are not one."""
    return _NUMBERS.get(octets.strip(b"\0"), "")
