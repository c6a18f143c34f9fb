# SPDX-License-Identifier: GPL-3.0-or-later
"""Caller id that a modem hands over as it came, in hexadecimal (AT+VCID=2, and MESG= with AT+VCID=1).

The exchange sends a message of octets between the first two rings: its type, its length, its contents, a check sum.
A single data message (type 04) is a date of eight digits and the caller's number; a multiple data message (80) is a
row of parameters, each of type, length and contents (ETSI EN 300 659-3, 5): 02 is the calling line, 03 the line that
was called, 07 the caller's name. A modem that reports the parameters it knows as tags hands over those that it does not
know one by one; of those only the called line is of use here.
"""

from __future__ import annotations

import re
from typing import Final

DATE_DIGITS: Final = 8
_PARAMETERS: Final = {0x02: "NMBR", 0x03: "NDID", 0x07: "NAME"}


def parse_caller_id(message: str) -> dict[str, str]:
    """Parse a message in hexadecimal into values by V.253's tags (NMBR, NDID, NAME); empty if it is not a message."""
    if not re.fullmatch(r"(?:[0-9A-Fa-f]{2})+", message):
        return {}
    octets = bytes.fromhex(message)
    if len(octets) < 2 or len(octets) < 2 + octets[1]:
        return {}
    contents = octets[2 : 2 + octets[1]]
    match octets[0]:
        case 0x04 if len(contents) > DATE_DIGITS and contents[:DATE_DIGITS].isdigit():
            return {"NMBR": _decode_text(contents[DATE_DIGITS:])}
        case 0x80:
            return _parse_parameters(contents)
        case 0x03:
            return _parse_parameters(octets[: 2 + octets[1]])
    return {}


def _parse_parameters(octets: bytes) -> dict[str, str]:
    found: dict[str, str] = {}
    while len(octets) >= 2 and len(octets) >= 2 + octets[1]:
        if tag := _PARAMETERS.get(octets[0]):
            found[tag] = _decode_text(octets[2 : 2 + octets[1]])
        octets = octets[2 + octets[1] :]
    return found


def _decode_text(octets: bytes) -> str:
    """Decode characters: IA5, or Latin-1 if an exchange sends more than that."""
    return octets.decode("latin-1")
