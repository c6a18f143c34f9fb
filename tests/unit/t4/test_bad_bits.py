# SPDX-License-Identifier: GPL-3.0-or-later
"""Noise, hostility and truncation: everything wrong is flagged, the rest is kept, and nothing grows."""

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faxcore.model.page import Coding
from faxcore.t4.codes import EOL, EXTENSION
from faxcore.t4.decoded_page import BAD, GOOD, LOST
from tests.support.hypothesis_profiles import examples
from tests.unit.t4.helpers import CODINGS, decode, encode, flip, new_decoder, noise_page, outcome, text_page
from tests.unit.t4.test_line_format import WHITE_ROW, bits_of, octets

ROWS = 200
PAGE = text_page(1728, ROWS)


def row(bitmap: bytes, number: int) -> bytes:
    return bitmap[number * 216 : number * 216 + 216]


def start_of_row(bits: str, number: int) -> int:
    """The first bit behind the EOL (and tag) of a row."""
    at = -1
    for _ in range(number + 1):
        at = bits.find(EOL, at + 1)
    return at + len(EOL)


def test_a_wrong_code_costs_one_mh_row() -> None:
    data = encode(PAGE, 1728, Coding.MH)
    decoder = decode(flip(data, [start_of_row(bits_of(data), 50) + 3]), 1728, Coding.MH)
    assert decoder.rows == ROWS
    assert decoder.bad_rows == decoder.worst_bad_run == 1
    bitmap = decoder.bitmap()
    for number in range(ROWS):
        assert row(bitmap, number) == row(PAGE, 49 if number == 50 else number)


def test_mr_rows_that_depend_on_a_bad_one_are_concealed_too() -> None:
    data = encode(PAGE, 1728, Coding.MR, k=4)
    decoder = decode(flip(data, [start_of_row(bits_of(data), 52) + 1]), 1728, Coding.MR)
    assert decoder.status()[48:60] == bytes([GOOD] * 4 + [BAD] + [LOST] * 3 + [GOOD] * 4)
    assert decoder.worst_bad_run == 4
    assert row(decoder.bitmap(), 55) == row(PAGE, 51)
    assert row(decoder.bitmap(), 56) == row(PAGE, 56)


@pytest.mark.parametrize("coding", [Coding.MH, Coding.MR])
@pytest.mark.parametrize("bit", range(1, 12))
def test_a_wrong_bit_in_an_eol_moves_no_row(coding: Coding, bit: int) -> None:
    """Without the slip rule two rows became one, and the rest of the page moved up."""
    data = encode(PAGE, 1728, coding)
    wrong = start_of_row(bits_of(data), 100) - len(EOL) + bit
    decoder = decode(flip(data, [wrong]), 1728, coding)
    assert decoder.rows == ROWS
    assert decoder.bitmap()[110 * 216 :] == PAGE[110 * 216 :]
    assert 1 <= decoder.bad_rows <= 6


def test_a_piece_far_longer_than_its_neighbours_counts_as_two_rows() -> None:
    """The EOL is gone and a code is wrong: only the length tells."""
    page = noise_page(1728, 20)
    data = encode(page, 1728, Coding.MH)
    start = start_of_row(bits_of(data), 10)
    decoder = decode(flip(data, [start + 200, start - 4, start - 6, start - 300]), 1728, Coding.MH)
    assert decoder.rows == 20
    assert decoder.bitmap()[11 * 216 :] == page[11 * 216 :]


@pytest.mark.parametrize("coding", [Coding.MH, Coding.MR])
def test_a_noisy_page_keeps_its_length_and_flags_what_is_wrong(coding: Coding) -> None:
    chance = random.Random(7)
    data = encode(PAGE, 1728, coding)
    bad = 0
    for _ in range(20):
        wrong = sorted(chance.sample(range(100, len(data) * 8 - 100), len(data) * 8 // 10_000))
        decoder = decode(flip(data, wrong), 1728, coding)
        assert abs(decoder.rows - ROWS) <= 1
        assert decoder.bad_rows <= 5 * len(wrong)
        bad += decoder.bad_rows
    assert bad >= 20


def test_mmr_stops_at_the_first_error_and_says_where() -> None:
    data = encode(PAGE, 1728, Coding.MMR)
    decoder = decode(flip(data, [len(data) * 4]), 1728, Coding.MMR)
    assert decoder.broken is not None
    assert "row" in decoder.broken
    assert not decoder.ended
    good = decoder.rows
    assert 0 < good < ROWS
    assert decoder.bitmap()[: (good - 20) * 216] == PAGE[: (good - 20) * 216]


def test_uncompressed_mode_is_named() -> None:
    decoder = decode(octets("11" + EXTENSION + "111" + "0" * 20), 1728, Coding.MMR)
    assert decoder.broken == "row 3 asks for uncompressed mode"


@pytest.mark.parametrize(
    ("bits", "reason"),
    [
        ("1" * 3 + "010" + "0" * 40, "row 4 has codes that make no row"),
        ("1" * 3 + "0001" + "0" * 40, "row 4 has codes that make no row"),
        ("1" * 3 + "00000001" + "0" * 40, "row 4 begins with an invalid code"),
        ("1" * 3 + "001" + "000111" + "11" + EOL + EOL, "the page ends in the middle of row 4"),
        ("1" * 3 + "001" + "000111" + "1", "the data end in row 4"),
    ],
)
def test_mmr_errors_have_reasons(bits: str, reason: str) -> None:
    decoder = decode(octets(bits), 1728, Coding.MMR)
    assert decoder.rows == 3
    assert str(decoder.broken).startswith(reason)


def test_a_run_of_nothing_in_the_middle_of_a_row_is_wrong() -> None:
    nothing = "000111" + "0000110111" + "000111"  # 1 white, 0 black, 1 white
    decoder = decode(octets(EOL + WHITE_ROW + EOL + nothing + EOL * 6), 1728, Coding.MH)
    assert decoder.status() == bytes([GOOD, BAD])


def test_rows_are_bounded() -> None:
    """One octet of MMR may be eight rows: 1 MiB would be 1.8 GB."""
    decoder = new_decoder(1728, Coding.MMR)
    assert not decoder.feed(b"\xff" * (1 << 20))
    assert decoder.rows == 12_000
    assert decoder.broken == "more than 12000 rows"
    endless = octets((EOL + WHITE_ROW) * 500)
    decoder = decode(endless, 1728, Coding.MH, max_rows=99)
    assert (decoder.rows, decoder.broken) == (99, "more than 99 rows")


@pytest.mark.parametrize("coding", CODINGS)
@pytest.mark.parametrize("octet", [0x00, 0x55, 0xFE])
def test_bits_without_an_end_are_bounded(coding: Coding, octet: int) -> None:
    decoder = new_decoder(1728, coding)
    fed = 0
    while fed < 1 << 22 and decoder.feed(bytes([octet]) * 4096):
        fed += 4096
    assert decoder.broken is not None
    assert decoder.waiting_bits < 1 << 19


@examples(150)
@given(
    st.binary(max_size=600),
    st.sampled_from([1, 8, 64, 1728, 2432, 65535]),
    st.sampled_from(CODINGS),
    st.lists(st.integers(1, 40), min_size=1, max_size=5),
)
def test_any_bits_in_any_chunks(data: bytes, width: int, coding: Coding, chunks: list[int]) -> None:
    whole = decode(data, width, coding, max_rows=50)
    assert whole.rows <= 50
    assert len(whole.bitmap()) == whole.rows * ((width + 7) // 8)
    assert outcome(decode(data, width, coding, *chunks, max_rows=50)) == outcome(whole)


@pytest.mark.parametrize("coding", CODINGS)
def test_mutated_pages_in_any_chunks(coding: Coding) -> None:
    chance = random.Random(11)
    data = encode(PAGE[: 60 * 216], 1728, coding)
    for _ in range(60):
        wrong = [chance.randrange(len(data) * 8) for _ in range(chance.randrange(1, 30))]
        mutated = flip(data, wrong)[: chance.randrange(1, len(data))]
        chunks = [chance.randrange(1, 300) for _ in range(3)]
        assert outcome(decode(mutated, 1728, coding, *chunks)) == outcome(decode(mutated, 1728, coding))


@pytest.mark.parametrize("coding", CODINGS)
def test_fed_like_a_modem_it_keeps_up_with_twenty_times_the_line(coding: Coding) -> None:
    """288 kbit/s: a dithered page, the worst there is, in pieces of 64 octets."""
    data = encode(noise_page(1728, 300), 1728, coding)
    begun = time.process_time()
    assert decode(data, 1728, coding, 64).rows == 300
    assert time.process_time() - begun < len(data) * 8 / 288_000


def test_impossible_pages_are_refused() -> None:
    with pytest.raises(ValueError, match="0 wide"):
        new_decoder(0, Coding.MH)
