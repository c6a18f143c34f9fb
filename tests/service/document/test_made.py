# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages and documents that Facteur makes itself: header lines, cover pages, PDFs of received faxes."""

import re
import subprocess
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image

from faxcore.document import cover, header_line, pdf, tiff, typefaces, typeset
from faxcore.document.layout import STRIP_MM
from faxcore.i18n import use_languages
from faxcore.model.header import SHIPPED, Header
from faxcore.model.page import Page, Resolution, Width
from faxcore.model.recipient import Recipient
from tests.support.documents import ink, pattern, rendered

WHEN = datetime(2026, 11, 22, 18, 5)
LINE = header_line.format_header_line(WHEN, "+33 1 99 00 00 01", "Dr Anne Martin", 1, 3)


def blank(resolution: Resolution, millimetres: float = 297.0, width: Width = Width.A4) -> Page:
    return Page(width, resolution, bytes(width.value // 8 * round(millimetres * resolution.rows_per_mm)))


# ---------------------------------------------------------------- header line


def test_the_line_says_when_who_whom_and_which_page() -> None:
    assert LINE == "2026-11-22 18:05   +33 1 99 00 00 01  →  Dr Anne Martin   page 1/3"
    assert header_line.format_header_line(WHEN, "", "", 12, 12) == "2026-11-22 18:05   page 12/12"


def test_what_is_too_long_is_cut_but_never_date_and_pages() -> None:
    own, whom = "Mairie de Test " * 3, "Hôpital universitaire " * 30
    line = header_line.format_header_line(WHEN, own, whom, 499, 500)
    assert line.startswith("2026-11-22 18:05   " + own.strip())
    assert line.endswith("…   page 499/500")
    assert "Hôpital univ" in line
    both = header_line.format_header_line(WHEN, own * 30, whom, 499, 500)
    assert re.fullmatch(r"2026-11-22 18:05   Mairie.*…  →  Hôpital .*…   page 499/500", both)
    assert header_line._measure(both) <= 205


def test_the_words_of_the_sender_are_cut_before_the_station_id() -> None:
    words, whom = "Cabinet du docteur Roux " * 2, "Hôpital universitaire " * 30
    line = header_line.format_header_line(WHEN, "+33 1 99 00 00 01", whom, 499, 500, words)
    assert line.startswith(f"2026-11-22 18:05   {words.strip()}  +33 1 99 00 00 01  →  Hôpital")
    line = header_line.format_header_line(WHEN, "+33 1 99 00 00 01", whom, 499, 500, words * 6)
    assert re.fullmatch(r".*   Cabinet .*…  \+33 1 99 00 00 01  →  Hôpital uni.*…   page 499/500", line)
    assert header_line._measure(line) <= 205
    assert header_line.format_header_line(WHEN, "", "", 1, 1, "Surgery") == "2026-11-22 18:05   Surgery   page 1/1"


def test_hostile_names_stay_on_the_line() -> None:
    line = header_line.format_header_line(WHEN, "a\r\nb\0\x1b[2J", "\u202egnp\u2066", 1, 1)
    assert line == "2026-11-22 18:05   a b[2J  →  gnp   page 1/1"


@pytest.mark.parametrize("resolution", Resolution)
@pytest.mark.parametrize("width", Width)
@pytest.mark.parametrize("white", [True, False])
def test_the_line_stands_at_the_top_and_covers_nothing(resolution: Resolution, width: Width, white: bool) -> None:
    page = pattern(width, resolution, 400)
    rows = round(STRIP_MM * resolution.rows_per_mm)
    strip = rows * page.stride
    if white:
        page = replace(page, rows=bytes(strip) + page.rows)
    stamped = header_line.draw_header_line(page, LINE)
    if white:
        assert stamped.rows[strip:] == page.rows[strip:]
    else:
        assert stamped.rows[strip:].strip(b"\0") == page.rows.strip(b"\0")
    assert any(stamped.rows[:strip])


def test_a_fax_that_is_sent_on_keeps_the_line_of_its_first_sender() -> None:
    first = header_line.draw_header_line(blank(Resolution.FINE), LINE)
    second = header_line.draw_header_line(first, LINE.replace("Dr Anne Martin", "Mairie"))
    strip = 31 * first.stride
    assert second.length == first.length
    assert second.rows[:strip] != first.rows[:strip]
    assert second.rows[strip:].strip(b"\0") == first.rows[:strip].strip(b"\0")


def test_a_picture_that_begins_at_its_edge_is_whole_under_the_line(tmp_path: Path) -> None:
    """A scan of A4 paper, and a picture that fills the page; black at their first and their last row."""
    for dpi in ((200, 200), (72, 72)):
        image = Image.new("L", (1654, 2339), 255)
        for top in (0, 2332):
            image.paste(0, (300, top, 1300, top + 7))
        image.save(tmp_path / "edges.png", dpi=dpi)
        [page] = rendered(tmp_path, (tmp_path / "edges.png").read_bytes())
        stamped = header_line.draw_header_line(page, LINE)
        assert abs(stamped.length - page.length) <= 1
        strip = 31 * page.stride
        assert sum(map(int.bit_count, stamped.rows[strip:])) == sum(map(int.bit_count, page.rows))


def test_the_line_is_as_large_at_every_resolution() -> None:
    shares = [ink(header_line.draw_header_line(blank(resolution), LINE), 5, 0, 120, 4) for resolution in Resolution]
    assert min(shares) > 0.05
    assert max(shares) / min(shares) < 1.25
    for resolution in Resolution:
        stamped = header_line.draw_header_line(blank(resolution), LINE)
        assert ink(stamped, 0, 0, 4, 4) == 0.0
        assert ink(stamped, 140, 0, 215, 297) == 0.0


def test_a_line_longer_than_the_page_is_squeezed_not_lost() -> None:
    stamped = header_line.draw_header_line(blank(Resolution.FINE), "x" * 300)
    assert ink(stamped, 200, 0, 210, 4) > 0.05
    assert ink(stamped, 211, 0, 215, 4) == 0.0


@pytest.mark.parametrize("text", ["", "   ", "\0\n"])
def test_a_line_without_ink_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match="no ink"):
        header_line.draw_header_line(blank(Resolution.FINE), text)


def test_a_missing_font_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typefaces, "FONT", typefaces.FONTS / "absent.ttf")
    typeset._load.cache_clear()
    with pytest.raises(OSError, match=r"resource|absent"):
        header_line.draw_header_line(blank(Resolution.FINE), LINE)
    typeset._load.cache_clear()


# ---------------------------------------------------------------- cover page

MAIRIE = Header("mairie", "Mairie", "Mairie de Test", ("1 place de l'Église", "Tél. 01 99 00 00 01"), "standard")
TO = Recipient("+33199000002", "Martin", "Anne", "Médecin", "Hôpital de Test", "Cardiologie")


def words(folder: Path, made: cover.Cover) -> str:
    (folder / "cover.pdf").write_bytes(cover.make_cover_pdf(made))
    done = subprocess.run(
        ["pdftotext", "-raw", str(folder / "cover.pdf"), "-"], capture_output=True, check=True, timeout=30
    )
    return " ".join(done.stdout.decode().split())


def test_the_cover_names_everything(tmp_path: Path) -> None:
    text = words(tmp_path, cover.Cover(MAIRIE, TO, "Réponse & suite", 3, WHEN))
    assert "From" not in text
    assert "From Dr Roux" in words(tmp_path, cover.Cover(replace(MAIRIE, person="Dr Roux"), TO, "", 3, WHEN))
    for part in (
        *("Mairie de Test", "1 place de l'Église", "Tél. 01 99 00 00 01", "22 November 2026, 18:05"),
        *("Anne Martin", "Médecin", "Cardiologie", "Hôpital de Test", "+33199000002", "Réponse & suite", "3, this one"),
    ):
        assert part in text


def test_a_header_without_a_heading_says_fax_once(tmp_path: Path) -> None:
    text = words(tmp_path, cover.Cover(SHIPPED[1], TO, "Roof", 3, WHEN))
    assert text.startswith("FAX 22 November 2026") and text.casefold().count("fax") == 1


def test_the_message_stands_below_the_subject_in_its_lines(tmp_path: Path) -> None:
    made = cover.Cover(MAIRIE, TO, "Roof", 3, WHEN, "Hello,\n\nhere is <b>the roof</b>.\nYours")
    text = words(tmp_path, made)
    assert text.endswith("Roof Hello, here is <b>the roof</b>. Yours")
    gaps = []
    for message in ("Hello,\nYours", "Hello,\n\nYours"):
        (tmp_path / "cover.pdf").write_bytes(cover.make_cover_pdf(replace(made, message=message)))
        with pypdfium2.PdfDocument(tmp_path / "cover.pdf") as opened:
            page = opened[0].get_textpage()
            whole = page.get_text_range()
            tops = [page.get_charbox(whole.index(word))[3] for word in ("Hello", "Yours")]
            gaps.append(tops[0] - tops[1])
    assert gaps[1] > 1.5 * gaps[0], "an empty line is one"


def test_a_message_of_pages_has_its_pages(tmp_path: Path) -> None:
    made = cover.Cover(MAIRIE, TO, "Roof", 3, WHEN, "\n".join(f"Line {number}" for number in range(100)))
    pages = cover.make_cover_pages(made, Resolution.STANDARD, partial(rendered, tmp_path))
    assert len(pages) == 3
    assert "Line 99" in words(tmp_path, made)
    for lines in range(20, 120, 7):
        made = replace(made, message="\n".join(f"Line {number}" for number in range(lines)))
        with pypdfium2.PdfDocument(cover.make_cover_pdf(made)) as opened:
            assert all(page.get_textpage().get_text_range().strip() for page in opened), "none is empty"


def test_the_words_are_in_the_readers_language(tmp_path: Path) -> None:
    use_languages("fr")
    try:
        text = words(tmp_path, cover.Cover(replace(MAIRIE, person="Dr Roux"), TO, "", 3, WHEN))
        assert "22 novembre 2026, 18 h 05" in text
        assert "Destinataire" in text, "no word beside a name is broken"
    finally:
        use_languages()


def test_fields_are_text_whatever_they_hold(tmp_path: Path) -> None:
    evil = "<b>x</b> <img src='file:///etc/passwd'> {{ 7*7 }} {% raw %} &lt; {nb} </table>"
    text = words(tmp_path, cover.Cover(MAIRIE, Recipient("1", evil, "\0\u202e", evil, evil), evil, 1, WHEN))
    assert text.count("<img src='file:///etc/passwd'>") == 4
    assert text.count("{{ 7*7 }}") == 4
    assert "{nb}" in text


@pytest.mark.parametrize("word", ["W" * 200, "mot " * 50, "東京" * 60])
def test_long_fields_wrap_and_stay_on_the_page(tmp_path: Path, word: str) -> None:
    made = cover.Cover(MAIRIE, Recipient("1", word, word, word, word), word, 1, WHEN)
    for page in cover.make_cover_pages(made, Resolution.STANDARD, partial(rendered, tmp_path)):
        assert ink(page, 196, 10, 215, 290) == 0.0
        assert ink(page, 20, 10, 194, 290) > 0.0


@pytest.mark.parametrize("resolution", Resolution)
@pytest.mark.parametrize("width", Width)
def test_the_cover_has_the_documents_geometry(tmp_path: Path, resolution: Resolution, width: Width) -> None:
    made = cover.Cover(MAIRIE, TO, "x", 2, WHEN)
    [page] = cover.make_cover_pages(made, resolution, partial(rendered, tmp_path), width)
    assert (page.width, page.resolution) == (width, resolution)
    assert abs(page.length / resolution.rows_per_mm - 297) < 0.5
    centre = width.value / (204 / 25.4) / 2
    assert ink(page, centre - 80, 20, centre, 120) > 0.005


def test_the_shipped_headers_name_covers_that_there_are() -> None:
    assert [header.id for header in SHIPPED] == ["plain", "cover"]
    assert [header.cover for header in SHIPPED] == [None, "standard"]
    assert "standard" in cover.list_templates()
    for name in (None, "../standard", "absent"):
        with pytest.raises(ValueError, match="no cover page"):
            cover.make_cover_pdf(cover.Cover(Header("x", "X", cover=name), TO, "", 1, WHEN))


# ---------------------------------------------------------------- PDF of a received fax


@pytest.mark.parametrize("resolution", Resolution)
@pytest.mark.parametrize(
    ("width", "length", "paper"),
    [
        (Width.A4, 297, (210, 297)),
        (Width.A4, 293, (210, 297)),
        (Width.A4, 279.4, (215.9, 279.4)),
        (Width.A4, 100, (215.15, 100)),
        (Width.A3, 420, (297, 420)),
        (Width.B4, 364, (257, 364)),
    ],
)
def test_the_paper_has_its_true_size(
    tmp_path: Path, resolution: Resolution, width: Width, length: float, paper: tuple[float, float]
) -> None:
    tiff.write_pages(tmp_path / "fax.tif", [blank(resolution, length, width)])
    pdf.tiff_to_pdf(tmp_path / "fax.tif", tmp_path / "fax.pdf", title="De <b>\0\n", when=WHEN)
    box = re.search(rb"/MediaBox *\[ *0(?:\.0)? 0(?:\.0)? ([\d.]+) ([\d.]+)", (tmp_path / "fax.pdf").read_bytes())
    assert box is not None
    assert [float(side) / 72 * 25.4 for side in box.groups()] == pytest.approx(paper, abs=0.4)


def test_the_bits_are_the_tiffs_own(tmp_path: Path) -> None:
    pages = [pattern(rows=50), pattern(Width.B4, Resolution.STANDARD, 60)]
    tiff.write_pages(tmp_path / "fax.tif", pages)
    pdf.tiff_to_pdf(tmp_path / "fax.tif", tmp_path / "fax.pdf")
    data = (tmp_path / "fax.pdf").read_bytes()
    for page in pages:
        assert tiff._encode_t6(page) in data
    assert data.count(b"/CCITTFaxDecode") == 2
