# SPDX-License-Identifier: GPL-3.0-or-later
"""Damaged TIFF files in the processes that open them (P17), and whole ones of the programs that make them."""

from __future__ import annotations

import io
import struct
import subprocess
import tempfile
from pathlib import Path

import pytest
from PIL import Image, TiffImagePlugin

from faxcore.document.check import check_pages
from faxcore.document.document_error import Reason, RenderFailed
from faxcore.document.tiff import read_pages, write_to
from faxcore.model.page import Page, Resolution, Width
from tests.support.documents import failure, pattern, pdf, picture, rendered

PAGE = pattern(rows=400)
LIBRARY_S = ["tiff_ccitt", "tiff_lzw", "packbits"]
"""Codings that libtiff decodes for us, as Pillow calls them."""


def checked(octets: bytes) -> list[Page] | Reason:
    """The pages that the checking process writes anew, or why it refuses."""
    with tempfile.TemporaryFile() as source, tempfile.TemporaryFile() as output:
        source.write(octets)
        try:
            check_pages(source, output)
        except RenderFailed as error:
            return error.reason
        return list(read_pages(output))


def written(compression: str, size: tuple[int, int] = (1728, 400)) -> tuple[bytearray, int, int]:
    """A TIFF by Pillow, and the place and size of its one strip."""
    image = Image.frombytes("1", (1728, 400), PAGE.rows, "raw", "1;I").resize(size)
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags[278] = size[1]
    file = io.BytesIO()
    image.save(file, "TIFF", compression=compression, tiffinfo=tags, dpi=(204, 196))
    with Image.open(file) as saved:
        [offset], [count] = saved.tag_v2[273], saved.tag_v2[279]  # type: ignore[attr-defined]
    return bytearray(file.getvalue()), offset, count


@pytest.mark.parametrize("compression", LIBRARY_S)
def test_what_libtiff_only_complains_of_is_refused(compression: str) -> None:
    whole, offset, count = written(compression)
    assert checked(bytes(whole)) == [PAGE]
    halved = whole.copy()
    halved[offset + count // 2 : offset + count] = bytes(count - count // 2)
    assert checked(bytes(halved)) is Reason.DAMAGED


def test_a_run_length_page_with_garbage_in_it_is_refused() -> None:
    garbage, offset, count = written("tiff_ccitt")
    garbage[offset + count // 2 : offset + count // 2 + 40] = bytes(range(1, 41))
    assert checked(bytes(garbage)) is Reason.DAMAGED


@pytest.mark.parametrize("compression", ["group3", "group4", "tiff_ccitt", "tiff_lzw"])
def test_a_damaged_picture_is_not_drawn(tmp_path: Path, compression: str) -> None:
    """A TIFF that is no fax: it is drawn, and nothing is made up for what is missing there either."""
    whole, offset, count = written(compression, (1700, 400))
    assert rendered(tmp_path, bytes(whole))
    whole[offset + count // 2 : offset + count] = bytes(count - count // 2)
    assert failure(tmp_path, bytes(whole)) is Reason.DAMAGED


@pytest.mark.parametrize("kind", ["TIFF", "PNG", "JPEG"])
def test_whole_pictures_are_drawn(tmp_path: Path, kind: str) -> None:
    assert rendered(tmp_path, picture(kind))


@pytest.mark.parametrize("device", ["tiffg3", "tiffg32d", "tiffg4", "tiffcrle", "tifflzw", "tiffpack"])
def test_what_ghostscript_draws_is_accepted(tmp_path: Path, device: str) -> None:
    source, out = tmp_path / "source.pdf", tmp_path / "out.tif"
    source.write_bytes(pdf(2))
    fixed = ["-g1728x2292", "-r204x196", "-dFIXEDMEDIA", "-dPDFFitPage"]
    subprocess.run(
        [
            "gs",
            "-q",
            "-dBATCH",
            "-dNOPAUSE",
            "-dSAFER",
            f"-sDEVICE={device}",
            *fixed,
            f"-sOutputFile={out}",
            str(source),
        ],
        check=True,
        timeout=60,
    )
    pages = checked(out.read_bytes())
    assert isinstance(pages, list)
    assert [page.length for page in pages] == [2292, 2292]
    with Image.open(out) as image:
        for number, page in enumerate(pages):
            image.seek(number)
            assert image.tobytes("raw", "1;I") == page.rows


def test_pages_that_share_their_data_are_refused_at_once() -> None:
    """A hundred and eighty pages of twelve thousand white rows in 28 kB took half a minute of processor."""
    file = io.BytesIO()
    long = Page(Width.A3, Resolution.FINE, bytes(Width.A3.value // 8 * 12_000))
    write_to(file, [long])
    whole = bytearray(file.getvalue())
    assert checked(bytes(whole)) == [long]
    (first,) = struct.unpack_from("<L", whole, 4)
    (count,) = struct.unpack_from("<H", whole, first)
    entries = whole[first : first + 2 + 12 * count]
    link = first + 2 + 12 * count
    for _page in range(179):
        struct.pack_into("<L", whole, link, len(whole))
        whole += entries + bytes(4)
        link = len(whole) - 4
    assert checked(bytes(whole)) is Reason.DAMAGED
