# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands on the line between the rows: EOLs, tags, fill, RTC and EOFB."""

import re

import pytest

from faxcore.model.page import T4_CODINGS, Coding
from faxcore.t4.codes import EOL
from tests.unit.t4.helpers import decode, encode, text_page

WHITE_ROW = "010011011" + "00110101"  # 1728 white: make-up, terminating


def bits_of(data: bytes) -> str:
    return "".join(f"{octet:08b}" for octet in data)


def octets(bits: str) -> bytes:
    return int(bits + "0" * (-len(bits) % 8), 2).to_bytes((len(bits) + 7) // 8, "big")


def test_a_white_mh_row_is_what_the_recommendation_says() -> None:
    bits = bits_of(encode(bytes(216), 1728, Coding.MH))
    assert bits.rstrip("0") == (EOL + WHITE_ROW + EOL * 6)


@pytest.mark.parametrize("nothing", ["0000110111", "00110101", "0000110111" + "0" * 40])
def test_a_run_of_nothing_behind_a_full_row_is_no_fault(nothing: str) -> None:
    """efax ends the last row of a page so."""
    found = decode(octets(EOL + WHITE_ROW + EOL + WHITE_ROW + nothing + EOL * 6), 1728, Coding.MH)
    assert (found.rows, found.bad_rows, found.ended) == (2, 0, True)


@pytest.mark.parametrize("k", [1, 2, 4])
def test_one_row_in_k_is_coded_by_itself(k: int) -> None:
    bits = bits_of(encode(bytes(216 * 8), 1728, Coding.MR, k=k))
    tags = re.findall(EOL + "(.)", bits)[:8]
    assert tags == ["1" if row % k == 0 else "0" for row in range(8)]
    assert bits.rstrip("0").endswith((EOL + "1") * 6)


@pytest.mark.parametrize("coding", [Coding.MH, Coding.MR])
def test_fill_makes_every_row_last_as_long_as_the_receiver_needs(coding: Coding) -> None:
    page = text_page(1728, 40)
    least = 192  # 20 ms at 9600 bit/s
    bits = bits_of(encode(page, 1728, coding, min_row_bits=least))
    ends = [found.start() for found in re.finditer(EOL, bits)][:41]
    lengths = [end - begin for begin, end in zip(ends, ends[1:], strict=False)]
    assert min(lengths) == least
    assert decode(octets(bits), 1728, coding).bitmap() == page


def test_mmr_has_no_fill() -> None:
    page = text_page(1728, 40)
    assert encode(page, 1728, Coding.MMR, min_row_bits=192) == encode(page, 1728, Coding.MMR)


@pytest.mark.parametrize("coding", [Coding.MH, Coding.MR])
def test_eols_may_end_with_an_octet(coding: Coding) -> None:
    page = text_page(1728, 40)
    data = encode(page, 1728, coding, align_eol=True)
    bits = bits_of(data)
    ends = [found.end() for found in re.finditer(EOL, bits)][:41]
    assert all(end % 8 == 0 for end in ends)
    assert decode(data, 1728, coding).bitmap() == page


def test_what_comes_before_the_first_eol_is_no_row() -> None:
    bits = "1011101" + EOL + WHITE_ROW + EOL * 6
    decoder = decode(octets(bits), 1728, Coding.MH)
    assert (decoder.rows, decoder.bad_rows, decoder.ended) == (1, 0, True)


def test_three_eols_end_a_page_and_two_do_not() -> None:
    two = EOL + WHITE_ROW + EOL * 2 + WHITE_ROW + EOL
    assert decode(octets(two), 1728, Coding.MH).rows == 2
    three = EOL + WHITE_ROW + EOL * 3 + WHITE_ROW + EOL
    decoder = decode(octets(three), 1728, Coding.MH)
    assert (decoder.rows, decoder.ended) == (1, True)


def test_a_page_without_rtc_keeps_its_last_row() -> None:
    decoder = decode(octets(EOL + WHITE_ROW + EOL + WHITE_ROW), 1728, Coding.MH)
    assert (decoder.rows, decoder.bad_rows, decoder.ended, decoder.broken) == (2, 0, False, None)


def test_one_eol_ends_an_mmr_page() -> None:
    decoder = decode(octets("1" * 5 + EOL + "1" * 9), 1728, Coding.MMR)
    assert (decoder.rows, decoder.ended, decoder.broken) == (5, True, None)


def test_an_mmr_page_without_eofb_is_whole_but_has_not_ended() -> None:
    decoder = decode(octets("1" * 5), 1728, Coding.MMR)
    assert (decoder.rows, decoder.ended, decoder.broken) == (5, False, None)


def test_nothing_is_read_behind_the_end() -> None:
    page = text_page(1728, 10)
    for coding in T4_CODINGS:
        decoder = decode(encode(page, 1728, coding), 1728, coding)
        assert not decoder.feed(b"\xff" * 100)
        assert decoder.rows == 10
