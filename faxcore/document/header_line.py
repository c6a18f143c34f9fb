# SPDX-License-Identifier: GPL-3.0-or-later
"""The header line (T.30's TTI) at the top of every sent page: date, sender, recipient, page n of m.

The law of several countries demands it, so it must not be missing silently: no font, no text or no ink is an error.
The font is the project's own, and the system's for what that lacks. The line is drawn with square pixels, four times
finer than the page across, and then brought to the page's own pixels, so that it has the same size in millimetres at
each resolution.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final

from PIL import Image, ImageDraw

from faxcore.document import typeset
from faxcore.document.layout import PIXELS_PER_MM, STRIP_MM
from faxcore.document.make_room import make_room
from faxcore.model.page import Page
from faxcore.model.text import clean_text

_TEXT_MM: Final = 3.0
_MARGIN_MM: Final = 5.0
_FINER: Final = 4
_SIZE: Final = round(_TEXT_MM * PIXELS_PER_MM * _FINER)
_INK: Final = 95
"""Ink from this grey (of 255): fine strokes must not break at 98 rows an inch."""
_KEPT: Final = 12
"""Characters that each text keeps as long as another one has more."""
_ELLIPSIS: Final = "…"
_WIDTH_MM: Final = 215.0
"""The narrowest page, 1728 pixels: what fits it fits every page."""


def format_header_line(when: datetime, own_id: str, recipient: str, page: int, pages: int, words: str = "") -> str:
    """Format the text of the line, short enough for every page.

    `2026-11-22 18:05   Surgery  +33 1 99 00 00 01  →  Dr Anne Martin   page 1/3`. A text that is too long loses its
    end: the recipient first, then the words before the own id, then that; date and page numbers never.
    """
    begin, end = when.strftime("%Y-%m-%d %H:%M"), f"page {page}/{pages}"
    texts = {"other": clean_text(recipient), "words": clean_text(words), "own": clean_text(own_id)}
    while True:
        isolated = {name: typeset.isolate(text) for name, text in texts.items()}
        own = "  ".join(filter(None, (isolated["words"], isolated["own"])))
        middle = "  →  ".join(filter(None, (own, isolated["other"])))
        line = "   ".join(filter(None, (begin, middle, end)))
        if _measure(line) <= _WIDTH_MM - 2 * _MARGIN_MM:
            return line
        kept = _KEPT if any(len(text) > _KEPT for text in texts.values()) else 1
        cut = next((name for name, text in texts.items() if len(text) > kept), "")
        if not cut:
            return line
        texts[cut] = _shorten(texts[cut])


def draw_header_line(page: Page, text: str) -> Page:
    """Draw this line at the top of a page. What stands there already is moved down: the page keeps its length if its
    end is white.

    OSError without the font, ValueError if the text leaves no ink.
    """
    printable = "".join(char for char in text if char.isprintable() or char in typeset.ISOLATES)[:400]
    strip = _draw_strip(printable, page.width.value, round(STRIP_MM * page.resolution.rows_per_mm))
    below = make_room(page, len(strip) // page.stride).rows[len(strip) :]
    return replace(page, rows=strip + below)


def _measure(line: str) -> float:
    return typeset.measure(line, _SIZE) / PIXELS_PER_MM / _FINER


def _shorten(text: str) -> str:
    return text.removesuffix(_ELLIPSIS)[:-1].rstrip() + _ELLIPSIS


def _draw_strip(text: str, width: int, rows: int) -> bytes:
    height = round(STRIP_MM * PIXELS_PER_MM * _FINER)
    margin = round(_MARGIN_MM * PIXELS_PER_MM * _FINER)
    room = width * _FINER - 2 * margin
    drawn = Image.new("L", (max(room, round(typeset.measure(text, _SIZE))), height))
    typeset.draw(ImageDraw.Draw(drawn), (0, height // 2), text, _SIZE)
    if drawn.width > room:  # narrower letters rather than lost ones
        drawn = drawn.resize((room, height), Image.Resampling.BOX)
    fine = Image.new("L", (width * _FINER, height))
    fine.paste(drawn, (margin, 0))
    small = fine.resize((width, rows), Image.Resampling.BOX)
    inked = small.point([0] * _INK + [255] * (256 - _INK)).convert("1")
    if inked.getbbox() is None:
        raise ValueError(f"the header line {text!r} leaves no ink")
    return inked.tobytes()
