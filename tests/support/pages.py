# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages for tests: always the same for the same seed, in exact fax geometry, and TIFF files of them."""

from __future__ import annotations

import functools
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, ImageSequence

from faxcore.model.page import A4_MM, Page, Resolution, Width

WORDS = [
    *("objet", "relance", "facture", "veuillez", "trouver", "ci-joint", "bon", "commande", "confirmation"),
    *("livraison", "restons", "votre", "disposition", "tout", "renseignement", "salutations", "distinguees"),
]

PHOTOMETRIC, WHITE_IS_ZERO = 262, 0
ROWS_PER_STRIP = 278


def full_length(resolution: Resolution) -> int:
    """Rows of an A4 page."""
    return round(A4_MM * resolution.rows_per_mm)


def to_page(image: Image.Image, resolution: Resolution) -> Page:
    """A page of a Pillow image of mode 1 (0 = black) whose width is a fax width."""
    inverted = image.convert("1").point(lambda value: 255 - value)
    return Page(Width(image.width), resolution, inverted.tobytes())


def to_image(page: Page) -> Image.Image:
    """A Pillow image of mode 1 (0 = black) of a page."""
    inverted = bytes(octet ^ 0xFF for octet in page.rows)
    return Image.frombytes("1", (page.width.value, page.length), inverted)


@functools.lru_cache(64)
def text_page(
    resolution: Resolution = Resolution.STANDARD,
    seed: int = 0,
    width: Width = Width.A4,
    rows: int | None = None,
) -> Page:
    """A page of dense text, as a letter would be; `rows` for a shorter one."""
    chance = random.Random(seed)
    length = full_length(resolution) if rows is None else rows
    upright = Image.new("L", (width.value, max(1, round(length * 7.7 / resolution.rows_per_mm))), 255)
    draw = ImageDraw.Draw(upright)
    font = ImageFont.load_default(size=30)
    for top in range(60, upright.height - 60, 44):
        words = " ".join(chance.choice(WORDS) for _ in range(18))
        draw.text((90, top), f"{chance.randrange(10_000):04} {words}", fill=0, font=font)
    scaled = upright.resize((width.value, length), Image.Resampling.BILINEAR)
    return to_page(scaled.point(lambda value: 255 if value > 127 else 0).convert("1"), resolution)


@functools.lru_cache(64)
def noise_page(
    resolution: Resolution = Resolution.STANDARD,
    seed: int = 0,
    width: Width = Width.A4,
    rows: int = 100,
    black: float = 0.5,
) -> Page:
    """A page of random dots: the worst that a codec can meet. `black` is the share of black pixels."""
    chance = random.Random(seed)
    size = width.value * rows
    dots = bytes(0 if chance.random() < black else 255 for _ in range(size))
    return to_page(Image.frombytes("L", (width.value, rows), dots).convert("1"), resolution)


@functools.lru_cache(64)
def dithered_page(
    resolution: Resolution = Resolution.FINE,
    width: Width = Width.A4,
    rows: int = 100,
) -> Page:
    """A page of a grey wedge through a screen of 8 by 8, as a photograph would be: what MMR cannot make small."""
    screen = [(31 * (x ^ y) + 17 * x + 5 * y) % 64 for y in range(8) for x in range(8)]
    dots = bytes(
        0 if 64 * (x + row) // (width.value + rows) > screen[row % 8 * 8 + x % 8] else 255
        for row in range(rows)
        for x in range(width.value)
    )
    return to_page(Image.frombytes("L", (width.value, rows), dots).convert("1", dither=Image.Dither.NONE), resolution)


def write_tiff(path: Path, pages: Sequence[Page], compression: str = "group4") -> Path:
    """A bilevel TIFF of the pages, tagged with their resolution; group3 gives T.4 one-dimensional."""
    if len({page.resolution for page in pages}) != 1:
        raise ValueError("pages of different resolutions in one file")
    first, *others = [to_image(page) for page in pages]
    tags = {PHOTOMETRIC: WHITE_IS_ZERO, ROWS_PER_STRIP: max(page.length for page in pages)}
    first.save(
        path,
        format="TIFF",
        save_all=True,
        append_images=others,
        compression=compression,
        dpi=pages[0].resolution.dpi,
        tiffinfo=tags,
    )
    return path


def resolution_of(dpi_down: float) -> Resolution:
    """The fax resolution nearest to so many dots an inch down the page."""
    return min(Resolution, key=lambda resolution: abs(resolution.dpi[1] - dpi_down))


def read_tiff(path: Path) -> list[Page]:
    """The pages of a bilevel TIFF, whatever its compression, fill order and photometric interpretation."""
    return list(_frames(path))


def _frames(path: Path) -> Iterator[Page]:
    with Image.open(path) as file:
        for frame in ImageSequence.Iterator(file):
            down = frame.info.get("dpi", (204.0, 98.0))[1]
            yield to_page(frame.convert("1"), resolution_of(float(down)))
