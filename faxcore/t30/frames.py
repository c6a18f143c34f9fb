# SPDX-License-Identifier: GPL-3.0-or-later
"""Frames of the binary coded signalling (T.30, 5.3): facsimile control fields, station ids, and their octets.

Octets are in document order: the first bit on the line is the most significant bit of the octet.

The bit X, the first bit of most facsimile control fields, is set by the station that has received a valid DIS, which is
always the caller (5.3.6.1). Only this file knows it: procedures make frames without it, `line.play_as_caller` sets it
in all that a caller sends, and a received frame has its kind whether it is set or not.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Final

ADDRESS: Final = 0xFF
CONTROL: Final = 0xC0
FINAL: Final = 0x08
"""Bit of the control field that marks the last frame before the other end may send."""
_X: Final = 0x80


class FCF(IntEnum):
    """Facsimile control fields as printed in T.30, 5.3.6.1, with X = 0."""

    DIS = 0x01
    CSI = 0x02
    NSF = 0x04
    CSA = 0x24
    DTC = 0x81
    CIG = 0x82
    NSC = 0x84
    PWD = 0x83
    SEP = 0x85
    PSA = 0x86
    CIA = 0x87
    ISP = 0x88
    DCS = 0x41
    TSI = 0x42
    NSS = 0x44
    SUB = 0x43
    SID = 0x45
    TSA = 0x46
    IRA = 0x47
    CTC = 0x48
    CFR = 0x21
    FTT = 0x22
    CTR = 0x23
    FCD = 0x60
    RCP = 0x61
    EOM = 0x71
    MPS = 0x72
    EOP = 0x74
    PRI_EOM = 0x79
    PRI_MPS = 0x7A
    PRI_EOP = 0x7C
    EOS = 0x78
    PPS = 0x7D
    EOR = 0x73
    RR = 0x76
    MCF = 0x31
    RTN = 0x32
    RTP = 0x33
    PIN = 0x34
    PIP = 0x35
    PPR = 0x3D
    RNR = 0x37
    ERR = 0x38
    FDM = 0x3F
    DCN = 0x5F
    CRP = 0x58
    FNV = 0x53
    TNR = 0x57
    TR = 0x56


NULL: Final = 0x00
"""FCF2 of a PPS that does not end a page (T.30, A.4.3)."""

WITHOUT_X: Final = frozenset(
    {FCF.DIS, FCF.CSI, FCF.NSF, FCF.FCD, FCF.RCP}
    | {FCF.DTC, FCF.CIG, FCF.NSC, FCF.PWD, FCF.SEP, FCF.PSA, FCF.CIA, FCF.ISP}
)
"""Fields whose first bit says nothing of X."""

PRELIMINARY: Final = frozenset(
    {FCF.CSI, FCF.NSF, FCF.CSA, FCF.CIG, FCF.PWD, FCF.SEP, FCF.PSA, FCF.CIA, FCF.ISP}
    | {FCF.TSI, FCF.SUB, FCF.SID, FCF.TSA, FCF.IRA}
)
"""Frames that only precede another one: neither a command nor a response by themselves (T.30, 5.3.6.1)."""

_KNOWN: Final[dict[int, FCF]] = {int(fcf): fcf for fcf in FCF} | {
    int(fcf) | _X: fcf for fcf in FCF if fcf not in WITHOUT_X
}


@dataclass(frozen=True)
class Frame:
    """One frame: its kind, its contents, and the bit X of its sender."""

    fcf: FCF
    fif: bytes = b""
    x: bool = False

    def octets(self, final: bool) -> bytes:
        """Return address, control, FCF and FIF, without the frame check sequence."""
        control = CONTROL | FINAL if final else CONTROL
        code = self.fcf | _X if self.x and self.fcf not in WITHOUT_X else self.fcf
        return bytes((ADDRESS, control, code)) + self.fif

    def with_x(self) -> Frame:
        """Return this frame as a station sends it that has received a DIS: with the bit X, in its FCF2 too (A.4.3)."""
        if self.fcf in WITHOUT_X:
            return self
        has_fcf2 = self.fcf in (FCF.PPS, FCF.EOR) and self.fif and self.fif[0] != NULL
        return replace(self, fif=bytes((self.fif[0] | _X,)) + self.fif[1:] if has_fcf2 else self.fif, x=True)

    @property
    def name(self) -> str:
        """The frame's name; with its second field if it has one, such as PPS-EOP."""
        if self.fcf in (FCF.PPS, FCF.EOR) and self.fif:
            return f"{self.fcf.name}-{fcf2_name(self.fif[0])}"
        return self.fcf.name.replace("_", "-")


def parse_frame(octets: bytes) -> Frame | None:
    """Read the frame in these octets (without its check sequence); None if T.30 does not define it."""
    if len(octets) < 3 or octets[0] != ADDRESS or octets[1] not in (CONTROL, CONTROL | FINAL):
        return None
    fcf = find_fcf(octets[2])
    if fcf is None:
        return None
    return Frame(fcf, octets[3:], x=fcf not in WITHOUT_X and bool(octets[2] & _X))


def is_final(octets: bytes) -> bool:
    """Return whether these octets are of the last frame before the other end may send."""
    return len(octets) > 1 and bool(octets[1] & FINAL)


def find_fcf(code: int) -> FCF | None:
    """Find the facsimile control field of this octet, whatever its bit X; None if T.30 does not define it."""
    return _KNOWN.get(code)


def fcf2_name(code: int) -> str:
    """Return the name of the second facsimile control field of PPS and EOR."""
    if code == NULL:
        return "NULL"
    known = find_fcf(code)
    return known.name.replace("_", "-") if known is not None else f"{code:02x}"


ID_LENGTH: Final = 20
_ID_CHARACTERS: Final = frozenset("0123456789+ ")


def pack_station_id(text: str) -> bytes:
    """Make the FIF of CSI, TSI and CIG: 20 characters, the last one first (T.30, 5.3.6.2.4).

    Only digits, space and + may be sent; others are left out.
    """
    allowed = "".join(character for character in text if character in _ID_CHARACTERS)
    return allowed[:ID_LENGTH].rjust(ID_LENGTH).encode("ascii")[::-1].translate(REVERSED)


_SELECTION_CHARACTERS: Final = _ID_CHARACTERS | frozenset("*#")


def clean_selection(text: str) -> str:
    """Reduce a text to what SUB, SEP, PWD, SID and PSA can carry: at most twenty digits, spaces, +, * and #
    (5.3.6.2.5).
    """
    allowed = "".join(character for character in text if character in _SELECTION_CHARACTERS)
    return allowed[:ID_LENGTH].strip()


def pack_selection(text: str) -> bytes:
    """Make the FIF of SUB, SEP, PWD, SID and PSA: like a station id, with * and #."""
    return clean_selection(text).rjust(ID_LENGTH).encode("ascii")[::-1].translate(REVERSED)


def unpack_station_id(fif: bytes) -> str:
    """Read the station id in a FIF of any length and content: octets that are not allowed are kept as Latin-1,
    control characters as spaces.
    """
    text = fif[:64].translate(REVERSED)[::-1].decode("latin-1")
    return "".join(character if character.isprintable() else " " for character in text).strip()


REVERSED: Final = bytes(int(f"{octet:08b}"[::-1], 2) for octet in range(256))
"""Each octet with its bits in reverse order: a telephone line carries an octet's least significant bit first.

The characters of station ids are sent so, as T.30 prints them, and so are the numbers of frames, blocks and pages;
everything else here is in document order."""


def pack_numbers(*numbers: int) -> bytes:
    """Make the number of a frame in FCD (T.4, A.3.6), or the counters of a PPS (T.30, A.4.3): least significant bit
    first on the line.
    """
    return bytes(numbers).translate(REVERSED)


def unpack_numbers(octets: bytes) -> tuple[int, ...]:
    """Read the numbers in octets that `pack_numbers` has made."""
    return tuple(octets.translate(REVERSED))
