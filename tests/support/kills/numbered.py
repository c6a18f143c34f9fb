# SPDX-License-Identifier: GPL-3.0-or-later
"""Documents of three pages with a number on each that survives printing, composing and the line, and is read again."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw

from faxcore.document.tiff import read_pages, write_pages
from faxcore.model.page import Page, Resolution, Width

PAGES: Final = 3
_BITS: Final = 16
_BLOCK: Final = 72
"""Pixels of a bit at 200 dots an inch."""
_ROW: Final = 395
"""A row that goes through the blocks, at 200 and at 196 rows an inch."""
A4: Final = (1654, 2339)


def write_pdf(path: Path, number: int) -> Path:
    """A document as it is printed."""
    first, *more = [_draw(number, page) for page in range(1, PAGES + 1)]
    first.save(path, "PDF", resolution=200, save_all=True, append_images=more)
    return path


def write_tiff(path: Path, number: int) -> Path:
    """A document in fax geometry."""
    pages = []
    for page in range(1, PAGES + 1):
        image = Image.new("1", (1728, 600), 1)
        image.paste(_draw(number, page), (0, 0))
        pages.append(Page(Width.A4, Resolution.FINE, bytes(255 - octet for octet in image.tobytes())))
    write_pages(path, pages)
    return path


def read_numbers(path: Path) -> list[tuple[int, int]]:
    """Read the number of the document and of the page from each page of a TIFF. ValueError if there is none."""
    return [_read(page) for page in read_pages(path)]


def _draw(number: int, page: int) -> Image.Image:
    """A black block, sixteen that are black for ones, and a black block, across the page."""
    image = Image.new("1", A4, 1)
    pencil = ImageDraw.Draw(image)
    bits = f"1{number << 4 | page:0{_BITS}b}1"
    for at, bit in enumerate(bits):
        if bit == "1":
            pencil.rectangle((150 + at * _BLOCK, 300, 149 + (at + 1) * _BLOCK, 500), fill=0)
    return image


def _read(page: Page) -> tuple[int, int]:
    row = page.rows[page.stride * _ROW :][: page.stride]
    bits = "".join(f"{octet:08b}" for octet in row)
    begin, end = bits.find("1"), bits.rfind("1") + 1
    if begin < 0:
        raise ValueError("there is no number on this page")
    block = (end - begin) / (_BITS + 2)
    value = int("".join(bits[int(begin + (at + 1.5) * block)] for at in range(_BITS)), 2)
    return value >> 4, value & 15
