# SPDX-License-Identifier: GPL-3.0-or-later
"""What is coded is decoded, by us and by libtiff, at any width and in any chunks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faxcore.model.page import Coding, Page, Resolution, Width
from faxcore.t4 import encode_page
from faxcore.t4.runs import find_changes, pack, stride_of
from tests.support.hypothesis_profiles import examples
from tests.unit.t4.helpers import (
    CODINGS,
    WIDTHS,
    decode,
    encode,
    libtiff_encode,
    new_decoder,
    new_encoder,
    noise_page,
    outcome,
    text_page,
)

PAGES = {"text": text_page, "noise": noise_page}


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("coding", CODINGS)
@pytest.mark.parametrize("kind", PAGES)
def test_pages_come_back(width: int, coding: Coding, kind: str) -> None:
    page = PAGES[kind](width, 60)
    decoder = decode(encode(page, width, coding), width, coding)
    assert decoder.bitmap() == page
    assert decoder.ended
    assert decoder.broken is None
    assert decoder.status() == bytes(60)


@pytest.mark.parametrize("width", [1, 9, 64, 1728, 2432, 2624])
@pytest.mark.parametrize("kind", PAGES)
def test_mmr_is_libtiffs_to_the_byte(width: int, kind: str) -> None:
    page = PAGES[kind](width, 200)
    theirs = libtiff_encode(page, width, "group4")
    assert encode(page, width, Coding.MMR) == theirs
    assert decode(theirs, width, Coding.MMR).bitmap() == page


@pytest.mark.parametrize("width", [1, 9, 64, 1728, 2432, 2624])
@pytest.mark.parametrize(("coding", "options"), [(Coding.MH, 0), (Coding.MR, 1), (Coding.MH, 4)])
def test_libtiffs_mh_and_mr_are_decoded(width: int, coding: Coding, options: int) -> None:
    """Options 4: EOLs that end with an octet."""
    page = text_page(width, 200)
    decoder = decode(libtiff_encode(page, width, "group3", options), width, coding)
    assert decoder.bitmap() == page
    assert decoder.bad_rows == 0


def test_mh_is_libtiffs_but_for_the_rtc() -> None:
    page = text_page(1728, 200)
    theirs = libtiff_encode(page, 1728, "group3")
    assert encode(page, 1728, Coding.MH).startswith(theirs[:-1])


@examples(60)
@given(st.data())
def test_any_rows_in_any_chunks(data: st.DataObject) -> None:
    width = data.draw(st.integers(1, 200))
    coding = data.draw(st.sampled_from(CODINGS))
    k = data.draw(st.integers(1, 5))
    rows = data.draw(st.lists(st.lists(st.integers(0, width - 1), max_size=12, unique=True), max_size=12))
    page = b"".join(pack(sorted(changes), width) for changes in rows)
    bits = encode(page, width, coding, k=k)
    chunks = data.draw(st.lists(st.integers(1, 9), min_size=1, max_size=4))
    assert decode(bits, width, coding).bitmap() == page
    assert outcome(decode(bits, width, coding, *chunks)) == outcome(decode(bits, width, coding))


@given(st.integers(1, 300), st.data())
def test_rows_are_their_changes(width: int, data: st.DataObject) -> None:
    changes = sorted(data.draw(st.sets(st.integers(0, width - 1))))
    assert find_changes(pack(changes, width), width) == changes


def test_padding_bits_do_not_count() -> None:
    assert encode(b"\x80\x1f", 11, Coding.MMR) == encode(b"\x80\x00", 11, Coding.MMR)


def test_pages_may_be_taken_while_they_are_rendered() -> None:
    page = text_page(1728, 40)
    encoder = new_encoder(1728, Coding.MR, k=2)
    out = b""
    for at in range(0, len(page), 5 * 216):
        encoder.add_rows(memoryview(page)[at : at + 5 * 216])
        out += encoder.take()
    assert out + encoder.finish() == encode(page, 1728, Coding.MR, k=2)


@pytest.mark.parametrize("coding", CODINGS)
def test_a_page_object_is_coded_whole(coding: Coding) -> None:
    page = Page(Width.A4, Resolution.FINE, text_page(1728, 30))
    assert encode_page(page, coding) == encode(page.rows, 1728, coding, k=4)
    assert decode(encode_page(page, coding, 2, 300), 1728, coding).bitmap() == page.rows


@pytest.mark.parametrize("coding", CODINGS)
def test_an_empty_page(coding: Coding) -> None:
    decoder = decode(encode(b"", 1728, coding), 1728, coding)
    assert (decoder.rows, decoder.ended, decoder.broken) == (0, True, None)


def test_rows_that_are_no_rows_are_refused() -> None:
    with pytest.raises(ValueError, match="whole number of rows"):
        new_encoder(1728, Coding.MH).add_rows(bytes(stride_of(1728) + 1))
    with pytest.raises(ValueError, match="0 wide"):
        new_encoder(0, Coding.MH)
    for new in (new_encoder, new_decoder):
        with pytest.raises(ValueError, match="JBIG is not a coding of T.4"):
            new(1728, Coding.JBIG)
