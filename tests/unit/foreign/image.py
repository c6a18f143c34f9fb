# SPDX-License-Identifier: GPL-3.0-or-later
"""White pages as the far end sends them: T.4, T.6 and HDLC written down once more, in document order."""

from __future__ import annotations

from tests.unit.foreign.world import REVERSED

EOL = "000000000001"
WHITE_ROW = "010011011" + "00110101"
"""1728 white: the make-up code of 1728 and the terminating code of 0."""
FLAG = "01111110"
FRAME = 256


def octets(bits: str) -> bytes:
    """These bits, filled up with zeros."""
    bits += "0" * (-len(bits) % 8)
    return bytes(int(bits[at : at + 8], 2) for at in range(0, len(bits), 8))


def mh_page(rows: int, rtc: bool = True) -> bytes:
    """A white page, one-dimensional."""
    return octets("".join(EOL + WHITE_ROW for _ in range(rows)) + EOL * 6 * rtc)


def mmr_page(rows: int) -> bytes:
    """A white page in T.6: a row like the one above it is one bit."""
    return octets("1" * rows + EOL * 2)


def check(bits: str) -> str:
    """The frame check sequence of these bits (T.30, 5.3.7)."""
    crc = 0xFFFF
    for bit in bits:
        carry = (crc >> 15) ^ int(bit)
        crc = (crc << 1) & 0xFFFF ^ (0x1021 if carry else 0)
    return f"{crc ^ 0xFFFF:016b}"


def hdlc(frame: bytes, good: bool = True) -> str:
    """A frame on the line, without flags: its check sequence, and a 0 behind five 1."""
    bits = "".join(f"{octet:08b}" for octet in frame)
    whole = bits + (check(bits) if good else "0110" * 4)
    return whole.replace("11111", "111110")


def burst(coded: bytes, bad: frozenset[int] = frozenset(), only: range | None = None) -> bytes:
    """A block of error correction: flags, frames of 256 octets, and RCP three times. `bad` have a wrong check
    sequence, and what is not in `only` is left out.
    """
    text = FLAG * 60
    for number in range(-(-len(coded) // FRAME)):
        data = coded[number * FRAME : (number + 1) * FRAME].ljust(FRAME, b"\0")
        counter = bytes((number,)).translate(REVERSED)
        if only is None or number in only:
            text += hdlc(b"\xff\xc0\x60" + counter + data, number not in bad) + FLAG
    return octets(text + (hdlc(b"\xff\xc0\x61") + FLAG) * 3)


def pps(ending: int, page: int, block: int, frames: int) -> bytes:
    """The FIF of PPS: what ends, and the counters, least significant bit first."""
    return bytes((ending,)) + bytes((page, block, frames - 1)).translate(REVERSED)


def frames_in(octets: bytes) -> list[bytes]:
    """The frames of a burst whose check sequence is right, without it."""
    found = []
    for piece in "".join(f"{octet:08b}" for octet in octets).split(FLAG):
        bits = piece.replace("111110", "11111")
        if len(bits) >= 40 and len(bits) % 8 == 0 and check(bits[:-16]) == bits[-16:]:
            found.append(bytes(int(bits[at : at + 8], 2) for at in range(0, len(bits) - 16, 8)))
    return found


def rows_in(octets: bytes) -> list[str]:
    """The rows of a page in T.4, from EOL to EOL, each with its fill and, in two dimensions, its tag."""
    return "".join(f"{octet:08b}" for octet in octets).split(EOL)[1:]
