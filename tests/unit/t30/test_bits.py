# SPDX-License-Identifier: GPL-3.0-or-later
"""The bits of DIS and DCS."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faxcore.t30.bits import EXTENSIONS, NAMES, RESERVED, Bits

NUMBERS = st.sets(st.integers(1, 127).filter(lambda number: number not in EXTENSIONS))


def test_bit_one_is_the_first_on_the_line() -> None:
    assert Bits.of(1).octets.hex() == "800000"
    assert Bits.of(10, at_11="0001").octets.hex() == "004400"
    assert Bits.of(27).octets.hex() == "00000120"


@given(numbers=NUMBERS)
def test_the_bits_that_were_set_are_set_and_extensions_lead_to_them(numbers: set[int]) -> None:
    bits = Bits.of(*numbers)
    assert bits.numbers() - set(EXTENSIONS) == numbers
    assert len(bits.octets) >= 3
    assert all(bits[extension] == (extension < len(bits.octets) * 8) for extension in EXTENSIONS)


@given(numbers=NUMBERS)
def test_what_is_sent_is_read_whole(numbers: set[int]) -> None:
    bits = Bits.of(*numbers)
    assert Bits.parse(bits.octets) == bits


@given(fif=st.binary(max_size=40))
def test_any_fif_is_read_or_refused(fif: bytes) -> None:
    bits = Bits.parse(fif)
    assert (bits is None) == (len(fif) < 3)
    if bits is not None:
        assert 3 <= len(bits.octets) <= 16
        assert fif.startswith(bits.octets)
        assert not bits[129]
        assert bits.describe().isprintable()


@given(length=st.integers(3, 16))
def test_reading_stops_at_the_first_clear_extension(length: int) -> None:
    octets = b"\0\0" + b"\x01" * (length - 3) + b"\0"
    bits = Bits.parse(octets + b"\xff" * 5)
    assert bits == Bits(octets)


@pytest.mark.parametrize("group", ["0000", "0001", "1101", "1111"])
def test_a_group_is_read_as_it_is_printed(group: str) -> None:
    assert Bits.of(at_11=group).group(11, 14) == group


def test_a_bit_is_added_within_the_length() -> None:
    assert Bits(b"\0\0\0").with_bit(10) == Bits.of(10)


def test_bits_past_the_end_are_clear() -> None:
    bits = Bits(b"\xff\xff\xff")
    assert bits[24]
    assert not bits[25]
    assert bits.group(23, 26) == "1100"


def test_every_bit_of_the_table_is_named_grouped_or_reserved() -> None:
    grouped = {*range(11, 15), *range(17, 24)}
    assert set(NAMES) | RESERVED | grouped | set(EXTENSIONS) == set(range(1, 128))
    assert not set(NAMES) & (RESERVED | grouped | set(EXTENSIONS))
    assert Bits.of(60, 62, 65, 103).describe() == "character mode, mixed mode, processable mode, bit 103"
