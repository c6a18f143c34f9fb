# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages to measure with: a folder's images as they are, and made ones, A4 at fine resolution, the same for a seed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from tests.benchmarks.peer import Sheet

WIDTH, LENGTH = 1728, 2287
FONTS = Path(__file__).parents[2] / "faxcore" / "document" / "fonts"
WORDS = (
    *("the", "goods", "named", "in", "your", "letter", "of", "fourth", "left", "our", "house", "by", "rail", "and"),
    *("should", "be", "with", "you", "within", "three", "days", "kindly", "confirm", "receipt", "at", "convenience"),
    *("note", "that", "balance", "account", "falls", "due", "month's", "end"),
)
BAYER = np.array([[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]]) * 16 + 8


def from_folder(folder: Path) -> list[Sheet]:
    """Every image of a folder, in the order of the names; what is darker than middle grey is black."""
    kinds = {".png", ".tif", ".tiff", ".pbm"}
    files = sorted(file for file in folder.iterdir() if file.suffix.lower() in kinds)
    return [_sheet(file.stem, _black(file)) for file in files]


def _black(file: Path) -> np.ndarray:
    with Image.open(file) as image:
        return np.asarray(image.convert("L")) < 128


def _sheet(name: str, black: np.ndarray) -> Sheet:
    return Sheet(name, black.shape[1], np.packbits(black, axis=1).tobytes())


def generated(seed: int = 1) -> Iterator[Sheet]:
    """The made pages: what offices send, and what is hardest for one coding or the other."""
    yield _sheet("text", _text(seed))
    yield _sheet("drawing", _drawing(seed))
    grey = _plasma(seed)
    diffused = Image.fromarray(grey).convert("1", dither=Image.Dither.FLOYDSTEINBERG)
    yield _sheet("photo, diffused", ~np.asarray(diffused))
    tiled = np.tile(BAYER, (LENGTH // 4 + 1, WIDTH // 4))[:LENGTH]
    yield _sheet("photo, ordered", grey < tiled)
    down, across = np.indices((LENGTH, WIDTH))
    yield _sheet("blank", np.zeros((LENGTH, WIDTH), bool))
    yield _sheet("checks, 1 pixel", (down + across) % 2 == 1)
    yield _sheet("checks, 8 pixels", (down // 8 + across // 8) % 2 == 1)
    yield _sheet("columns", across % 24 < 5)
    chance = np.random.default_rng(seed)
    yield _sheet("noise, 50 %", chance.random((LENGTH, WIDTH)) < 0.5)
    yield _sheet("noise, 5 %", chance.random((LENGTH, WIDTH)) < 0.05)


def _white() -> tuple[Image.Image, ImageDraw.ImageDraw]:
    image = Image.new("1", (WIDTH, LENGTH), 1)
    return image, ImageDraw.Draw(image)


def _text(seed: int) -> np.ndarray:
    chance = random.Random(seed)
    image, draw = _white()
    draw.text((150, 130), "Wholesale & Carriage", font=ImageFont.truetype(FONTS / "DejaVuSans-Bold.ttf", 56), fill=0)
    body = ImageFont.truetype(FONTS / "DejaVuSans.ttf", 30)
    for line in range(42):
        if line % 9 != 8:
            draw.text((150, 280 + 44 * line), " ".join(chance.choices(WORDS, k=14)), font=body, fill=0)
    return ~np.asarray(image)


def _drawing(seed: int) -> np.ndarray:
    chance = random.Random(seed)
    image, draw = _white()
    draw.rectangle((80, 80, WIDTH - 80, LENGTH - 80), outline=0, width=4)
    for _ in range(40):
        ends = [chance.randrange(100, WIDTH - 100) for _ in range(4)]
        draw.line(ends, fill=0, width=chance.choice((1, 2, 3, 6)))
    for _ in range(25):
        x, y, radius = (
            chance.randrange(300, WIDTH - 300),
            chance.randrange(300, LENGTH - 300),
            chance.randrange(10, 200),
        )
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), outline=0, width=chance.choice((1, 2, 4)))
    for step in range(0, 600, 9):
        draw.line((200 + step, 1500, 200, 1500 + step), fill=0)
    return ~np.asarray(image)


def _plasma(seed: int) -> np.ndarray:
    """A photograph's worth of grey: slow waves, a slope and a little grain."""
    chance = np.random.default_rng(seed)
    down, across = np.mgrid[0 : 1 : LENGTH * 1j, 0 : 1 : WIDTH * 1j]
    grey = 0.5 + 0.3 * (across - down)
    for wave in range(1, 7):
        turn, a, b = chance.random() * 6.28, chance.normal() * 3 * wave, chance.normal() * 3 * wave
        grey += 0.25 / wave * np.sin(turn + a * across + b * down)
    grey += chance.normal(0, 0.02, grey.shape)
    return np.asarray(np.clip(grey, 0, 1) * 255).astype(np.uint8)
