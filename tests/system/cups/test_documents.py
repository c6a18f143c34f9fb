# SPDX-License-Identifier: GPL-3.0-or-later
"""What kinds of documents become when they are printed: the pages that they have, or the true reason why not."""

from __future__ import annotations

import gzip
import tempfile
from pathlib import Path

import pikepdf
import pillow_heif
import pytest
from PIL import Image

from faxcore.contract.order import Order
from faxcore.document.tiff import read_pages, write_pages
from faxcore.model.page import Page, Resolution, Width
from tests.system.cups.house import ENDS, IPP_COMPLETED, House

pytestmark = pytest.mark.xdist_group("cupsd")

TWO_PAGES = b"%!PS-Adobe-3.0\n%%Pages: 2\n"
PAGE = b"newpath 100 100 moveto 200 0 rlineto 0 200 rlineto closepath fill showpage\n"


def striped(stripes: int) -> Page:
    """A fax page that can be told from others by its stripes."""
    rows = bytearray(Width.A4.value // 8 * 1100)
    for stripe in range(stripes):
        at = (100 + 40 * stripe) * (Width.A4.value // 8)
        rows[at + 20 : at + 150] = b"\xff" * 130
    return Page(Width.A4, Resolution.STANDARD, bytes(rows))


def write_bars(path: Path, *counts: int, crop: bool = False, **save: object) -> Path:
    """A PDF on A4 with so many bars on each page; `crop` hides a black half of the paper below them."""
    with pikepdf.new() as pdf:
        for count in counts:
            page = pdf.add_blank_page(page_size=(595, 842))
            bars = [f"100 {780 - 40 * bar} 200 10 re f" for bar in range(count)]
            hidden = ["0 0 595 400 re f"] if crop else []
            page.Contents = pikepdf.Stream(pdf, " ".join(bars + hidden).encode())
            if crop:
                page.CropBox = pikepdf.Array([0, 421, 595, 842])
        pdf.save(path, **save)
    return path


def count_bars(page: Page) -> int:
    """Count the bars on a page, one below the other, from whichever end."""
    step = page.stride
    dark = [any(page.rows[at : at + step]) for at in range(0, len(page.rows), step)]
    return sum(now and not before for before, now in zip([False, *dark], dark, strict=False))


def black(page: Page) -> float:
    """The part of a page that is black."""
    return int.from_bytes(page.rows, "big").bit_count() / (8 * len(page.rows))


@pytest.mark.parametrize("options", [(), ("-o", "media=A4", "-o", "fit-to-page")], ids=["plain", "as dialogs print"])
def test_a_fax_is_printed_pixel_for_pixel(house: House, tmp_path: Path, options: tuple[str, ...]) -> None:
    pages = [striped(1), striped(2), striped(3)]
    write_pages(tmp_path / "fax.tif", pages)
    assert house.fax(*options, tmp_path / "fax.tif") == pages


@pytest.mark.parametrize("kind", ["png", "jpeg", "gif", "bmp"])
def test_pictures_are_drawn_as_they_are(house: House, tmp_path: Path, kind: str) -> None:
    picture = tmp_path / f"picture.{kind}"
    Image.new("L", (400, 300), 0).save(picture)
    (page,) = house.fax(picture)
    assert black(page) > 0.3


def test_what_no_viewer_shows_is_not_faxed(house: House, tmp_path: Path) -> None:
    (page,) = house.fax(write_bars(tmp_path / "cropped.pdf", 2, crop=True))
    assert count_bars(page) == 2
    assert black(page) < 0.05


@pytest.mark.parametrize("option", ["page-ranges=1", "number-up=2", "print-scaling=fit", "media=Letter", "landscape"])
def test_what_was_cropped_stays_hidden_on_pages_that_are_arranged(house: House, tmp_path: Path, option: str) -> None:
    (page,) = house.fax("-o", option, write_bars(tmp_path / "cropped.pdf", 2, crop=True))
    assert 0 < black(page) < 0.1


@pytest.mark.parametrize(
    ("option", "bars"),
    [
        ("page-ranges=2-3", [2, 3]),
        ("page-set=odd", [1, 3]),
        ("outputorder=reverse", [4, 3, 2, 1]),
        ("mirror", [1, 2, 3, 4]),
        ("media=Legal", [1, 2, 3, 4]),
    ],
)
def test_options_choose_and_order_pages(house: House, tmp_path: Path, option: str, bars: list[int]) -> None:
    pages = house.fax("-o", option, write_bars(tmp_path / "four.pdf", 1, 2, 3, 4))
    assert [count_bars(page) for page in pages] == bars


def test_options_choose_pages_of_other_kinds(house: House, tmp_path: Path) -> None:
    write_pages(tmp_path / "fax.tif", [striped(1), striped(2), striped(3)])
    assert [count_bars(page) for page in house.fax("-o", "page-ranges=2", tmp_path / "fax.tif")] == [2]
    (tmp_path / "two.ps").write_bytes(TWO_PAGES + PAGE + PAGE)
    assert len(house.fax("-o", "page-ranges=2", tmp_path / "two.ps")) == 1


def test_several_pages_on_one(house: House, tmp_path: Path) -> None:
    assert len(house.fax("-o", "number-up=2", write_bars(tmp_path / "four.pdf", 1, 2, 3, 4))) == 2


def test_copies_are_copies_of_the_whole(house: House, tmp_path: Path) -> None:
    pages = house.fax("-n", "2", write_bars(tmp_path / "two.pdf", 1, 2))
    assert [count_bars(page) for page in pages] == [1, 2, 1, 2]
    pages = house.fax("-n", "2", "-o", "page-ranges=2-3", write_bars(tmp_path / "three.pdf", 1, 2, 3))
    assert [count_bars(page) for page in pages] == [2, 3, 2, 3]


def test_options_that_leave_no_page_are_said(house: House, tmp_path: Path) -> None:
    said = house.refused("-o", "page-ranges=9-9", write_bars(tmp_path / "two.pdf", 1, 2))
    assert "leave no page of the document" in said
    assert "empty" not in said


@pytest.mark.parametrize("options", [(), ("-o", "page-ranges=1-2")], ids=["whole", "by pages"])
def test_a_postscript_file_that_fails_half_way_is_no_shorter_fax(
    house: House, tmp_path: Path, options: tuple[str, ...]
) -> None:
    (tmp_path / "bad.ps").write_bytes(TWO_PAGES + PAGE + b"this is no operator\n" + PAGE)
    said = house.refused(*options, tmp_path / "bad.ps")
    # Neither is there a filter in front of us, whose failure we would have to ask for.
    assert "Started filter" in said
    assert "gstopdf" not in said


@pytest.mark.parametrize("options", [(), ("-o", "number-up=2")], ids=["plain", "arranged"])
def test_what_may_not_be_printed_says_so(house: House, tmp_path: Path, options: tuple[str, ...]) -> None:
    locked = pikepdf.Encryption(owner="owner", user="")
    forbidden = pikepdf.Encryption(
        owner="owner", user="", allow=pikepdf.Permissions(print_highres=False, print_lowres=False)
    )
    secret = pikepdf.Encryption(owner="owner", user="secret")
    (page,) = house.fax(*options, write_bars(tmp_path / "locked.pdf", 1, encryption=locked))
    assert black(page) > 0
    said = house.refused(*options, write_bars(tmp_path / "forbidden.pdf", 1, encryption=forbidden))
    assert "does not allow printing" in said
    said = house.refused(*options, write_bars(tmp_path / "secret.pdf", 1, encryption=secret))
    assert "protected by a password" in said


def test_text_is_faxed_as_text(house: House, tmp_path: Path) -> None:
    # The first letters are those of a picture's file.
    (tmp_path / "note.txt").write_text("BM is how this begins.\n\fAnd this is its second page.\n")
    pages = house.fax("-o", "document-format=text/plain", tmp_path / "note.txt")
    assert [black(page) > 0 for page in pages] == [True, True]


@pytest.mark.parametrize("coding", ["utf-8", "iso8859-1", "cp1252"])
def test_a_text_keeps_its_letters_in_an_older_coding(house: House, tmp_path: Path, coding: str) -> None:
    """Each line has nothing but letters beyond ASCII: a filter that takes them for UTF-8 leaves white paper."""
    (tmp_path / "note.txt").write_text("éèàùçôûîëï ÉÈÀÙÇ\n" * 20, encoding=coding)
    (page,) = house.fax("-o", "document-format=text/plain", tmp_path / "note.txt")
    assert black(page) > 0.005


@pytest.mark.parametrize("kind", ["webp", "heif"])
def test_pictures_of_telephones_and_of_the_web_are_drawn(house: House, tmp_path: Path, kind: str) -> None:
    pillow_heif.register_heif_opener()
    picture = tmp_path / f"picture.{'heic' if kind == 'heif' else kind}"
    Image.new("RGB", (400, 300), "black").save(picture, kind)
    (page,) = house.fax(picture)
    assert black(page) > 0.3


@pytest.mark.parametrize("options", [("-o", "fit-to-page"), ("-o", "media=A4"), ()], ids=["fit", "media", "plain"])
def test_ink_at_the_top_of_a_page_is_not_lost_under_the_header_line(
    house: House, tmp_path: Path, options: tuple[str, ...]
) -> None:
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(595, 842))
        # Fourteen bars of two points each, from the very top of the paper down.
        page.Contents = pikepdf.Stream(pdf, b" ".join(b"100 %d 200 2 re f" % (840 - 4 * bar) for bar in range(14)))
        pdf.save(tmp_path / "top.pdf")
    before = {draft.id for draft in house.ask("list_drafts")}
    job = house.print(*options, tmp_path / "top.pdf")
    assert house.until_state(job, *ENDS) == IPP_COMPLETED
    (draft,) = house.fresh_drafts(before)
    with tempfile.TemporaryFile() as out:
        house.ask("compose_draft", draft.id, Order(number="0199000098", last_name="Martin"), out)
        (page,) = read_pages(out)
    assert count_bars(page) >= 14, "each bar, below the line"


def test_a_compressed_document_is_faxed(house: House, tmp_path: Path) -> None:
    plain = write_bars(tmp_path / "two.pdf", 1, 2)
    (tmp_path / "two.pdf.gz").write_bytes(gzip.compress(plain.read_bytes()))
    assert [count_bars(page) for page in house.fax(tmp_path / "two.pdf.gz")] == [1, 2]


def test_banners_are_not_faxed(house: House, tmp_path: Path) -> None:
    two = write_bars(tmp_path / "two.pdf", 1, 2)
    assert [count_bars(page) for page in house.fax("-o", "job-sheets=standard,classified", two)] == [1, 2]
    assert [count_bars(page) for page in house.fax("-o", "job-sheets=standard", two, two)] == [1, 2, 1, 2]


def write_foreign(folder: Path, pdf: Path, error: str, code: int) -> Path:
    """A document for somebody else's filter."""
    path = folder / "foreign.x"
    path.write_text(f"FOREIGN {pdf} {error} {code}\n")
    return path


@pytest.mark.parametrize(("error", "code"), [("none", 1), ("out-of-ink", 1)], ids=["silent", "with a word"])
def test_a_filter_that_fails_half_way_is_no_shorter_fax(house: House, open_folder: Path, error: str, code: int) -> None:
    one = write_bars(open_folder / "one.pdf", 1)
    said = house.refused(write_foreign(open_folder, one, error, code))
    assert "could not convert the whole document" in said


def test_a_filter_that_makes_nothing_made_no_empty_document(house: House, open_folder: Path) -> None:
    said = house.refused(write_foreign(open_folder, Path("/dev/null"), "none", 0))
    assert "could not convert the whole document" in said
    assert "is empty" not in said


def test_what_a_filter_has_converted_is_faxed(house: House, open_folder: Path) -> None:
    two = write_bars(open_folder / "two.pdf", 1, 2)
    assert [count_bars(page) for page in house.fax(write_foreign(open_folder, two, "none", 0))] == [1, 2]
