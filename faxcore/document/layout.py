# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a page of any size goes on the paper of a fax. Pure: sizes in, a place out.

A fax machine scans 215 mm across, and prints as long as the page is. So a page is sent in its own size where that fits:
Letter is 279 mm long and A4 297, A5 on its side is as wide as it is, and nothing is turned that fits upright. What is
too wide is turned if it then fits better, and reduced only then: A3 to A4. What is longer than any page may be is
reduced too.
What is longer than the other end prints is made to fit when that is known: `sheets`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from faxcore.model.page import A4_MM, MAX_ROWS, Resolution, Width

PIXELS_PER_MM: Final = 204 / 25.4
WIDTH_MM: Final = Width.A4.value / PIXELS_PER_MM
"""215.2 mm: the paper's width, as the narrowest page has it."""
STRIP_MM: Final = 4.0
"""The height of the header line, at the top of the page; nothing of the page is under it."""

_SQUEEZED: Final = 0.985
"""A page that is wider by no more than this is made narrower, not smaller: Letter, of 216 mm, keeps its length."""
_NEARLY: Final = 1.03
"""A page that is reduced, and then longer than A4 by no more than this, is reduced to A4: A3 would be 304 mm long."""


@dataclass(frozen=True)
class Placed:
    """The place of a page on the paper: in pixels and rows, from the top left."""

    turned: bool
    """True if the page is laid on its left side first (90 degrees against the clock)."""
    left: int
    width: int
    """Of the page on the paper, which is 1728 wide."""
    rows: int
    """Of the page, and of the paper."""


def place(across: float, down: float, resolution: Resolution) -> Placed:
    """Place an upright page of this size, in millimetres, as a viewer shows it."""
    turned = across > WIDTH_MM / _SQUEEZED and across > down
    if turned:
        across, down = down, across
    narrower = min(1.0, WIDTH_MM / across)
    smaller = narrower if narrower < _SQUEEZED else 1.0
    if smaller < 1.0 and A4_MM < down * smaller <= _NEARLY * A4_MM:
        smaller = narrower = A4_MM / down
    longest = MAX_ROWS / resolution.rows_per_mm / down
    if longest < smaller:
        smaller = narrower = longest
    width = min(Width.A4.value, max(1, round(across * min(narrower, smaller) * PIXELS_PER_MM)))
    rows = min(MAX_ROWS, max(1, round(down * smaller * resolution.rows_per_mm)))
    return Placed(turned, (Width.A4.value - width) // 2, width, rows)
