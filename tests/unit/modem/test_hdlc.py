# SPDX-License-Identifier: GPL-3.0-or-later
"""Bursts of error correction, bit by bit."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from faxcore.modem.hdlc import RCP_COUNT, BurstReader, check_sequence, make_burst, make_frame_bits, to_bits, to_octets
from faxcore.t30.frames import REVERSED


def test_the_number_of_a_frame_goes_out_least_significant_bit_first() -> None:
    """HylaFAX and libspandsp read it so; T.4, A.3.6. Two ends that both have it wrong would agree."""
    data = bytes(range(256))
    bits = to_bits(make_burst({1: data, 6: data}, 2400))
    for number_on_the_line in (0x80, 0x60):
        assert make_frame_bits(bytes((0xFF, 0xC0, 0x60, number_on_the_line)) + data) in bits


def test_what_a_burst_holds_is_read_back_whatever_the_pieces() -> None:
    frames = {number: bytes([number] * 256) for number in (0, 1, 127, 255)}
    stream = make_burst(frames, 14400)
    for size in (1, 7, 512, len(stream)):
        reader = BurstReader(256)
        more = [reader.feed(stream[start : start + size]) for start in range(0, len(stream), size)]
        assert reader.frames == frames
        assert not more[-1]


DATA = st.binary(min_size=64, max_size=64) | st.sampled_from([b"\xff" * 64, b"\0" * 64, b"\x7e" * 64, b"\x1f\xf8" * 32])
FRAMES = st.dictionaries(st.integers(0, 255), DATA, max_size=6)


def read_all(bits: str, size: int = 64) -> dict[int, bytes]:
    reader = BurstReader(size)
    reader.feed(to_octets(bits))
    return reader.frames


@given(frames=FRAMES, cuts=st.lists(st.integers(1, 40), min_size=1, max_size=5))
def test_any_frames_in_any_pieces_come_back(frames: dict[int, bytes], cuts: list[int]) -> None:
    stream = make_burst(frames, 2400)
    reader, start, step = BurstReader(64), 0, 0
    while start < len(stream):
        reader.feed(stream[start : start + cuts[step % len(cuts)]])
        start, step = start + cuts[step % len(cuts)], step + 1
    assert reader.frames == frames
    assert reader.rcp == RCP_COUNT


@given(data=DATA)
def test_no_flag_and_no_abort_stands_within_a_frame(data: bytes) -> None:
    assert "111111" not in make_frame_bits(b"\xff\xc0\x60\x01" + data)


@given(frames=FRAMES, flips=st.lists(st.integers(0, 10_000), min_size=1, max_size=12), shift=st.integers(0, 7))
def test_bit_errors_lose_frames_and_never_change_one(frames: dict[int, bytes], flips: list[int], shift: int) -> None:
    bits = list("1" * shift + to_bits(make_burst(frames, 2400)))
    for place in flips:
        bits[place % len(bits)] = "10"[int(bits[place % len(bits)])]
    for number, data in read_all("".join(bits)).items():
        assert frames.get(number) == data


@given(noise=st.binary(max_size=4000))
def test_noise_is_no_frame_and_takes_no_room(noise: bytes) -> None:
    reader = BurstReader(64)
    for _ in range(4):
        reader.feed(noise)
    assert reader.frames == {}
    assert len(reader._bits) < 3 * (64 + 6) * 10


def test_flags_that_share_a_zero_are_flags() -> None:
    frame = make_frame_bits(b"\xff\xc0\x60\x80" + b"\x5a" * 64)
    for flags in ("01111110", "011111101111110", "0111111011111101111110", "0111111001111110"):
        assert read_all(flags + frame + flags + frame + "01111110") == {1: b"\x5a" * 64}


def test_a_frame_of_another_size_or_kind_is_dropped() -> None:
    flag = "01111110"
    for octets in (b"\xff\xc0\x60\x01short", b"\xff\xc0\x99\x01" + bytes(64), b"\x7f\xc0\x60\x01" + bytes(64), b"\xff"):
        assert read_all(flag + make_frame_bits(octets) + flag) == {}


def test_frames_behind_a_lost_rcp_are_still_read_and_three_rcp_end_the_burst() -> None:
    reader = BurstReader(64)
    stream = make_burst({5: bytes(64)}, 2400)
    assert reader.feed(stream[: len(stream) - 30])
    assert not reader.feed(stream[len(stream) - 30 :])


def test_the_check_sequence_is_that_of_the_recommendation() -> None:
    """CRC-16 of X.25, its bits in line order: 0x906E for "123456789" when octets go out low bit first."""
    octets = b"123456789".translate(REVERSED)
    assert check_sequence(octets).translate(REVERSED) == (0x906E).to_bytes(2, "little")
