# SPDX-License-Identifier: GPL-3.0-or-later
"""What is coded is decoded, at any width, with any option, in any chunks."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faxcore.model.page import Page, Resolution, Width
from faxcore.t85 import IMPLEMENTATION, encode_page
from faxcore.t85.image_header import ATMOVE, ESC
from tests.support.hypothesis_profiles import examples
from tests.unit.t85.helpers import CODECS, PAGES, WIDTHS, Codec, decode, encode, outcome

OPTIONS = ("known", "typical_prediction", "two_line_template", "adaptive_template")


def test_the_active_implementation_has_a_name() -> None:
    assert IMPLEMENTATION in {codec.name for codec in CODECS}


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("kind", PAGES)
def test_pages_come_back(codec: Codec, width: int, kind: str) -> None:
    page = PAGES[kind](width, 40)
    decoder = decode(encode(page, width, codec=codec), width, codec=codec)
    assert decoder.bitmap() == page
    assert decoder.ended
    assert decoder.broken is None
    assert decoder.status() == bytes(40)
    assert decoder.bad_rows == decoder.worst_bad_run == 0


@pytest.mark.parametrize("width", [11, 200])
@pytest.mark.parametrize("kind", PAGES)
@pytest.mark.parametrize("flags", list(itertools.product([False, True], repeat=4)))
def test_with_every_option(codec: Codec, width: int, kind: str, flags: tuple[bool, ...]) -> None:
    page = PAGES[kind](width, 30)
    options = dict(zip(OPTIONS, flags, strict=True))
    for stripe in (1, 7, 30, 128):
        coded = encode(page, width, codec=codec, rows_per_stripe=stripe, **options)
        decoder = decode(coded + bytes(3), width, codec=codec)
        assert (decoder.ended, decoder.broken) == (True, None)
        assert decoder.bitmap() == page


def test_a_page_of_one_great_stripe(codec: Codec) -> None:
    page = PAGES["text"](1728, 300)
    coded = encode(page, 1728, codec=codec, rows_per_stripe=0xFFFF_FFFF, known=False)
    assert decode(coded, 1728, codec=codec).bitmap() == page


@examples(80)
@given(st.data())
def test_any_rows_in_any_chunks(data: st.DataObject) -> None:
    codec = data.draw(st.sampled_from(CODECS))
    width = data.draw(st.integers(1, 150))
    rows = data.draw(st.lists(st.integers(0, (1 << width) - 1), min_size=1, max_size=12))
    page = b"".join((row << (-width % 8)).to_bytes((width + 7) // 8, "big") for row in rows)
    options = {name: data.draw(st.booleans()) for name in OPTIONS}
    coded = encode(page, width, codec=codec, rows_per_stripe=data.draw(st.integers(1, 14)), **options)
    chunks = data.draw(st.lists(st.integers(1, 9), min_size=1, max_size=4))
    whole = decode(coded, width, codec=codec)
    assert whole.bitmap() == page
    assert outcome(decode(coded, width, *chunks, codec=codec)) == outcome(whole)


def test_padding_bits_do_not_count(codec: Codec) -> None:
    assert encode(b"\x80\x1f", 11, codec=codec) == encode(b"\x80\x00", 11, codec=codec)
    assert encode(b"\x80\x00\x80\x1f", 11, codec=codec) == encode(b"\x80\x00\x80\x00", 11, codec=codec)


def test_each_stripe_is_out_when_its_rows_are_in(codec: Codec) -> None:
    page = PAGES["text"](1728, 300)
    encoder = codec.encoder(1728)
    out = encoder.take()
    assert len(out) == 20  # the header, before the first row
    sizes = []
    for at in range(0, len(page), 50 * 216):
        encoder.add_rows(memoryview(page)[at : at + 50 * 216])
        more = encoder.take()
        sizes.append(bool(more))
        out += more
    assert sizes == [False, False, True, False, False, True]
    assert out + encoder.finish() == encode(page, 1728, known=False, codec=codec)


def test_rows_are_there_as_soon_as_their_octets_are(codec: Codec) -> None:
    """A decoder that waits for the end of the stripe would show nothing here."""
    page = PAGES["noise"](1728, 100)
    coded = encode(page, 1728, codec=codec)
    decoder = codec.decoder(1728)
    assert decoder.feed(coded[: len(coded) // 2])
    assert 40 < decoder.rows < 60
    early = decoder.bitmap()
    assert early == page[: decoder.rows * 216]
    assert not decoder.feed(coded[len(coded) // 2 :])
    assert early == page[: len(early)]
    assert early.readonly


def test_a_page_object_is_coded_whole(codec: Codec) -> None:
    page = Page(Width.A4, Resolution.FINE, PAGES["text"](1728, 30))
    assert encode_page(page) == encode(page.rows, 1728, codec=codec)


def test_screens_move_the_adaptive_pixel_and_make_the_page_smaller(codec: Codec) -> None:
    page = PAGES["screen"](800, 128)
    moved, home = (encode(page, 800, codec=codec, adaptive_template=flag) for flag in (True, False))
    assert bytes((ESC, ATMOVE, 0, 0, 0, 0, 6, 0)) in moved
    assert len(moved) < 0.6 * len(home)


@pytest.mark.parametrize("kind", ["text", "noise", "blank"])
def test_other_pages_leave_it_at_home(codec: Codec, kind: str) -> None:
    page = PAGES[kind](800, 128)
    moved, home = (encode(page, 800, codec=codec, adaptive_template=flag) for flag in (True, False))
    assert moved[20:] == home[20:]


def test_it_comes_home_behind_the_photograph(codec: Codec) -> None:
    row = int.from_bytes(PAGES["noise"](800, 1), "big")
    slanted = b"".join((row << 2 * y & (1 << 800) - 1).to_bytes(100, "big") for y in range(128))
    page = PAGES["screen"](800, 128) + PAGES["screen"](800, 128, 9) + PAGES["blank"](800, 128) + slanted
    coded = encode(page, 800, codec=codec)
    moves = [coded[at + 6] for at in range(len(coded)) if coded[at : at + 2] == bytes((ESC, ATMOVE))]
    assert moves == [6, 9, 0]
    assert decode(coded, 800, codec=codec).bitmap() == page


def test_what_is_no_page_is_refused(codec: Codec) -> None:
    with pytest.raises(ValueError, match="whole number of rows"):
        codec.encoder(1728).add_rows(bytes(217))
    for width, options in [(0, {}), (65536, {}), (8, {"rows": 0}), (8, {"rows": 1 << 32}), (8, {"rows_per_stripe": 0})]:
        with pytest.raises(ValueError, match="a page cannot be"):
            codec.encoder(width, **options)
    with pytest.raises(ValueError, match="ends with 0 rows"):
        codec.encoder(8).finish()
    encoder = codec.encoder(8, rows=3)
    encoder.add_rows(b"12")
    with pytest.raises(ValueError, match="ends with 2 rows"):
        encoder.finish()
    encoder.add_rows(b"3")
    with pytest.raises(ValueError, match="more than the 3 rows"):
        encoder.add_rows(b"4")
    for width, max_rows in [(0, 1), (65536, 1), (8, -1)]:
        with pytest.raises(ValueError, match="a page cannot be"):
            codec.decoder(width, max_rows=max_rows)
