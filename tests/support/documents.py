# SPDX-License-Identifier: GPL-3.0-or-later
"""Documents to render: small, made on the spot, and some of them not nice."""

import io
import random
import zlib
from pathlib import Path

import fpdf
from PIL import Image

from faxcore.document.document_error import Reason, RenderFailed
from faxcore.document.renderer import Style, render
from faxcore.document.tiff import read_pages
from faxcore.model.page import Page, Resolution, Width


def pattern(width: Width = Width.A4, resolution: Resolution = Resolution.FINE, rows: int = 120) -> Page:
    """A page that is nowhere like itself: frames, stripes and single pixels."""
    stride = width.value // 8
    lines = [bytes((row * 7 + at * row) & 0xFF if row % 3 else 0 for at in range(stride)) for row in range(rows)]
    return Page(width, resolution, b"".join(lines))


def pdf(pages: int = 1, *, size: str | tuple[float, float] = "A4", password: str | None = None) -> bytes:
    """A PDF with a line of text, a grey box and a black one on every page."""
    document = fpdf.FPDF(format=size)
    document.set_auto_page_break(False)
    if password is not None:
        document.set_encryption(owner_password="owner", user_password=password)
    for number in range(1, pages + 1):
        document.add_page()
        document.set_font("Helvetica", size=14)
        document.text(20, 20, f"Page {number} of {pages}")
        document.set_fill_color(180)
        document.rect(20, 40, 100, 50, style="F")
        document.set_fill_color(0)
        document.rect(20, 100, 50, 50, style="F")
    return bytes(document.output())


def raw_pdf(content: bytes, box: str = "0 0 595 842", count: int = 1) -> bytes:
    """A PDF by hand: one page of this content, in a tree that says how many there are."""
    packed = zlib.compress(content)
    bodies = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count %d>>" % count,
        b"<</Type/Page/Parent 2 0 R/MediaBox[%s]/Contents 4 0 R/Resources<<>>>>" % box.encode(),
        b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(packed), packed),
    ]
    out = b"%PDF-1.4\n"
    places = []
    for number, body in enumerate(bodies, 1):
        places.append(len(out))
        out += b"%d 0 obj%s endobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(out)
    out += b"xref\n0 5\n0000000000 65535 f \n" + table
    return out + b"trailer<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % start


def picture(kind: str, mode: str = "L", size: tuple[int, int] = (400, 300)) -> bytes:
    """A picture file: left half black, right half white; alpha, where there is any, full."""
    image = Image.new("L", size, "white")
    image.paste("black", (0, 0, size[0] // 2, size[1]))
    image = image.convert(mode)
    file = io.BytesIO()
    image.save(file, kind)
    return file.getvalue()


def grey_noise(size: tuple[int, int], spread: float) -> Image.Image:
    """Greys around the middle one, the same each time."""
    chance = random.Random(1)
    greys = (round(chance.gauss(128, spread)) for _ in range(size[0] * size[1]))
    return Image.frombytes("L", size, bytes(min(255, max(0, grey)) for grey in greys))


def rendered(folder: Path, data: bytes, resolution: Resolution = Resolution.FINE, style: Style = "text") -> list[Page]:
    """The pages that the renderer process makes of a document."""
    source = folder / "document"
    source.write_bytes(data)
    with source.open("rb") as file, render(file, resolution=resolution, style=style) as result:
        pages = list(read_pages(result.file))
        assert [(page.width, page.resolution, page.length) for page in pages] == [
            (size.width, size.resolution, size.length) for size in result.pages
        ]
    return pages


def failure(folder: Path, data: bytes, style: Style = "text") -> Reason:
    """Why the renderer process refuses a document."""
    try:
        pages = rendered(folder, data, style=style)
    except RenderFailed as error:
        assert str(error).endswith((".",))
        return error.reason
    raise AssertionError(f"{len(pages)} pages came out")


def ink(page: Page, left: float, top: float, right: float, bottom: float) -> float:
    """The black part of a rectangle, its edges in millimetres."""
    image = Image.frombytes("1", (page.width.value, page.length), page.rows).convert("L")
    across, down = 204 / 25.4, page.resolution.rows_per_mm
    part = image.crop((round(left * across), round(top * down), round(right * across), round(bottom * down)))
    return part.histogram()[255] / (part.width * part.height)
