# SPDX-License-Identifier: GPL-3.0-or-later
"""The plain codec and the compiled one agree: every octet out, every row in, every reason, after every chunk."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faxcore.t85.image_header import make_at_move, make_new_length
from tests.support.hypothesis_profiles import examples
from tests.unit.t85.helpers import CODECS, PAGES, PLAIN, WIDTHS, bih, encode, encode_with_moves, flip, outcome

pytestmark = pytest.mark.skipif(len(CODECS) == 1, reason="the compiled codec was not built")

VLENGTH = 0x28


def step_by_step(octets: bytes, width: int, chunks: list[int], max_rows: int) -> list[tuple[object, ...]]:
    """Feed both; they must agree after each chunk. What they said in the end."""
    twins = [codec.decoder(width, max_rows=max_rows) for codec in CODECS]
    at = turn = 0
    while at < len(octets):
        size = chunks[turn % len(chunks)]
        assert len({twin.feed(octets[at : at + size]) for twin in twins}) == 1
        assert len({(twin.rows, twin.ended, twin.broken) for twin in twins}) == 1
        at += size
        turn += 1
    for twin in twins:
        twin.finish()
    told = [outcome(twin) for twin in twins]
    assert told[0] == told[1]
    return told


@pytest.mark.parametrize("width", [*WIDTHS, 4864, 65535])
@pytest.mark.parametrize("kind", PAGES)
def test_they_write_the_same(width: int, kind: str) -> None:
    page = PAGES[kind](width, 40 if width < 3000 else 8)
    for two in (False, True):
        for stripe in (128, 7):
            coded = {encode(page, width, codec=c, two_line_template=two, rows_per_stripe=stripe) for c in CODECS}
            assert len(coded) == 1


@examples(150)
@given(st.data())
def test_they_write_the_same_of_any_rows(data: st.DataObject) -> None:
    width = data.draw(st.integers(1, 300))
    chance = random.Random(data.draw(st.integers(0, 1 << 32)))
    period = data.draw(st.integers(1, 140))
    pattern = [chance.getrandbits(1) for _ in range(period)]
    noise = data.draw(st.sampled_from([0, 0.01, 0.1, 0.5]))
    rows = data.draw(st.integers(1, 80))
    page = bytearray()
    for _ in range(rows):
        row = 0
        for x in range(width):
            row = row << 1 | pattern[x % period] ^ (chance.random() < noise)
        page += (row << (-width % 8)).to_bytes((width + 7) // 8, "big")
    options: dict[str, Any] = {
        name: data.draw(st.booleans()) for name in ("known", "typical_prediction", "two_line_template")
    }
    options["rows_per_stripe"] = data.draw(st.sampled_from([1, 3, 40, 128]))
    assert len({encode(bytes(page), width, codec=codec, **options) for codec in CODECS}) == 1


def test_they_hand_out_the_same_octets_at_the_same_time() -> None:
    page = PAGES["text"](500, 100)
    twins = [codec.encoder(500, rows_per_stripe=9) for codec in CODECS]
    for at in range(0, len(page), 63 * 5):
        for twin in twins:
            twin.add_rows(page[at : at + 63 * 5])
        assert len({twin.take() for twin in twins}) == 1
    assert len({twin.finish() for twin in twins}) == 1


@examples(300)
@given(
    st.binary(max_size=200),
    st.sampled_from([1, 7, 8, 65, 200, 1728]),
    st.sampled_from([1, 5, 128, 0xFFFF_FFFE]),
    st.sampled_from([3, 30, 0xFFFF_FFFF]),
    st.sampled_from([0x00, 0x08, 0x20, 0x28, 0x48, 0x68]),
    st.lists(st.integers(1, 30), min_size=1, max_size=4),
)
def test_they_read_the_same_of_any_octets(
    data: bytes, width: int, stripe: int, rows: int, options: int, chunks: list[int]
) -> None:
    step_by_step(bih(width, rows, stripe=stripe, options=options) + data, width, chunks, 30)


SEGMENTS = st.sampled_from(
    [
        b"\xff\x02",
        b"\xff\x02",
        b"\xff\x03",
        b"\xff\x04",
        b"\xff\x00",
        b"\xff",
        b"\xff\x07\0\0\0\5hello",
        b"\xff\x07\0\0\xff\xf0" + bytes(0xFFF0),
        make_at_move(0, 8),
        make_at_move(2, 3),
        make_at_move(1, 127),
        make_at_move(0, 0),
        make_new_length(4),
        make_new_length(9),
        make_new_length(20),
    ]
)


@examples(300)
@given(
    st.lists(st.one_of(SEGMENTS, st.binary(max_size=12)), max_size=12),
    st.sampled_from([1, 9, 40]),
    st.sampled_from([1, 4, 128]),
    st.sampled_from([5, 30, 0xFFFF_FFFF]),
    st.sampled_from([0x00, 0x08, 0x20, 0x28, 0x48, 0x68]),
    st.integers(1, 5000),
)
def test_they_read_the_same_of_any_segments(
    segments: list[bytes], width: int, stripe: int, rows: int, options: int, chunk: int
) -> None:
    stream = bih(width, rows, stripe=stripe, options=options) + b"".join(segments)
    step_by_step(stream, width, [min(chunk, max(1, len(stream) // 50), 5000)], 25)


@pytest.mark.parametrize("known", [False, True])
@pytest.mark.parametrize("kind", PAGES)
def test_they_read_the_same_of_mutated_pages(kind: str, known: bool) -> None:
    chance = random.Random(12)
    for two in (False, True):
        page = PAGES[kind](150, 25) + PAGES["text"](150, 10)
        coded = encode(page, 150, rows_per_stripe=16, known=known, two_line_template=two)
        for _ in range(40):
            wrong = [chance.randrange(len(coded) * 8) for _ in range(chance.randrange(1, 6))]
            mutated = flip(coded, wrong)[: chance.randrange(1, len(coded) + 1)]
            step_by_step(mutated, 150, [chance.randrange(1, 60) for _ in range(3)], 60)


def test_they_read_the_same_octet_by_octet() -> None:
    for kind in PAGES:
        page = PAGES[kind](70, 40)
        for known in (False, True):
            step_by_step(encode(page, 70, known=known, rows_per_stripe=11), 70, [1], 60)


@pytest.mark.parametrize("two", [False, True])
def test_they_follow_the_same_moves(two: bool) -> None:
    chance = random.Random(13)
    for shift in range(128):
        width = chance.randrange(1, 400)
        page = PAGES[chance.choice(list(PAGES))](width, 12)
        stream = encode_with_moves(page, width, {3: shift, 7: chance.randrange(128)}, two_line_template=two)
        step_by_step(stream, width, [chance.randrange(1, 50)], 60)


def test_a_bitmap_stays_as_it_was_while_the_page_grows() -> None:
    page = PAGES["noise"](1728, 3000)
    coded = encode(page, 1728, codec=CODECS[1])
    decoder = CODECS[1].decoder(1728)
    seen = []
    for at in range(0, len(coded), 40_000):
        decoder.feed(coded[at : at + 40_000])
        seen.append(decoder.bitmap())
    assert decoder.ended
    assert all(bitmap.readonly and bitmap == page[: len(bitmap)] for bitmap in seen)
    assert len(seen[-1]) == len(page)


def test_they_refuse_the_same_pages() -> None:
    for codec in CODECS:
        assert codec is PLAIN or codec.encoder is not PLAIN.encoder
        with pytest.raises(TypeError):
            codec.decoder(8, most_rows=3)
        with pytest.raises(TypeError):
            codec.encoder(8, stripes=3)
