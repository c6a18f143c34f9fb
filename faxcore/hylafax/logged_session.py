# SPDX-License-Identifier: GPL-3.0-or-later
"""The session of a call as HylaFAX notes it: parameters packed into one number, and the DCS in hexadecimal digits.

xferfaxlog(5) says how parameters were packed first, least significant bits first: 2 bits for the resolution, 3 for the
speed, 3 the width, 2 the length, 2 the coding, 1 for error correction. Releases from 4.2 on set bit 21, and give the
resolution 3 bits and the speed 4. Where there is a DCS (T.30, table 2), it says what the number cannot.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from faxcore.model.page import Coding, Resolution

_NEW: Final = 1 << 21
_RESOLUTIONS: Final = {0: Resolution.STANDARD, 1: Resolution.FINE, 2: Resolution.SUPERFINE}
_CODINGS: Final = {0: Coding.MH, 1: Coding.MR, 2: Coding.MR, 3: Coding.MMR}
_MODULATIONS: Final = {
    "0000": "V.27ter",
    "0100": "V.27ter",
    "1000": "V.29",
    "1100": "V.29",
    "0001": "V.17",
    "0101": "V.17",
    "1001": "V.17",
    "1101": "V.17",
}
"""By bits 11 to 14 of a DCS."""
_SUPERFINE_BIT: Final = 41
_JBIG_BITS: Final = (78, 79)
_OCTETS: Final = re.compile(r"[0-9A-Fa-f]{2}(?: [0-9A-Fa-f]{2}){0,31}", re.ASCII)


@dataclass(frozen=True)
class Session:
    """The speed and form in which pages went over."""

    rate: int
    """Bits a second."""
    coding: Coding
    resolution: Resolution
    error_correction: bool
    modulation: str = ""
    """Empty where it is not known: the log of an old release, or V.34."""


def read_session(packed: int, dcs: str, pages: int) -> Session | None:
    """Read what was agreed on in a call of so many pages; None if it did not come to that."""
    bits = _read_bits(dcs)
    if (bits is not None and "1" not in bits) or (bits is None and not pages):
        return None
    if packed & _NEW:
        resolution, rate, coding, corrected = packed & 7, packed >> 3 & 15, packed >> 14 & 3, packed >> 16 & 1
    else:
        resolution, rate, coding, corrected = packed & 3, packed >> 2 & 7, packed >> 10 & 3, packed >> 12 & 1
    bits = bits or ""
    superfine = _is_set(bits, _SUPERFINE_BIT)
    return Session(
        rate=2400 * (rate + 1),
        coding=Coding.JBIG if any(_is_set(bits, bit) for bit in _JBIG_BITS) else _CODINGS[coding],
        resolution=Resolution.SUPERFINE if superfine else _RESOLUTIONS.get(resolution, Resolution.SUPERFINE),
        error_correction=bool(corrected),
        modulation="" if rate > 5 else _MODULATIONS.get(bits[10:14], ""),
    )


def _read_bits(dcs: str) -> str | None:
    """Read a DCS as its bits, the first one first; None if it is not there, or not one."""
    if not _OCTETS.fullmatch(dcs):
        return None
    return "".join(f"{int(octet, 16):08b}" for octet in dcs.split())


def _is_set(bits: str, number: int) -> bool:
    return bits[number - 1 : number] == "1"
