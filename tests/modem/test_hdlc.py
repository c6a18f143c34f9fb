# SPDX-License-Identifier: GPL-3.0-or-later
"""Bursts of error correction, bit by bit."""

from __future__ import annotations

from faxcore.modem.hdlc import BurstReader, burst, frame_bits, to_bits


def test_the_number_of_a_frame_goes_out_least_significant_bit_first() -> None:
    """HylaFAX and libspandsp read it so; T.4, A.3.6. Two ends that both have it wrong would agree."""
    data = bytes(range(256))
    bits = to_bits(burst({1: data, 6: data}, 2400))
    for number_on_the_line in (0x80, 0x60):
        assert frame_bits(bytes((0xFF, 0xC0, 0x60, number_on_the_line)) + data) in bits


def test_what_a_burst_holds_is_read_back_whatever_the_pieces() -> None:
    frames = {number: bytes([number] * 256) for number in (0, 1, 127, 255)}
    stream = burst(frames, 14400)
    for size in (1, 7, 512, len(stream)):
        reader = BurstReader(256)
        more = [reader.feed(stream[start : start + size]) for start in range(0, len(stream), size)]
        assert reader.frames == frames
        assert not more[-1]
