# SPDX-License-Identifier: GPL-3.0-or-later
"""Names of the world on header lines and cover pages, with Debian's fonts: each is seen, and turns alone."""

import asyncio
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image, ImageChops, ImageDraw

from faxcore.document import cover, draw_pdf, header_line, typefaces, typeset
from faxcore.document.compose import PageOrder, compose
from faxcore.document.tiff import read_pages
from faxcore.model.header import SHIPPED, Header
from faxcore.model.page import Page, Resolution, Width
from faxcore.model.recipient import Recipient
from tests.support.documents import ink
from tests.support.service_parts import document

WHEN = datetime(2026, 11, 22, 18, 5)
DATE = "22 November 2026, 18:05"
OWN_ID = "+33 1 99 00 00 01"
RIGHT_TO_LEFT = ("כהן דוד", "علي محمد", "זאב", "فاطمة الزهراء ۱۲")
OTHERS = ("山田 太郎", "王小明", "김철수", "สมชาย กี่ปุ่น", "नमस्ते क्षत्रिय र्की", "ბექა Արամ", "ยศ 山")
NOBODY_HAS = "\U00010380\U00010381"
"""Ugaritic, which none of the fonts that are looked at has."""


def line(name: str, page: int = 1) -> str:
    return header_line.format_header_line(WHEN, OWN_ID, name, page, 3)


def picture(text: str) -> Image.Image:
    stamped = header_line.draw_header_line(Page(Width.A4, Resolution.FINE, bytes(216 * 31)), text)
    return Image.frombytes("1", (1728, 31), stamped.rows)


def same(one: Image.Image, other: Image.Image) -> bool:
    return one.size == other.size and ImageChops.logical_xor(one, other).getbbox() is None


def set_width(text: str) -> int:
    """The width of a text in pixels of the page."""
    return round(header_line._measure(text) * 204 / 25.4)


@pytest.mark.parametrize("name", [*RIGHT_TO_LEFT, *OTHERS, "שלום (Anne 12) 山 x", NOBODY_HAS])
def test_date_number_and_page_keep_their_places_whatever_the_name(name: str) -> None:
    """Pixel for pixel what they are beside a Latin name."""
    before = set_width(f"2026-11-22 18:05   {OWN_ID}  →") + 40
    made, plain = picture(line(name)), picture(line("Martin"))
    assert same(made.crop((0, 0, before, 31)), plain.crop((0, 0, before, 31)))
    end = set_width("page 1/3")
    ends = []
    for each in (made, plain):
        box = each.getbbox()
        assert box is not None
        ends.append(box[2])
    parts = [each.crop((right - end, 0, right, 31)) for each, right in zip((made, plain), ends, strict=True)]
    # The part begins anywhere between two pixels: so much ink as there is, within a little.
    counts = [part.histogram()[255] for part in parts]
    assert abs(counts[0] - counts[1]) < counts[1] * 0.15


@pytest.mark.parametrize("name", RIGHT_TO_LEFT)
def test_only_the_name_is_isolated(name: str) -> None:
    assert line(name) == f"2026-11-22 18:05   {OWN_ID}  →  \u2068{name}\u2069   page 1/3"
    assert line("Müller") == f"2026-11-22 18:05   {OWN_ID}  →  Müller   page 1/3"


def seen(name: str) -> list[str]:
    """The runs of a line from left to right."""
    return [run.text for run in typeset._lay_out(typeset.isolate(name))]


def test_a_name_is_set_in_the_order_in_which_it_is_read() -> None:
    assert seen("כהן דוד") == ["כהן דוד"]
    assert [run.direction for run in typeset._lay_out(typeset.isolate("כהן דוד"))] == ["rtl"]
    assert seen("שלום 12") == ["12", "שלום "]
    assert seen("Dr שלום") == ["Dr ", "שלום"]
    assert seen("שלום 山 Anne (x)") == ["山 ", "Anne (x)", "שלום "]
    assert seen("Dr علي 12 محمد") == ["Dr ", " محمد", "12", "علي "]


def test_letters_of_one_name_stand_from_right_to_left() -> None:
    """The first letter of a Hebrew name is its right end."""
    whole, first = picture("\u2068אבג\u2069"), picture("\u2068א\u2069")
    right = [each.getbbox() for each in (whole, first)]
    assert right[0] is not None
    assert right[1] is not None
    widths = right[1][2] - right[1][0]
    tail = whole.crop((right[0][2] - widths, 0, right[0][2], 31))
    assert abs(tail.histogram()[255] - first.histogram()[255]) < 0.2 * first.histogram()[255]


def test_arabic_letters_are_joined() -> None:
    assert gaps("محمد") == 0
    assert gaps("אבגד") == 3


def gaps(word: str) -> int:
    """The gaps between the letters of a word."""
    drawn = Image.new("L", (800, 200))
    typeset.draw(ImageDraw.Draw(drawn), (10, 100), f"\u2068{word}\u2069", 96)
    columns = [drawn.crop((at, 0, at + 1, 200)).getbbox() is not None for at in range(800)]
    return [inked for inked, _columns in groupby(columns)].count(True) - 1


@pytest.mark.parametrize("name", [*RIGHT_TO_LEFT, *OTHERS])
def test_every_letter_has_a_glyph(name: str) -> None:
    """No box: FreeType's glyph 0 of the same font is another picture."""
    assert typefaces.list_missing(name) == ""
    for text, face in typefaces.split(name):
        font = typeset._load(face.regular, 96)
        box = bytes(font.getmask("\U0010fffd"))
        for letter in text.replace(" ", ""):
            assert bytes(font.getmask(letter)) != box, (letter, face)


@pytest.mark.parametrize("name", OTHERS)
def test_no_letter_is_cut_by_the_edges_of_the_line(name: str) -> None:
    box = picture(line(name)).getbbox()
    assert box is not None
    assert box[1] > 0
    assert box[3] < 31


def test_what_no_font_has_is_one_question_mark_and_said() -> None:
    assert "".join(text for text, _face in typefaces.split(f"A {NOBODY_HAS} B")) == "A ? B"
    assert typefaces.list_missing(f"A {NOBODY_HAS}{NOBODY_HAS} B") == NOBODY_HAS
    assert same(picture(line(f"A {NOBODY_HAS}")), picture(line("A ?")))


def test_without_the_systems_fonts_their_letters_are_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typefaces, "KNOWN", ())
    assert typefaces.list_missing("山田 太郎 Müller كتاب") == "山田太郎"
    assert "".join(text for text, _face in typefaces.split("山田 太郎")) == "? ?"


# ---------------------------------------------------------------- cover page

HEADER = Header("h", "H", "עיריית 山田 Fax", ("علي محمد 12", "1 place de l'Église"), "standard")
TO = Recipient("+33199000002", "太郎", "山田", "नमस्ते", "김철수 สมชาย")


def read_back(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as opened:
        return str(opened[0].get_textpage().get_text_bounded())


def test_a_cover_page_has_every_name(tmp_path: Path) -> None:
    pdf = cover.make_cover_pdf(cover.Cover(HEADER, TO, f"שלום (Anne 12) {NOBODY_HAS}", 2, WHEN))
    text = read_back(pdf)
    for part in (
        "山田 太郎",
        "김철수 สมชาย",
        "+33199000002",
        "עיריית",
        "1 place de l'Église",
        "22 November 2026, 18:05",
    ):
        assert part in text, text
    assert "12" in text.split("محمد")[0] + text.split("محمد")[1][:6]
    (tmp_path / "cover.pdf").write_bytes(pdf)
    [page] = draw_pdf.draw_pdf(tmp_path / "cover.pdf", Resolution.FINE, photo=False)
    for top in (28, 38, 48):
        assert ink(page, 18, top, 120, top + 10) > 0.003, f"a line is missing at {top} mm"


@pytest.mark.parametrize("name", [*RIGHT_TO_LEFT, *OTHERS])
def test_the_field_of_a_name_is_not_empty(tmp_path: Path, name: str) -> None:
    """The page with the name has more ink than the page with a blank in its place, where the name stands."""
    pages = []
    for whom in (name, "."):
        to = Recipient("+33199000002", whom)
        pdf = cover.make_cover_pdf(cover.Cover(replace(HEADER, heading="M", sender_lines=()), to, "", 2, WHEN))
        (tmp_path / "cover.pdf").write_bytes(pdf)
        [page] = draw_pdf.draw_pdf(tmp_path / "cover.pdf", Resolution.STANDARD, photo=False)
        pages.append(ink(page, 38, 40, 108, 110))
    assert pages[0] > pages[1] * 1.02


def test_the_composer_draws_them_behind_its_wall(tmp_path: Path) -> None:
    """Fonts and FriBiDi are there: it makes what is made here."""
    to = Recipient("0199000002", "דוד 山田 สมชาย")
    order = PageOrder(replace(SHIPPED[1]), to, "नमस्ते علي", OWN_ID, WHEN)
    asyncio.run(compose(document(tmp_path, 1), tmp_path / "out.tif", order))
    first, second = read_pages(tmp_path / "out.tif")
    text = header_line.format_header_line(WHEN, OWN_ID, to.display_name(), 2, 2)
    assert second.rows[: 31 * 216] == picture(text).tobytes()
    assert ink(first, 66, 40, 190, 110) > 0.005
