# SPDX-License-Identifier: GPL-3.0-or-later
"""Headers and marker segments: all that T.85 allows is read, and what it doesn't is refused in words."""

import pytest

from faxcore.t85.image_header import make_at_move, make_new_length
from faxcore.t85.reasons import MAX_IDLE, MAX_SURPLUS
from tests.unit.t85.helpers import PAGES, Codec, bih, decode, encode

WIDTH = 100
STRIDE = 13
PAGE = PAGES["text"](WIDTH, 20)
CODED = encode(PAGE, WIDTH, rows_per_stripe=8)
OPEN = encode(PAGE, WIDTH, rows_per_stripe=8, known=False)
BODY = CODED[20:]
SDNORM, SDRST, ABORT = b"\xff\x02", b"\xff\x03", b"\xff\x04"
VLENGTH = 0x28
UNKNOWN = 0xFFFF_FFFF


def comment(text: bytes, length: int | None = None) -> bytes:
    return b"\xff\x07" + (len(text) if length is None else length).to_bytes(4, "big") + text


def test_comments_are_passed_over(codec: Codec) -> None:
    said = comment(b"made by a scanner") + comment(b"\xff\x02\xff\x04")
    first = BODY.index(SDNORM) + 2
    decoder = decode(CODED[:20] + said + BODY[:first] + said + BODY[first:], WIDTH, codec=codec)
    assert decoder.ended
    assert decoder.bitmap() == PAGE


def test_a_comment_that_breaks_off_is_no_stripe(codec: Codec) -> None:
    """It might come where the length is waited for, and then nothing comes: its text is still no picture."""
    stream = bih(WIDTH, 20, stripe=8, options=VLENGTH) + BODY[: BODY.index(SDNORM) + 2] + comment(BODY, 9999)
    decoder = decode(stream, WIDTH, codec=codec)
    assert (decoder.rows, decoder.broken) == (8, "the data end in row 9")


def test_a_stripe_behind_sdrst_begins_like_a_page(codec: Codec) -> None:
    """Contexts, rows above, typical prediction and adaptive pixel are as at the start."""
    screen = PAGES["screen"](WIDTH, 40)
    parts = [encode(screen[: 30 * STRIDE], WIDTH)[20:], encode(PAGE, WIDTH)[20:-2] + SDNORM]
    page = screen[: 30 * STRIDE] + PAGE
    stream = bih(WIDTH, 50, stripe=30) + parts[0][:-2] + SDRST + parts[1]
    decoder = decode(stream, WIDTH, codec=codec)
    assert decoder.ended
    assert decoder.bitmap() == page


def test_the_last_stripe_may_end_with_sdrst(codec: Codec) -> None:
    assert decode(CODED[:-2] + SDRST, WIDTH, codec=codec).ended


def test_a_length_before_the_last_stripe(codec: Codec) -> None:
    """Told as soon as it is known, not only at the end."""
    stripes = OPEN[20:].split(SDNORM)
    stream = OPEN[:20] + stripes[0] + SDNORM + make_new_length(20) + stripes[1] + SDNORM + stripes[2] + SDNORM
    decoder = decode(stream, WIDTH, codec=codec)
    assert decoder.ended
    assert decoder.bitmap() == PAGE


def test_a_length_without_the_empty_stripe_behind_it(codec: Codec) -> None:
    decoder = decode(OPEN[:-2], WIDTH, codec=codec)
    assert decoder.ended
    assert decoder.bitmap() == PAGE


def test_a_length_that_cuts_off_rows_of_the_last_stripe(codec: Codec) -> None:
    """From an encoder that had filled the stripe up."""
    whole = encode(PAGE[: 16 * STRIDE], WIDTH, rows_per_stripe=8, known=False)
    early = whole[:-8]
    decoder = codec.decoder(WIDTH)
    assert decoder.feed(early)
    assert decoder.rows == 15  # the last row is made with zeros: it waits for what follows
    before = decoder.bitmap()
    assert not decoder.feed(make_new_length(11))
    assert (decoder.rows, decoder.ended, decoder.status()) == (11, True, bytes(11))
    assert decoder.bitmap() == PAGE[: 11 * STRIDE]
    assert before == PAGE[: 15 * STRIDE]


def test_a_known_length_may_be_made_less_or_left(codec: Codec) -> None:
    header = bih(WIDTH, 20, stripe=8, options=VLENGTH)
    assert decode(header + BODY, WIDTH, codec=codec).ended
    assert decode(header + BODY + bytes(9), WIDTH, codec=codec).ended
    shorter = decode(header + BODY + make_new_length(18), WIDTH, codec=codec)
    assert (shorter.rows, shorter.ended) == (18, True)


def test_octets_behind_the_end_are_not_looked_at(codec: Codec) -> None:
    """ECM fills the last frame."""
    decoder = codec.decoder(WIDTH)
    assert not decoder.feed(CODED + bytes(200) + b"\xff\x04")
    assert not decoder.feed(b"\xff\x04")
    decoder.finish()
    assert (decoder.ended, decoder.broken, decoder.rows) == (True, None, 20)


def test_a_page_whose_last_marker_is_lost_is_whole_if_its_rows_are(codec: Codec) -> None:
    noise = encode(PAGES["noise"](WIDTH, 8), WIDTH) + b"\0\0"
    decoder = codec.decoder(WIDTH)
    assert decoder.feed(noise[:-4] + b"\0\0\0")
    assert decoder.rows == 8
    assert not decoder.ended
    decoder.finish()
    assert (decoder.ended, decoder.broken) == (True, None)


def test_surplus_octets_of_a_stripe(codec: Codec) -> None:
    full = encode(PAGES["noise"](WIDTH, 8), WIDTH)
    assert decode(full[:-2] + bytes(MAX_SURPLUS - 3) + SDNORM, WIDTH, codec=codec).ended
    broken = decode(full[:-2] + bytes(MAX_SURPLUS + 3) + SDNORM, WIDTH, codec=codec)
    assert broken.broken == "the stripe before row 9 has more octets than its rows"
    assert broken.rows == 8


HEADERS = {
    "the header speaks of resolution layers up to 2; fax has none": bih(WIDTH, 20, o1=2),
    "the header speaks of resolution layers up to 1; fax has none": bih(WIDTH, 20, o0=1, o1=1),
    "the header speaks of 4 bit planes; fax has one": bih(WIDTH, 20, o2=4),
    "the header speaks of 0 bit planes; fax has one": bih(WIDTH, 20, o2=0),
    "the header speaks of 99 pixels a row; 100 were agreed": bih(99, 20),
    "the header speaks of no rows": bih(WIDTH, 0),
    "the header speaks of stripes without rows": bih(WIDTH, 20, stripe=0),
    "the header would move the adaptive pixel by up to 128, 0; fax by 127, 0": bih(WIDTH, 20, mx=128),
    "the header would move the adaptive pixel by up to 127, 1; fax by 127, 0": bih(WIDTH, 20, o17=1),
    "the header asks for what fax does not have: order 0x10, options 0x08": bih(WIDTH, 20, o18=0x10),
    "the header asks for what fax does not have: order 0x00, options 0x10": bih(WIDTH, 20, options=0x10),
    "the header asks for what fax does not have: order 0x00, options 0x06": bih(WIDTH, 20, options=0x06),
    "more than 12000 rows": bih(WIDTH, 12_001),
}


@pytest.mark.parametrize("reason", HEADERS)
def test_headers_are_refused_with_a_reason(codec: Codec, reason: str) -> None:
    decoder = codec.decoder(WIDTH)
    assert not decoder.feed(HEADERS[reason] + BODY)
    decoder.finish()
    assert (decoder.broken, decoder.rows, decoder.ended) == (reason, 0, False)


@pytest.mark.parametrize("order", [0x01, 0x02, 0x04, 0x08, 0x0F])
def test_the_order_of_stripes_means_nothing_with_one_plane(codec: Codec, order: int) -> None:
    assert decode(bih(WIDTH, 20, stripe=8, o18=order) + BODY, WIDTH, codec=codec).bitmap() == PAGE


FIRST = BODY[: BODY.index(SDNORM)]
STREAMS = {
    "the data end in row 1": CODED[:7],
    "the sender gave the page up at row 1": bih(WIDTH, 20) + ABORT,
    "the sender gave the page up at row 9": CODED[:20] + FIRST + SDNORM + ABORT,
    "marker 0x01 at row 1 where none may be": bih(WIDTH, 20) + b"\xff\x01" + bytes(9),
    "marker 0x80 at row 9 where none may be": CODED[:20] + FIRST + SDNORM + b"\xff\x80" + bytes(9),
    "the adaptive pixel is moved to 2, 0 at row 1 + 3, where it can't be": bih(WIDTH, 20) + make_at_move(3, 2),
    "the adaptive pixel is moved to 9, 0 at row 1 + 0, where it can't be": bih(WIDTH, 20, mx=8) + make_at_move(0, 9),
    "the adaptive pixel is moved to 9, 3 at row 1 + 0, where it can't be": bih(WIDTH, 20)
    + make_at_move(0, 9)[:-1]
    + b"\3",
    "the length is told as 20 at row 1, which can't be": bih(WIDTH, 20) + make_new_length(20),
    "the length is told as 21 at row 1, which can't be": bih(WIDTH, 20, options=VLENGTH) + make_new_length(21),
    "the length is told as 0 at row 1, which can't be": bih(WIDTH, 20, options=VLENGTH) + make_new_length(0),
    "the length is told as 8 at row 9, which can't be": CODED[:20] + FIRST + SDNORM + make_new_length(8),
    "the length is told as 7 at row 16, which can't be": encode(
        PAGE[: 16 * STRIDE], WIDTH, rows_per_stripe=8, known=False
    )[:-8]
    + make_new_length(7),
    "no row 1 in 65536 octets": bih(WIDTH, 20) + comment(b"", MAX_IDLE + 1),
}


@pytest.mark.parametrize("reason", STREAMS)
def test_streams_are_refused_with_a_reason(codec: Codec, reason: str) -> None:
    decoder = decode(STREAMS[reason], WIDTH, codec=codec)
    assert decoder.broken == reason
    assert not decoder.ended
    assert decoder.bitmap() == PAGE[: decoder.rows * STRIDE]


def test_a_length_can_be_told_once(codec: Codec) -> None:
    stream = OPEN[:20] + make_new_length(20) + make_new_length(20) + BODY
    assert decode(stream, WIDTH, codec=codec).broken == "the length is told as 20 at row 1, which can't be"


def test_a_sender_that_gives_up_in_the_middle_of_a_stripe(codec: Codec) -> None:
    """Rows that were made of the zeros behind its data are nobody's rows."""
    noise = PAGES["noise"](WIDTH, 8)
    full = encode(noise, WIDTH)[20:-2]
    decoder = decode(bih(WIDTH, 8) + full[: len(full) // 2] + ABORT, WIDTH, codec=codec)
    assert decoder.broken == f"the sender gave the page up at row {decoder.rows + 1}"
    assert 2 <= decoder.rows <= 4
    assert decoder.bitmap() == noise[: decoder.rows * STRIDE]


def test_where_the_length_is_never_told_the_last_stripe_is_not_made_up(codec: Codec) -> None:
    """A stripe of blank rows is no octets at all: only the length tells one row from eight."""
    decoder = decode(bih(WIDTH, UNKNOWN, stripe=8, options=VLENGTH) + SDNORM, WIDTH, codec=codec)
    assert decoder.broken == "the data end before row 1, and the page's length was not told"
    assert decoder.rows == 0
    known = decode(bih(WIDTH, 8, stripe=8, options=VLENGTH) + SDNORM, WIDTH, codec=codec)
    assert (known.rows, known.ended) == (8, True)
    followed = decode(bih(WIDTH, UNKNOWN, stripe=8, options=VLENGTH) + SDNORM * 2, WIDTH, codec=codec)
    assert followed.rows == 8


@pytest.mark.parametrize("known", [False, True])
def test_a_page_that_breaks_off_keeps_only_rows_that_were_sent(codec: Codec, known: bool) -> None:
    """Wherever it breaks off: what is there is the beginning of the page, and the reason names the next row."""
    page = PAGES["text"](WIDTH, 12) + PAGES["noise"](WIDTH, 8) + PAGES["blank"](WIDTH, 9)
    coded = encode(page, WIDTH, rows_per_stripe=8, known=known, codec=codec)
    last = 0
    for length in range(len(coded) - (8 if not known else 2)):
        decoder = decode(coded[:length], WIDTH, codec=codec)
        assert decoder.bitmap() == page[: decoder.rows * STRIDE]
        assert str(decoder.broken).startswith("the data end")
        assert f"row {decoder.rows + 1}" in str(decoder.broken)
        assert not decoder.ended
        assert decoder.rows >= last
        last = decoder.rows
    assert last >= 16
