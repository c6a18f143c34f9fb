# SPDX-License-Identifier: GPL-3.0-or-later
"""HDLC frames as bits, for the bursts of error correction: a Class 1 modem carries those as a raw bit stream (T.4,
Annex A).

A frame is flag, address, control, FCF, contents, frame check sequence, flag; after five ones between flags a zero
is stuffed. All of that is done on strings of the characters 0 and 1: Python replaces and searches in them at the
speed of C, so that a block of 64 kB takes milliseconds. Octets are in document order, first bit on the line most
significant; in that order the check sequence is the plain CRC-16 of `binascii`, preset to ones and inverted.
"""

from __future__ import annotations

import re
from binascii import crc_hqx

from faxcore.t30.frames import pack_numbers, unpack_numbers

FLAG = "01111110"
FLAG_READ = re.compile("0111111(?=0)")
"""A flag without its last zero, which the next flag may share (T.30, 5.3.3)."""
SYNC_SECONDS = 0.2
"""Flags before the first frame of a burst: at least 200 ms (A.3.3)."""
RCP_COUNT = 3
"""RCP frames at the end of a burst (A.3.5)."""
ADDRESS, CONTROL, FCD, RCP = 0xFF, 0xC0, 0x60, 0x61


def check_sequence(octets: bytes) -> bytes:
    """Compute the 16-bit frame check sequence (T.30, 5.3.7)."""
    return (crc_hqx(octets, 0xFFFF) ^ 0xFFFF).to_bytes(2, "big")


def to_bits(octets: bytes) -> str:
    """Return octets as a string of 0 and 1, most significant first."""
    return bin(int.from_bytes(b"\1" + octets, "big"))[3:] if octets else ""


def to_octets(bits: str) -> bytes:
    """Return a string of 0 and 1 as octets; the last one is filled up with zeros."""
    if not bits:
        return b""
    bits += "0" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big")


def make_frame_bits(octets: bytes) -> str:
    """Make one frame without its flags: contents and check sequence, zeros stuffed."""
    return to_bits(octets + check_sequence(octets)).replace("11111", "111110")


def make_burst(frames: dict[int, bytes], rate: int) -> bytes:
    """Make a whole burst: flags, one FCD frame for each number and its data, three RCP (A.3)."""
    parts = [FLAG * (int(rate * SYNC_SECONDS / 8) + 1)]
    for number, data in frames.items():
        parts += (make_frame_bits(bytes((ADDRESS, CONTROL, FCD)) + pack_numbers(number) + data), FLAG)
    for _ in range(RCP_COUNT):
        parts += (make_frame_bits(bytes((ADDRESS, CONTROL, RCP))), FLAG)
    # Some more flags after the last: the modem may cut the end of a transmission.
    return to_octets("".join((*parts, FLAG, FLAG)))


class BurstReader:
    """Collects the frames of a burst from its bits, in pieces of any size. Frames with a wrong check sequence are
    dropped.
    """

    def __init__(self, frame_size: int) -> None:
        self.frames: dict[int, bytes] = {}
        self.rcp = 0
        """RCP frames seen; after three the burst has ended."""
        self._size = frame_size
        self._bits = ""
        self._in_step = False
        """True if the bits in hand begin with the zero that ends a flag."""
        self._longest = (frame_size + 6) * 8 * 6 // 5 + 16

    def feed(self, octets: bytes) -> bool:
        """Read more of the stream. False once the burst has ended, so that nobody waits for more."""
        self._bits += to_bits(octets)
        *whole, self._bits = FLAG_READ.split(self._bits)
        for bits in whole:
            # The zero that ends a flag may also begin the next flag: then there is nothing between them.
            if bits and self._in_step:
                self._read_frame(bits[1:])
            self._in_step = True
        # No frame is longer than this: anything longer is noise. A flag may still be hidden in its last bits.
        if len(self._bits) > 2 * self._longest:
            self._bits, self._in_step = self._bits[-self._longest :], False
        return self.rcp < RCP_COUNT

    def _read_frame(self, bits: str) -> None:
        if "111111" in bits or len(bits) > self._longest:
            return
        bits = bits.replace("111110", "11111")
        if len(bits) % 8 or len(bits) < 40:
            return
        octets = to_octets(bits)
        content, check = octets[:-2], octets[-2:]
        if check != check_sequence(content) or content[0] != ADDRESS or content[1] not in (CONTROL, CONTROL | 8):
            return
        if content[2] & 0x7F == RCP:
            self.rcp += 1
        elif content[2] & 0x7F == FCD and len(content) == self._size + 4:
            self.frames[unpack_numbers(content[3:4])[0]] = content[4:]
