# SPDX-License-Identifier: GPL-3.0-or-later
"""Damaged strips of TIFF files (P17): a page is whole, or it is refused; nothing is made up for what is missing."""

from __future__ import annotations

import io
import random
import zlib

import pytest
from PIL import Image, TiffImagePlugin

from faxcore.document.document_error import DocumentError, Reason
from faxcore.document.tiff import read_pages
from faxcore.model.page import Coding, Page, Resolution, Width
from tests.support.documents import pattern
from tests.support.tiff_file import REVERSED, cut_in_strips, encode_strip, make_tiff

PAGE = pattern(rows=60)
T4_OPTIONS = {Coding.MH: 0, Coding.MR: 1, Coding.MMR: 0}
CODINGS = [Coding.MH, Coding.MR, Coding.MMR]
PACKED = ["raw", "deflate"]


def file_of(kind: Coding | str, strips: list[bytes], each: int, **tags: int) -> io.BytesIO:
    """The file of these strips, coded so."""
    compression = {"raw": 1, "deflate": 8, Coding.MMR: 4}.get(kind, 3)
    if isinstance(kind, Coding) and kind is not Coding.MMR:
        tags = {"t292": T4_OPTIONS[kind]} | tags
    return io.BytesIO(make_tiff(PAGE, strips, each, compression, **tags))


def coded(kind: Coding | str, each: int = PAGE.length) -> list[bytes]:
    """The page in strips of so many rows, coded so."""
    pieces = cut_in_strips(PAGE, each)
    if isinstance(kind, Coding):
        return [encode_strip(PAGE, piece, kind) for piece in pieces]
    return [zlib.compress(piece) if kind == "deflate" else piece for piece in pieces]


def read(file: io.BytesIO) -> Page | Reason:
    """The page, or why it is refused."""
    try:
        [page] = read_pages(file)
    except DocumentError as error:
        return error.reason
    return page


@pytest.mark.parametrize("each", [60, 25, 1])
@pytest.mark.parametrize("kind", [*CODINGS, *PACKED])
def test_a_whole_page_is_read(kind: Coding | str, each: int) -> None:
    strips = coded(kind, each)
    assert read(file_of(kind, strips, each)) == PAGE
    assert read(file_of(kind, [strip.translate(REVERSED) for strip in strips], each, t266=2)) == PAGE


@pytest.mark.parametrize("kind", CODINGS)
def test_black_may_be_zero(kind: Coding) -> None:
    inverted = read(file_of(kind, coded(kind), 60, t262=1))
    assert isinstance(inverted, Page)
    assert inverted.rows == bytes(255 - octet for octet in PAGE.rows)


@pytest.mark.parametrize("coding", [Coding.MH, Coding.MR])
def test_eols_may_end_with_an_octet_and_the_first_and_the_last_may_be_left_out(coding: Coding) -> None:
    aligned = encode_strip(PAGE, PAGE.rows, coding, align=True)
    assert read(file_of(coding, [aligned], 60, t292=T4_OPTIONS[coding] | 4)) == PAGE
    if coding is Coding.MH:
        assert aligned.startswith(b"\x00\x01")
        assert read(file_of(coding, [aligned[2:]], 60)) == PAGE, "no EOL before the first row"
        assert read(file_of(coding, [aligned[:-9]], 60)) == PAGE, "no RTC"


def test_eofb_may_be_left_out() -> None:
    whole = coded(Coding.MMR)[0]
    assert read(file_of(Coding.MMR, [whole[:-3]], 60)) == PAGE


@pytest.mark.parametrize("kind", [*CODINGS, *PACKED])
def test_a_strip_cut_at_any_octet_is_whole_or_refused(kind: Coding | str) -> None:
    [strip] = coded(kind)
    # What may go is the end mark, RTC or EOFB, and no more.
    mark = 11 if isinstance(kind, Coding) else 0
    whole = [
        size
        for size in (*range(1, len(strip) - 24, 41), *range(len(strip) - 24, len(strip)))
        if (found := read(file_of(kind, [strip[:size]], 60))) is not Reason.DAMAGED
        and (found == PAGE or pytest.fail(f"{size} octets are another page"))
    ]
    assert whole == list(range(len(strip) - len(whole), len(strip)))
    assert len(whole) <= mark


@pytest.mark.parametrize("kind", [*CODINGS, *PACKED])
def test_a_strip_that_lacks_octets_in_its_middle_is_refused(kind: Coding | str) -> None:
    [strip] = coded(kind)
    places = range(0, len(strip) - 24, 41)
    found = [read(file_of(kind, [strip[:at] + strip[at + 3 :]], 60)) for at in places]
    # Once in a while what is left are codes of as many good rows: then it is another picture, with its full length.
    others = [page for page in found if page is not Reason.DAMAGED]
    assert len(others) <= len(found) // 20
    assert all(isinstance(page, Page) and page.length == 60 for page in others)


@pytest.mark.parametrize("coding", CODINGS)
def test_garbage_is_refused_or_is_another_picture_and_never_made_up(coding: Coding) -> None:
    """Garbage of forty octets in the middle, many times: it is refused, unless it happens to be codes of good rows."""
    [strip] = coded(coding)
    chance = random.Random(coding.value)
    for _ in range(60):
        at = chance.randrange(20, len(strip) - 60)
        garbage = strip[:at] + chance.randbytes(40) + strip[at + 40 :]
        assert read(file_of(coding, [garbage], 60)) is Reason.DAMAGED


@pytest.mark.parametrize("kind", [*CODINGS, *PACKED])
def test_rows_too_few_and_too_many(kind: Coding | str) -> None:
    pieces = {each: coded(kind, each) for each in (20, 59)}
    assert read(file_of(kind, pieces[59][:1], 60)) is Reason.DAMAGED, "a row is missing"
    assert read(file_of(kind, pieces[20][:2], 20)) is Reason.DAMAGED, "a strip is missing"
    assert read(file_of(kind, [*pieces[20], pieces[20][0]], 20)) is Reason.DAMAGED, "a strip too many"
    assert read(file_of(kind, coded(kind), 60, t257=50, t278=50)) is Reason.DAMAGED, "rows too many"


@pytest.mark.parametrize("kind", [*CODINGS, *PACKED])
def test_the_lengths_of_strips_count(kind: Coding | str) -> None:
    [strip] = coded(kind)
    assert read(file_of(kind, [strip], 60, t279=len(strip) // 2)) is Reason.DAMAGED
    assert read(file_of(kind, [strip], 60, t279=0)) is Reason.TRUNCATED
    assert read(file_of(kind, [strip], 60, t279=len(strip) + 100_000)) is Reason.TRUNCATED
    assert read(file_of(kind, [strip], 60, t273=0xFFFFFFF0)) is Reason.TRUNCATED


@pytest.mark.parametrize(
    "compression", ["raw", "group3", "group4", "tiff_ccitt", "tiff_lzw", "tiff_adobe_deflate", "packbits"]
)
@pytest.mark.parametrize("each", [60, 7])
def test_what_pillow_and_libtiff_write_is_read(compression: str, each: int) -> None:
    pages = [PAGE, pattern(Width.B4, Resolution.STANDARD, rows=33)]
    images = [Image.frombytes("1", (page.width.value, page.length), page.rows, "raw", "1;I") for page in pages]
    for image, page in zip(images, pages, strict=True):
        image.encoderinfo = {"dpi": page.resolution.dpi}
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags[278] = each
    file = io.BytesIO()
    images[0].save(file, "TIFF", compression=compression, tiffinfo=tags, dpi=PAGE.resolution.dpi)
    assert list(read_pages(file)) == pages[:1]
    if compression == "group3":
        for options in (1, 4, 5):
            tags[292] = options
            file = io.BytesIO()
            images[0].save(file, "TIFF", compression=compression, tiffinfo=tags, dpi=PAGE.resolution.dpi)
            assert list(read_pages(file)) == pages[:1], options
