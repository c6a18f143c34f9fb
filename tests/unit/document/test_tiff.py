# SPDX-License-Identifier: GPL-3.0-or-later
"""TIFF files: what we write is TIFF class F to the letter, and what is no fax is told apart."""

import io
import itertools
import struct
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from PIL import Image, TiffImagePlugin

from faxcore.document import tiff
from faxcore.document.document_error import DocumentError, Reason
from faxcore.model.page import MAX_PAGES, MAX_ROWS, Coding, Page, Resolution, Width
from faxcore.t4 import encode_page
from tests.support.documents import pattern, pdf

GEOMETRIES = list(itertools.product(Width, Resolution))


def foreign(
    size: tuple[int, int] = (1728, 100),
    dpi: tuple[float, float] = (204, 196),
    mode: str = "1",
    unit: int = 2,
    compression: str = "group3",
) -> io.BytesIO:
    """A TIFF as another program writes it."""
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags[282], tags[283], tags[296] = dpi[0], dpi[1], unit
    file = io.BytesIO()
    Image.new(mode, size, "white").save(file, "TIFF", tiffinfo=tags, compression=compression)
    file.seek(0)
    return file


def claiming(rows: int, size: tuple[int, int]) -> io.BytesIO:
    """A TIFF that says of itself that it has so many rows, whatever it has."""
    file = foreign(size=size)
    written = file.getvalue()
    length, short = 257, 3
    claim = struct.pack("<HHI", length, short, 1)
    assert written.count(claim) == 1
    at = written.index(claim) + len(claim)
    return io.BytesIO(written[:at] + struct.pack("<I", rows) + written[at + 4 :])


def reason(file: io.BytesIO) -> Reason:
    with pytest.raises(DocumentError) as caught:
        list(tiff.read_pages(file))
    file.seek(0)
    assert not tiff.is_fax_tiff(file) or caught.value.reason is Reason.DAMAGED
    return caught.value.reason


def test_pages_come_back_pixel_for_pixel(tmp_path: Path) -> None:
    pages = [pattern(width, resolution) for width, resolution in GEOMETRIES]
    assert tiff.write_pages(tmp_path / "fax.tif", pages) == len(pages)
    assert list(tiff.read_pages(tmp_path / "fax.tif")) == pages
    assert tiff.count_pages(tmp_path / "fax.tif") == len(pages)
    assert tiff.is_fax_tiff(tmp_path / "fax.tif")


@pytest.mark.parametrize(("width", "resolution"), GEOMETRIES)
def test_the_file_is_class_f(tmp_path: Path, width: Width, resolution: Resolution) -> None:
    page = pattern(width, resolution)
    when = datetime(2026, 11, 22, 18, 5)
    tiff.write_pages(tmp_path / "fax.tif", [page, page], description="Mairie", when=when)
    with Image.open(tmp_path / "fax.tif") as image:
        for number in range(2):
            image.seek(number)
            tags = image.tag_v2
            assert (tags[256], tags[257], tags[278]) == (width.value, page.length, page.length)
            assert (tags[259], tags[262], tags[266], tags[293]) == (4, 0, 1, 0)
            assert (tags[282], tags[283], tags[296]) == (*resolution.dpi, 2)
            assert tags[297] == (number, 2)
            assert (tags[270], tags[306]) == ("Mairie", "2026:11:22 18:05:00")
            assert tags[305].startswith("Facteur ")
            assert len(tags[273]) == 1


def test_the_strip_is_our_codecs_own(tmp_path: Path) -> None:
    page = pattern()
    tiff.write_pages(tmp_path / "fax.tif", [page])
    assert encode_page(page, Coding.MMR) in (tmp_path / "fax.tif").read_bytes()


@pytest.mark.parametrize("description", ["", "x", "abc", "abcd", "réception 東京", "a\0b"])
def test_descriptions_of_any_length(tmp_path: Path, description: str) -> None:
    tiff.write_pages(tmp_path / "fax.tif", [pattern()], description=description)
    assert description.replace("\0", "").encode() in (tmp_path / "fax.tif").read_bytes()
    if description.isascii():
        with Image.open(tmp_path / "fax.tif") as image:
            assert image.tag_v2.get(270, "") == description.replace("\0", "")
    assert len(list(tiff.read_pages(tmp_path / "fax.tif"))) == 1


@pytest.mark.parametrize(
    ("dpi", "unit", "resolution"),
    [
        ((200, 100), 2, Resolution.STANDARD),
        ((204, 97.79), 2, Resolution.STANDARD),
        ((200, 200), 2, Resolution.FINE),
        ((204, 195.58), 2, Resolution.FINE),
        ((80.3, 77), 3, Resolution.FINE),
        ((200, 400), 2, Resolution.SUPERFINE),
    ],
)
def test_the_nearest_resolution_is_meant(dpi: tuple[float, float], unit: int, resolution: Resolution) -> None:
    [page] = tiff.read_pages(foreign(dpi=dpi, unit=unit))
    assert page.resolution is resolution


@pytest.mark.parametrize("compression", ["raw", "group3", "group4", "tiff_lzw", "packbits"])
def test_any_coding_of_a_bilevel_page(compression: str) -> None:
    [page] = tiff.read_pages(foreign(compression=compression))
    assert page == Page(Width.A4, Resolution.FINE, bytes(216 * 100))


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        (lambda: foreign(size=(1700, 100)), Reason.NOT_FAX),
        (lambda: foreign(mode="L", compression="raw"), Reason.NOT_FAX),
        (lambda: foreign(mode="RGB", compression="raw"), Reason.NOT_FAX),
        (lambda: foreign(dpi=(300, 300)), Reason.NOT_FAX),
        (lambda: foreign(dpi=(204, 300)), Reason.NOT_FAX),
        (lambda: foreign(size=(1728, MAX_ROWS + 1)), Reason.TOO_LONG),
        (lambda: claiming(30_000, size=(30_000, 1)), Reason.TOO_LARGE),
        (lambda: io.BytesIO(pdf()), Reason.UNKNOWN_FORMAT),
        (lambda: io.BytesIO(b""), Reason.UNKNOWN_FORMAT),
        (lambda: io.BytesIO(b"II*\0\x08\0\0\0"), Reason.DAMAGED),
    ],
    ids=lambda value: value.value if isinstance(value, Reason) else "",
)
def test_what_is_no_fax_says_why(file: Callable[[], io.BytesIO], expected: Reason) -> None:
    assert reason(file()) is expected


def test_a_truncated_file_is_damaged(tmp_path: Path) -> None:
    tiff.write_pages(tmp_path / "fax.tif", [pattern(), pattern()])
    data = (tmp_path / "fax.tif").read_bytes()
    for size in range(8, len(data) - 400, 997):
        with pytest.raises(DocumentError):
            list(tiff.read_pages(io.BytesIO(data[:size])))


def test_a_page_without_rows_is_one_white_row(tmp_path: Path) -> None:
    """What a sender can make us receive, we must be able to keep."""
    tiff.write_pages(tmp_path / "fax.tif", [Page(Width.A4, Resolution.FINE, b"")])
    assert list(tiff.read_pages(tmp_path / "fax.tif")) == [Page(Width.A4, Resolution.FINE, bytes(216))]


def test_pages_are_bounded(tmp_path: Path) -> None:
    page = Page(Width.A4, Resolution.FINE, bytes(216))
    tiff.write_pages(tmp_path / "fax.tif", [page] * (MAX_PAGES + 1))
    with pytest.raises(DocumentError) as caught:
        tiff.count_pages(tmp_path / "fax.tif")
    assert caught.value.reason is Reason.TOO_MANY_PAGES


def test_directories_in_a_loop_end(tmp_path: Path) -> None:
    tiff.write_pages(tmp_path / "fax.tif", [pattern(rows=3)])
    data = bytearray((tmp_path / "fax.tif").read_bytes())
    [first] = struct.unpack_from("<L", data, 4)
    [entries] = struct.unpack_from("<H", data, first)
    struct.pack_into("<L", data, first + 2 + 12 * entries, first)
    assert len(list(tiff.read_pages(io.BytesIO(bytes(data))))) == 1


def test_an_absent_file_is_no_bad_document(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        tiff.is_fax_tiff(tmp_path / "absent.tif")
