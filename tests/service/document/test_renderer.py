# SPDX-License-Identifier: GPL-3.0-or-later
"""The renderer process: what people print and send becomes pages of the exact geometry."""

import asyncio
import os
import tempfile
from pathlib import Path

import pytest

from faxcore.document import renderer, tiff
from faxcore.document.document_error import Reason, RenderFailed
from faxcore.model.page import Resolution, Width
from tests.support.documents import failure, ink, pattern, pdf, picture, raw_pdf, rendered
from tests.support.waiting import async_test

ROWS = {Resolution.STANDARD: 1143, Resolution.FINE: 2287, Resolution.SUPERFINE: 4574}
POSTSCRIPT = b"%!PS-Adobe-3.0\n%%Pages: 2\n100 100 200 200 rectfill showpage 100 100 200 200 rectfill showpage\n"


@pytest.mark.parametrize("resolution", Resolution)
@pytest.mark.parametrize("style", renderer.STYLES)
def test_every_page_is_a4_at_the_resolution(tmp_path: Path, resolution: Resolution, style: renderer.Style) -> None:
    pages = rendered(tmp_path, pdf(2), resolution, style)
    assert [(page.width, page.length) for page in pages] == [(Width.A4, ROWS[resolution])] * 2
    for page in pages:
        assert ink(page, 30, 105, 70, 145) == 1.0
        assert 0.1 < ink(page, 30, 45, 110, 85) < 0.6
        assert ink(page, 130, 45, 200, 145) == 0.0
        assert ink(page, 18, 14, 60, 24) > 0.01


MM = {
    "A4": (210.0, 297.0, 297.0),
    "Letter": (215.9, 279.4, 279.4),
    "Legal": (215.9, 355.6, 355.6),
    "A3, reduced": (297.0, 420.0, 297.0),
    "A5": (148.0, 210.0, 210.0),
    "A5 on its side, as wide as A4": (210.0, 148.0, 148.0),
    "A4 on its side, turned": (297.0, 210.0, 297.0),
    "200 inches": (5080.0, 5080.0, 215.2),
}


@pytest.mark.parametrize(("across", "down", "sent"), MM.values(), ids=MM.keys())
@pytest.mark.parametrize("resolution", Resolution)
def test_a_page_is_as_long_as_it_is(
    tmp_path: Path, across: float, down: float, sent: float, resolution: Resolution
) -> None:
    [page] = rendered(tmp_path, pdf(1, size=(across, down)), resolution)
    assert page.width is Width.A4
    assert abs(page.length / resolution.rows_per_mm - sent) < 0.4


@pytest.mark.parametrize("points", [(595, 842), (612, 792), (842, 595), (842, 1191), (595, 420), (14400, 14400)])
def test_postscript_has_its_own_papers(tmp_path: Path, points: tuple[int, int]) -> None:
    [page] = rendered(tmp_path, b"%%!PS\n<< /PageSize [%d %d] >> setpagedevice 9 9 99 99 rectfill showpage\n" % points)
    longest = {(612, 792): 279.4, (595, 420): 148.2}.get(points, 297.0)
    assert abs(page.length / page.resolution.rows_per_mm - longest) < 0.4


def test_a_till_receipt_stays_as_long_as_it_is(tmp_path: Path) -> None:
    lines = b" ".join(b"20 %d 160 10 re f" % (20 + 31 * line) for line in range(80))
    [page] = rendered(tmp_path, raw_pdf(lines, "0 0 227 2551"))
    assert abs(page.length / 7.7 - 900) < 0.4


def test_postscript(tmp_path: Path) -> None:
    assert len(rendered(tmp_path, POSTSCRIPT)) == 2


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF"])
@pytest.mark.parametrize("style", renderer.STYLES)
def test_a_picture_fills_the_paper(tmp_path: Path, kind: str, style: renderer.Style) -> None:
    [page] = rendered(tmp_path, picture(kind), style=style)
    assert ink(page, 10, 10, 100, 150) > 0.99
    assert ink(page, 115, 10, 205, 150) < 0.01
    assert ink(page, 5, 170, 205, 290) == 0.0


@pytest.mark.parametrize("mode", ["1", "LA", "P", "RGB", "RGBA", "I;16"])
def test_pictures_of_any_mode(tmp_path: Path, mode: str) -> None:
    [page] = rendered(tmp_path, picture("PNG", mode) if mode != "I;16" else _deep())
    assert ink(page, 10, 10, 100, 150) > 0.99
    assert ink(page, 115, 10, 205, 150) < 0.01


def _deep() -> bytes:
    import io

    from PIL import Image

    image = Image.frombytes("I;16", (400, 300), (b"\0\0" * 200 + b"\xff\xff" * 200) * 300)
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def test_a_fax_tiff_goes_through_pixel_for_pixel(tmp_path: Path) -> None:
    pages = [pattern(Width.A3, Resolution.STANDARD), pattern(Width.A4, Resolution.SUPERFINE, 4000)]
    tiff.write_pages(tmp_path / "fax.tif", pages)
    assert rendered(tmp_path, (tmp_path / "fax.tif").read_bytes()) == pages


@pytest.mark.parametrize("style", renderer.STYLES)
@pytest.mark.parametrize("part", [0.3, 0.6, 0.8, 0.99])
def test_a_truncated_pdf_is_no_shorter_fax(tmp_path: Path, part: float, style: renderer.Style) -> None:
    data = pdf(5)
    assert failure(tmp_path, data[: int(len(data) * part)], style) is Reason.TRUNCATED


def test_a_pdf_that_lost_its_middle_is_no_shorter_fax(tmp_path: Path) -> None:
    data = pdf(5)
    assert failure(tmp_path, data[: len(data) // 3] + data[len(data) // 2 :]) is Reason.DAMAGED


def test_pages_that_are_promised_and_not_there(tmp_path: Path) -> None:
    assert failure(tmp_path, raw_pdf(b"0 0 9 9 re f", count=3)) in (Reason.DAMAGED, Reason.PAGES_MISSING)
    assert failure(tmp_path, POSTSCRIPT.replace(b"Pages: 2", b"Pages: 3")) is Reason.PAGES_MISSING


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", Reason.EMPTY),
        (b"From the mayor\0", Reason.UNKNOWN_FORMAT),
        (b"%PDF-1.4\n%%EOF\n", Reason.DAMAGED),
        (b"%!PS\n% nothing drawn\n", Reason.NO_PAGES),
        (b"%!PS\n1 0 div showpage\n", Reason.DAMAGED),
        (b"\x89PNG\r\n\x1a\n", Reason.UNKNOWN_FORMAT),
        (pdf(1, password="secret"), Reason.ENCRYPTED),
        (picture("PNG")[:-60], Reason.DAMAGED),
        (picture("JPEG")[:-400], Reason.DAMAGED),
    ],
    ids=lambda value: value.value if isinstance(value, Reason) else "",
)
@pytest.mark.parametrize("style", renderer.STYLES)
def test_a_document_that_cannot_be_drawn_says_why(
    tmp_path: Path, data: bytes, reason: Reason, style: renderer.Style
) -> None:
    assert failure(tmp_path, data, style) is reason


def test_too_many_pages(tmp_path: Path) -> None:
    assert failure(tmp_path, pdf(501)) is Reason.TOO_MANY_PAGES


def test_a_file_that_was_just_written_is_read_from_its_start() -> None:
    with tempfile.TemporaryFile() as source, tempfile.TemporaryFile() as output:
        source.write(pdf())
        output.write(b"old")
        result = renderer.render(source, output=output)
        assert result.file is output
        assert len(list(tiff.read_pages(output))) == 1


def test_a_document_from_a_pipe() -> None:
    reading, writing = os.pipe()
    os.write(writing, pdf()[:60_000])
    os.close(writing)
    with renderer.render(reading) as result:
        assert len(result.pages) == 1
    os.close(reading)


@async_test
async def test_an_asyncio_program_goes_on_meanwhile() -> None:
    with tempfile.TemporaryFile() as source:
        source.write(pdf())
        ticks = 0
        job = asyncio.create_task(renderer.render_async(source))
        while not job.done():  # ends in any case: the renderer's process has a limit of its own
            await asyncio.sleep(0)
            ticks += 1
        with await job as result:
            assert len(result.pages) == 1
    assert ticks > 10


@async_test
async def test_asyncio_hears_the_reason_too() -> None:
    with tempfile.TemporaryFile() as source, pytest.raises(RenderFailed) as caught:
        await renderer.render_async(source)
    assert caught.value.reason is Reason.EMPTY
