# SPDX-License-Identifier: GPL-3.0-or-later
"""The bits of DIS, DTC and DCS (T.30, Table 2): their numbers, their names, and a value type to read and set them.

Bit 1 is the first bit of the FIF on the line: the most significant bit of its first octet.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

EXTENSIONS: Final = (24, 32, 40, 48, 56, 64, 72, 80, 88, 96, 104, 112, 120)
"""Set where another octet follows."""

POLLING: Final = 9
RECEIVE: Final = 10
FINE: Final = 15
TWO_DIMENSIONAL: Final = 16
SHORT_FRAMES: Final = 7
ECM: Final = 27
SHORT_FRAMES_DCS: Final = 28
MMR: Final = 31
FNV: Final = 33
PSA: Final = 35
SUPERFINE: Final = 41
METRIC: Final = 45
HALF_AT_SUPERFINE: Final = 46
SEP: Final = 47
SUB: Final = 49
PASSWORD: Final = 50
"""PWD with a DTC, SID with a DCS."""
JBIG: Final = 78
"""T.85 in stripes of 128 rows."""
IRA: Final = 102
JBIG_L0: Final = 79
"""T.85 in stripes of any height. In a DIS it is valid only beside bit 78 (note 30)."""

NAMES: Final[dict[int, str]] = {
    1: "T.37",
    3: "T.38",
    4: "3G mobile",
    6: "V.8",
    SHORT_FRAMES: "64-octet frames preferred",
    POLLING: "document to poll",
    RECEIVE: "receives",
    FINE: "fine",
    TWO_DIMENSIONAL: "MR",
    26: "uncompressed",
    ECM: "ECM",
    SHORT_FRAMES_DCS: "64-octet frames",
    MMR: "MMR",
    FNV: "FNV",
    34: "multiple selective polling",
    PSA: "PSA",
    36: "T.43",
    37: "plane interleave",
    38: "voice",
    39: "more voice codings",
    SUPERFINE: "superfine",
    42: "300x300",
    43: "400x400",
    44: "inch",
    METRIC: "metric",
    HALF_AT_SUPERFINE: "half row time at superfine",
    SEP: "SEP",
    SUB: "SUB",
    PASSWORD: "PWD",
    51: "data file",
    53: "BFT",
    54: "DTM",
    55: "Edifact",
    57: "BTM",
    59: "character or mixed mode document to poll",
    60: "character mode",
    62: "mixed mode",
    65: "processable mode",
    66: "digital network",
    67: "duplex",
    68: "JPEG",
    69: "colour",
    70: "preferred Huffman tables",
    71: "12 bits",
    73: "no subsampling",
    74: "custom illuminant",
    75: "custom gamut",
    76: "letter",
    77: "legal",
    JBIG: "JBIG",
    JBIG_L0: "JBIG with any L0",
    81: "HKM",
    82: "RSA",
    83: "override",
    84: "HFX40",
    85: "cipher 2",
    86: "cipher 3",
    87: "HFX40-I",
    89: "hashing 2",
    90: "hashing 3",
    91: "more security",
    92: "MRC level 1",
    93: "MRC level 2",
    94: "MRC level 4",
    95: "MRC strips as long as the page",
    97: "colour 300 or 400",
    98: "colour 100",
    99: "BFT negotiation in phase C",
    100: "extended BFT negotiation",
    101: "ISP",
    IRA: "IRA",
    105: "600x600",
    106: "1200x1200",
    107: "300x600",
    108: "400x800",
    109: "600x1200",
    110: "colour 600",
    111: "colour 1200",
    113: "double sided alternate",
    114: "double sided continuous",
    115: "MRC in black and white",
    116: "T.45",
    117: "shared memory 1 MB",
    118: "shared memory 2 MB",
    119: "MRC colour space",
    121: "T.38 flow control",
    122: "K above 4",
    123: "Internet aware",
    124: "T.89 bit 1",
    125: "T.89 bit 2",
    126: "T.89 bit 3",
    127: "sYCC JPEG",
}
"""The meaning of a set bit, in a word, for transcripts. Bits that belong to a group are described by the group."""

RESERVED: Final = frozenset({2, 5, 8, 25, 29, 30, 52, 58, 61, 63, 103})
"""Bits to which the Recommendation gives no meaning: they are shown by their numbers."""
_GROUPED: Final = frozenset({2, 5, 8, *range(11, 15), *range(17, 24), *EXTENSIONS})


@dataclass(frozen=True)
class Bits:
    """The FIF of a DIS, DTC or DCS. Bits past its end read as 0 (T.30, Table 2, note 1)."""

    octets: bytes

    @staticmethod
    def of(*numbers: int, **groups: str) -> Bits:
        """Make a FIF with these bits set. Groups are written as printed: `at_11="1101"` sets bits 11, 12 and 14.

        Extension bits are set where they are needed, and the FIF is at least three octets long.
        """
        wanted = set(numbers)
        for name, value in groups.items():
            first = int(name.removeprefix("at_"))
            wanted |= {first + offset for offset, digit in enumerate(value) if digit == "1"}
        last = max((*wanted, 24))
        length = (last + 7) // 8
        wanted -= set(EXTENSIONS)
        wanted |= {bit for bit in EXTENSIONS if bit < (length - 1) * 8 + 1}
        octets = bytearray(length)
        for number in wanted:
            octets[(number - 1) // 8] |= 0x80 >> (number - 1) % 8
        return Bits(bytes(octets))

    @staticmethod
    def parse(fif: bytes) -> Bits | None:
        """Read a received FIF, cut at the first clear extension bit; None if it is too short."""
        if len(fif) < 3:
            return None
        for bit in EXTENSIONS:
            if bit > len(fif) * 8 or not fif[bit // 8 - 1] & 1:
                return Bits(fif[: min(bit // 8, len(fif))])
        return Bits(fif[:16])

    def with_bit(self, number: int) -> Bits:
        """Return these bits with one more set, within their length."""
        octets = bytearray(self.octets)
        octets[(number - 1) // 8] |= 0x80 >> (number - 1) % 8
        return Bits(bytes(octets))

    def __getitem__(self, number: int) -> bool:
        octet = (number - 1) // 8
        return octet < len(self.octets) and bool(self.octets[octet] & 0x80 >> (number - 1) % 8)

    def group(self, first: int, last: int) -> str:
        """Return bits first to last as printed, "1101"."""
        return "".join("01"[self[number]] for number in range(first, last + 1))

    def numbers(self) -> frozenset[int]:
        """Return the numbers of the set bits."""
        return frozenset(number for number in range(1, len(self.octets) * 8 + 1) if self[number])

    def describe(self) -> str:
        """Describe the set bits in words, for a transcript."""
        return ", ".join(
            NAMES.get(number, f"bit {number}") for number in sorted(self.numbers()) if number not in _GROUPED
        )
