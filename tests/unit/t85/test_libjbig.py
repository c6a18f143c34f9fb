# SPDX-License-Identifier: GPL-3.0-or-later
"""Ours against libjbig's, both ways, to the byte."""

import random

import pytest

from faxcore.t85.image_header import make_at_move
from tests.unit.t85 import libjbig
from tests.unit.t85.helpers import PAGES, WIDTHS, Codec, bih, decode, encode, encode_with_moves

pytestmark = pytest.mark.skipif(libjbig.library() is None, reason="libjbig is not installed")

LARGE = [4864, 9999, 65472, 65535]


def both_ways(codec: Codec, page: bytes, width: int, *, known: bool, stripe: int, typical: bool, two: bool) -> None:
    """Without moves of the adaptive pixel the octets are the same; with them each reads the other's."""
    options = typical * libjbig.TPBON | two * libjbig.LRLTWO
    theirs = libjbig.encode(page, width, options=options, l0=stripe, known=known)
    ours = {
        adaptive: encode(
            page,
            width,
            codec=codec,
            known=known,
            rows_per_stripe=stripe,
            typical_prediction=typical,
            two_line_template=two,
            adaptive_template=adaptive,
        )
        for adaptive in (False, True)
    }
    assert ours[False] == theirs
    assert libjbig.decode(ours[True], width) == (page, "OK")
    moved = libjbig.encode(page, width, options=options, l0=stripe, known=known, mx=127)
    for coded in (theirs, moved):
        decoder = decode(coded, width, codec=codec)
        assert (decoder.ended, decoder.broken) == (True, None)
        assert decoder.bitmap() == page


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("kind", PAGES)
def test_every_kind_of_page(codec: Codec, width: int, kind: str) -> None:
    page = PAGES[kind](width, 50)
    both_ways(codec, page, width, known=True, stripe=128, typical=True, two=False)
    both_ways(codec, page, width, known=False, stripe=16, typical=True, two=True)


@pytest.mark.parametrize("width", LARGE)
def test_wide_pages(codec: Codec, width: int) -> None:
    page = PAGES["text"](width, 12)
    both_ways(codec, page, width, known=True, stripe=128, typical=True, two=False)
    both_ways(codec, page, width, known=False, stripe=3, typical=False, two=True)


@pytest.mark.parametrize("rows", [1, 2, 127, 128, 129, 256, 300])
@pytest.mark.parametrize("known", [False, True])
def test_every_length(codec: Codec, rows: int, known: bool) -> None:
    for kind in PAGES:
        page = PAGES[kind](64, rows)
        both_ways(codec, page, 64, known=known, stripe=128, typical=True, two=False)


def test_small_pages_of_all_sorts(codec: Codec) -> None:
    chance = random.Random(85)
    for seed in range(300):
        width, rows = chance.randrange(1, 90), chance.randrange(1, 25)
        page = chance.choice([PAGES["text"], PAGES["noise"], PAGES["blank"]])(width, rows, seed)
        flags = {name: chance.random() < 0.5 for name in ("known", "typical", "two")}
        both_ways(codec, page, width, stripe=chance.choice([1, 2, 5, 128]), **flags)


def test_a_move_in_the_middle_of_a_stripe(codec: Codec) -> None:
    chance = random.Random(3)
    for two, nearest in ((False, 3), (True, 5)):
        for _ in range(60):
            width = chance.randrange(1, 200)
            page = PAGES["noise"](width, 9, 2)
            moves = {chance.randrange(9): chance.choice([0, *range(nearest, 128)])}
            stream = encode_with_moves(page, width, moves, two_line_template=two)
            assert libjbig.decode(stream, width) == (page, "OK")
            assert decode(stream, width, codec=codec).bitmap() == page


@pytest.mark.parametrize("two", [False, True])
@pytest.mark.parametrize("shift", [0, 1, 2, 3, 4, 5, 126, 127, 128])
def test_moves_are_refused_where_libjbig_refuses_them(codec: Codec, two: bool, shift: int) -> None:
    page = PAGES["noise"](30, 2)
    coded = encode(page, 30, two_line_template=two)
    stream = coded[:20] + make_at_move(1, shift) + coded[20:]
    said = libjbig.decode(stream[:29], 30)[1]
    assert (said == "Unexpected end of input data stream") == (
        decode(stream[:29], 30).broken == "the data end in row 1"
    )


@pytest.mark.parametrize("position", [0, 1, 2, 16, 17, 18, 19])
@pytest.mark.parametrize("bit", range(8))
def test_headers_are_refused_where_libjbig_refuses_them(codec: Codec, position: int, bit: int) -> None:
    coded = bytearray(encode(PAGES["noise"](8, 4), 8))
    coded[:20] = bih(8, 4, mx=0)
    coded[position] ^= 1 << bit
    decoder = decode(bytes(coded), 8, codec=codec)
    assert (decoder.broken is None) == (libjbig.decode(bytes(coded), 8)[1] == "OK")
