# SPDX-License-Identifier: GPL-3.0-or-later
"""Internet addresses in frames: IRA, CIA, CSA, TSA and ISP (T.30, 5.3.6.2.12).

The first octet is the number of the frame among those of one address, with a bit for "more follow"; the second is the
kind of the address; the third its length, again with a bit for "more follows"; then come its characters. Octets go
out least significant bit first, as the characters of station ids do. Here an address is one frame.
"""

from __future__ import annotations

import re
from typing import Final

from faxcore.t30.frames import REVERSED

LONGEST: Final = 77
"""Characters of an address in one frame."""
_LENGTH: Final = 0x7F
"""Bits of the third octet that are the length; the other says that the address goes on."""
MAIL, URL, IPV4, IPV6, TELEPHONE = range(1, 6)


def is_address(text: str) -> bool:
    """Return whether a frame can carry this."""
    return bool(re.fullmatch(rf"[!-~]{{1,{LONGEST}}}", text))


def pack_address(text: str) -> bytes:
    """Make the FIF with this address; its kind follows from its form. ValueError if no frame can carry it."""
    if not is_address(text):
        raise ValueError(f"{text!r} is not an internet address that a frame can carry")
    return (bytes((0, _kind(text), len(text))) + text.encode("ascii")).translate(REVERSED)


def _kind(text: str) -> int:
    kinds = {r"[^/]+@.+": MAIL, r"[0-9.]+": IPV4, r"[0-9a-fA-F:]*:[0-9a-fA-F:.]*": IPV6, r"\+[0-9]+": TELEPHONE}
    return next((kind for form, kind in kinds.items() if re.fullmatch(form, text)), URL)


def unpack_address(fif: bytes) -> str:
    """Read the address in a FIF of any length and content: as much of it as is there, control characters as spaces."""
    octets = fif[: 3 + LONGEST].translate(REVERSED)
    text = octets[3 : 3 + (octets[2] & _LENGTH)].decode("latin-1") if len(octets) > 3 else ""
    return "".join(character if character.isprintable() else " " for character in text).strip()
