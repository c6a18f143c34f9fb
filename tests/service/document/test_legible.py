# SPDX-License-Identifier: GPL-3.0-or-later
"""Small print is read from the fax, by a program that reads pictures; pictures keep their halftone."""

from __future__ import annotations

import io
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import fpdf
import pytest
from PIL import Image, ImageDraw, ImageFilter

from faxcore.document.bilevel import BLACK_BELOW, WHITE_ABOVE
from faxcore.document.renderer import Style
from faxcore.document.sheets import fit_to_paper
from faxcore.model.page import Page, Resolution
from faxcore.model.paper import Paper, PaperFrom, PaperPlan
from tests.support.documents import grey_noise, ink, rendered

LINE = "Bank 3000 4000 0312 3456 7890 143 telephone 0199000001 office hours 9 to 12"
WORDS = LINE.split()
LEGAL_LINES = 54
ON_A4 = PaperPlan((PaperFrom(1, Paper.A4),))
INKS = {
    "black": (0, 0, 0),
    "grey 128": (128, 128, 128),
    "grey 153": (153, 153, 153),
    "grey 178": (178, 178, 178),
    "green": (0, 150, 60),
    "orange": (240, 130, 0),
    "cyan": (0, 160, 220),
    "red": (220, 40, 40),
}


def read(page: Page) -> list[str]:
    """The words that Tesseract reads on a page."""
    image = Image.frombytes("1", (page.width.value, page.length), page.rows.translate(bytes(range(255, -1, -1))))
    file = io.BytesIO()
    image.convert("L").save(file, "PNG", dpi=page.resolution.dpi)
    done = subprocess.run(
        ["tesseract", "-", "-", "--psm", "6"],
        input=file.getvalue(), capture_output=True, check=True, timeout=50, env=os.environ | {"OMP_THREAD_LIMIT": "1"},
    )  # fmt: skip
    return done.stdout.decode().split()


def small_print(ground: tuple[int, int, int] | None = None) -> bytes:
    """A page with the words in every ink, at 8, 10 and 12 points."""
    made = fpdf.FPDF(format="A4", unit="mm")
    made.set_auto_page_break(False)
    made.add_page()
    if ground is not None:
        made.set_fill_color(*ground)
        made.rect(0, 0, 210, 297, style="F")
    for block, colour in enumerate(INKS.values()):
        made.set_text_color(*colour)
        for line, size in enumerate((8, 10, 12)):
            made.set_font("Helvetica", size=size)
            made.text(12, 20 + 34 * block + 10 * line, LINE)
    return bytes(made.output())


def scanned(dpi: int) -> Callable[[bytes], bytes]:
    """The same page as a scanner gives it: in colour, a little out of focus."""

    def scan(document: bytes) -> bytes:
        import pypdfium2

        with pypdfium2.PdfDocument(document) as opened:
            image = opened[0].render(scale=dpi / 72).to_pil().convert("RGB")
        file = io.BytesIO()
        image.filter(ImageFilter.GaussianBlur(0.6)).save(file, "PNG", dpi=(dpi, dpi))
        return file.getvalue()

    return scan


@pytest.mark.parametrize(
    ("document", "way"),
    [
        (small_print(), bytes),
        (small_print((255, 250, 220)), bytes),
        (small_print((235, 235, 235)), bytes),
        (small_print(), scanned(200)),
        (small_print(), scanned(300)),
    ],
    ids=["white paper", "cream paper", "grey paper", "scanned at 200", "scanned at 300"],
)
def test_nearly_every_word_of_small_print_is_read(
    tmp_path: Path, document: bytes, way: Callable[[bytes], bytes]
) -> None:
    [page] = rendered(tmp_path, way(document))
    found = read(page)
    right = sum(min(found.count(word), WORDS.count(word) * 3 * len(INKS)) for word in set(WORDS))
    assert right >= 0.95 * 3 * len(WORDS) * len(INKS), " ".join(found)


@pytest.mark.parametrize("style", ["text", "photo"])
def test_an_area_keeps_its_halftone(tmp_path: Path, style: Style) -> None:
    greys = Image.new("L", (1600, 800), 255)
    for step in range(8):
        ImageDraw.Draw(greys).rectangle((200 * step, 0, 200 * step + 199, 799), fill=40 + 24 * step)
    file = io.BytesIO()
    greys.save(file, "PNG")
    [page] = rendered(tmp_path, file.getvalue(), style=style)
    dark = [ink(page, 8 + 26 * step, 20, 24 + 26 * step, 90) for step in range(8)]
    assert all(0.02 < after < before for before, after in zip(dark[1:], dark[2:], strict=False))
    assert dark[0] > 0.9


def test_a_photograph_is_no_black_blot(tmp_path: Path) -> None:
    """Fine detail on uneven ground stays what it is: as black as its greys, whose middle the levels darken."""
    noise = grey_noise((800, 600), 40)
    photograph = Image.blend(Image.linear_gradient("L").resize((1600, 1200)), noise.resize((1600, 1200)), 0.4)
    file = io.BytesIO()
    photograph.save(file, "PNG")
    [page] = rendered(tmp_path, file.getvalue())
    levelled = (min(1.0, max(0.0, (grey / 255 - BLACK_BELOW) / (WHITE_ABOVE - BLACK_BELOW))) for grey in range(256))
    shares = zip(levelled, photograph.histogram(), strict=True)
    wanted = 1 - sum(level * count for level, count in shares) / (1600 * 1200)
    dark = ink(page, 4, 4, 211, 155)
    assert abs(dark - wanted) < 0.08, (dark, wanted)


def test_a_black_and_white_page_is_left_alone(tmp_path: Path) -> None:
    squares = Image.new("1", (1654, 2339), 1)
    for at in range(0, 1600, 40):
        ImageDraw.Draw(squares).rectangle((at, at, at + 19, at + 400), fill=0)
    file = io.BytesIO()
    squares.save(file, "PNG", dpi=(200, 200))
    [page] = rendered(tmp_path, file.getvalue(), Resolution.FINE)
    assert ink(page, 0, 0, 215, 297) == pytest.approx(
        squares.convert("L").histogram()[0] / (1654 * 2339) * 0.975, abs=0.03
    )


def legal_print(*sizes: int) -> bytes:
    """A page of Legal size, full of the words, in these sizes by turns."""
    made = fpdf.FPDF(format="legal", unit="mm")
    made.set_auto_page_break(False)
    made.add_page()
    for line in range(LEGAL_LINES):
        made.set_font("Helvetica", size=sizes[line % len(sizes)])
        made.text(12, 20 + 6 * line, LINE)
    return bytes(made.output())


@pytest.mark.parametrize(
    ("resolution", "sizes", "least"),
    [(Resolution.FINE, (8, 10, 12), 0.95), (Resolution.STANDARD, (10, 12), 0.9), (Resolution.STANDARD, (8,), 0.7)],
    ids=["fine", "standard", "standard, 8 points"],
)
def test_print_of_legal_size_is_read_on_a_sheet_of_a4(
    tmp_path: Path, resolution: Resolution, sizes: tuple[int, ...], least: float
) -> None:
    """Less of it at 98 rows an inch, where letters of 8 points are four rows high on the sheet."""
    [page] = rendered(tmp_path, legal_print(*sizes), resolution)
    [sheet] = fit_to_paper([page], ON_A4)
    assert sheet.length == round(297 * resolution.rows_per_mm) < page.length
    found = read(sheet)
    right = sum(min(found.count(word), WORDS.count(word) * LEGAL_LINES) for word in set(WORDS))
    assert right >= least * LEGAL_LINES * len(WORDS)
