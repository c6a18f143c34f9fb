# SPDX-License-Identifier: GPL-3.0-or-later
"""One line of text of any writing as a picture: measured, and drawn with the fonts that there are.

The line goes from left to right. A name in it that goes from right to left is enclosed in Unicode's isolates
(`isolate`), so that it turns alone: whatever is beside it, dates and numbers above all, keeps place and order.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Final

from PIL import ImageDraw, ImageFont

from faxcore.document import typefaces

HEIGHT: Final = 1.28
"""The height of a line, by the size of its letters. Only the project's own font may go beyond it."""
_FIRST_STRONG, _POP = "\u2068", "\u2069"
ISOLATES: Final = _FIRST_STRONG + _POP
_RIGHT_TO_LEFT: Final = ("R", "AL", "AN")


@dataclass(frozen=True)
class _Run:
    """A text that one font draws in one direction."""

    text: str
    font: Path
    level: int | None = None
    """Of embedding: odd from right to left. None where all goes from left to right."""

    @property
    def direction(self) -> str | None:
        """Return the direction, as Pillow takes it."""
        return None if self.level is None else "rtl" if self.level % 2 else "ltr"


def isolate(text: str) -> str:
    """Enclose a text if any of it goes from right to left; others stay as they are."""
    turns = any(unicodedata.bidirectional(char) in _RIGHT_TO_LEFT for char in text)
    return f"{_FIRST_STRONG}{text}{_POP}" if turns else text


def measure(line: str, size: int) -> float:
    """Measure a line, in pixels, at this size of the letters."""
    return sum(_fit(run, size).getlength(run.text, direction=run.direction) for run in _lay_out(line))


def draw(picture: ImageDraw.ImageDraw, place: tuple[float, float], line: str, size: int) -> None:
    """Draw a line in white; `place` is its left end, in the middle of its height, which is HEIGHT times the size."""
    left, middle = place
    base = middle + _find_base(size)
    for run in _lay_out(line):
        font = _fit(run, size)
        picture.text((left, base), run.text, fill=255, font=font, anchor="ls", direction=run.direction)
        left += font.getlength(run.text, direction=run.direction)


def _find_base(size: int) -> float:
    """Return how far below the middle the letters stand."""
    ascent, descent = _load(typefaces.FONT, size).getmetrics()
    return (ascent - descent) / 2


def _fit(run: _Run, size: int) -> ImageFont.FreeTypeFont:
    """Return the font of a run, smaller if its letters would be higher or lower than the line: marks stand on marks."""
    font = _load(run.font, size)
    if run.font == typefaces.FONT:
        return font
    base = _find_base(size)
    _left, top, _right, bottom = font.getbbox(run.text, direction=run.direction, anchor="ls")
    above, below = size * HEIGHT / 2 + base, size * HEIGHT / 2 - base
    part = min(1.0, above / max(1, -top), below / max(1, bottom))
    return _load(run.font, int(size * part))


@lru_cache(maxsize=64)
def _load(font: Path, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(font, size)


def _lay_out(line: str) -> Iterator[_Run]:
    """Take a line apart, as it is seen from left to right."""
    for part in re.split(f"[{ISOLATES}]", line):
        if typefaces.is_simple(part):
            if part:
                yield _Run(part, typefaces.FONT)
        elif isolate(part) == part:
            yield from (_Run(text, face.regular) for text, face in typefaces.split(part))
        else:
            yield from _turn(_find_levels(part))


def _find_levels(part: str) -> list[_Run]:
    """Split a text where its font or its level of embedding (Unicode's annex 9) changes, in its own order."""
    from fpdf.bidi import BidiParagraph, auto_detect_base_direction

    split = list(typefaces.split(part))
    text = "".join(drawn for drawn, _face in split)
    fonts = [face.regular for drawn, face in split for _char in drawn]
    characters = BidiParagraph(text=text, base_direction=auto_detect_base_direction(text)).characters
    runs = []
    each = zip(text, fonts, (char.embedding_level for char in characters), strict=True)
    for (font, level), chars in groupby(each, key=lambda found: found[1:]):
        runs.append(_Run("".join(found[0] for found in chars), font, level))
    return runs


def _turn(runs: list[_Run]) -> list[_Run]:
    """Put runs into the order in which they are seen: rule L2 of Unicode's annex 9."""
    for level in range(max(run.level or 0 for run in runs), 0, -1):
        turned: list[_Run] = []
        for higher, some in groupby(runs, key=lambda run: (run.level or 0) >= level):
            turned += list(some)[:: -1 if higher else 1]
        runs = turned
    return runs
