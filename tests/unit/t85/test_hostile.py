# SPDX-License-Identifier: GPL-3.0-or-later
"""Streams made to hurt: nothing grows beyond the page's limits, and any octets in any chunks mean the same."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faxcore.t85.image_header import make_at_move
from faxcore.t85.reasons import MAX_IDLE
from tests.support.hypothesis_profiles import examples
from tests.unit.t85.helpers import CODECS, PAGES, Codec, bih, decode, encode, flip, outcome

VLENGTH = 0x28
HUGE = 0xFFFF_FFFE


@pytest.mark.parametrize("stripe", [1, 128, HUGE])
@pytest.mark.parametrize("rows", [99, HUGE, 0xFFFF_FFFF])
def test_rows_made_of_nothing_are_bounded(codec: Codec, stripe: int, rows: int) -> None:
    """Two octets a stripe, or two for the whole page."""
    stream = bih(1728, rows, stripe=stripe, options=VLENGTH) + b"\xff\x02" * 300
    decoder = decode(stream, 1728, codec=codec, max_rows=100)
    assert decoder.rows == min(rows, 100)
    assert decoder.broken == (None if rows == 99 else "more than 100 rows")


@pytest.mark.parametrize("octet", [0x00, 0x55, 0xFE, 0xFF])
def test_a_mebibyte_of_one_octet(codec: Codec, octet: int) -> None:
    for stripe in (128, HUGE):
        decoder = codec.decoder(64, max_rows=500)
        decoder.feed(bih(64, HUGE, stripe=stripe, options=VLENGTH) + bytes([octet]) * (1 << 20))
        decoder.finish()
        assert decoder.broken is not None
        assert decoder.rows <= 500


@pytest.mark.parametrize("segment", [make_at_move(0, 9), b"\xff\x07\0\0\0\0", b"\xff\x07\0\0\0\3abc"])
def test_marker_segments_without_an_end_are_bounded(codec: Codec, segment: bytes) -> None:
    decoder = codec.decoder(1728)
    decoder.feed(bih(1728, 10))
    fed = 0
    while decoder.feed(segment * 64):
        fed += 64 * len(segment)
        assert fed <= MAX_IDLE
    assert decoder.broken == "no row 1 in 65536 octets"


def test_too_long_a_page_is_refused_before_its_first_row(codec: Codec) -> None:
    decoder = codec.decoder(1728, max_rows=100)
    assert not decoder.feed(bih(1728, 101))
    assert decoder.broken == "more than 100 rows"


def test_no_rows_at_all_are_allowed(codec: Codec) -> None:
    decoder = decode(bih(8, 1, options=VLENGTH) + b"\xff\x02", 8, max_rows=0, codec=codec)
    assert (decoder.rows, decoder.broken) == (0, "more than 0 rows")


@examples(200)
@given(
    st.sampled_from(CODECS),
    st.binary(max_size=300),
    st.sampled_from([1, 8, 9, 64, 1728]),
    st.sampled_from([1, 5, 128, HUGE]),
    st.sampled_from([3, 40, HUGE, 0xFFFF_FFFF]),
    st.sampled_from([0x00, 0x08, 0x20, 0x28, 0x48, 0x68]),
    st.lists(st.integers(1, 40), min_size=1, max_size=5),
)
def test_any_octets_in_any_chunks(
    codec: Codec, data: bytes, width: int, stripe: int, rows: int, options: int, chunks: list[int]
) -> None:
    stream = bih(width, rows, stripe=stripe, options=options) + data
    whole = decode(stream, width, max_rows=40, codec=codec)
    assert whole.rows <= 40
    assert len(whole.bitmap()) == whole.rows * ((width + 7) // 8)
    assert whole.ended != bool(whole.broken)
    assert outcome(decode(stream, width, *chunks, max_rows=40, codec=codec)) == outcome(whole)


@pytest.mark.parametrize("known", [False, True])
def test_mutated_pages_in_any_chunks(codec: Codec, known: bool) -> None:
    chance = random.Random(11)
    coded = encode(PAGES["screen"](200, 20) + PAGES["text"](200, 20), 200, rows_per_stripe=16, known=known)
    for _ in range(100):
        wrong = [chance.randrange(len(coded) * 8) for _ in range(chance.randrange(1, 8))]
        mutated = flip(coded, wrong)[: chance.randrange(1, len(coded) + 1)]
        chunks = [chance.randrange(1, 60) for _ in range(3)]
        whole = decode(mutated, 200, max_rows=60, codec=codec)
        assert outcome(decode(mutated, 200, *chunks, max_rows=60, codec=codec)) == outcome(whole)
