# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages that are longer than a sheet, cut into sheets: between two lines where there is a gap, never lost.

A machine with single sheets would cut such a page itself, through a line of text, or be sent nothing at all: many say
that they print no more than A4.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from faxcore.model.page import A4_MM, Page

_SOONEST: Final = 0.7
"""The part of a sheet that is used before a gap is looked for."""
_ROUNDING_MM: Final = 4.0
"""A page that is longer by no more than this is one sheet."""


def cut_into_sheets(page: Page) -> Iterator[Page]:
    """Cut a page into sheets no longer than A4, each at its lowest white row; all its rows are there, in order."""
    longest = round(A4_MM * page.resolution.rows_per_mm)
    if page.length <= longest + round(_ROUNDING_MM * page.resolution.rows_per_mm):
        yield page
        return
    start = 0
    while page.length - start > longest:
        end = _find_gap(page, start + round(longest * _SOONEST), start + longest)
        yield _take(page, start, end)
        start = end
    yield _take(page, start, page.length)


def _find_gap(page: Page, first: int, last: int) -> int:
    """Find the row to cut at: the lowest white one of these, else the last."""
    white, stride = bytes(page.stride), page.stride
    for row in range(last - 1, first, -1):
        if page.rows[row * stride : (row + 1) * stride] == white:
            return row
    return last


def _take(page: Page, start: int, end: int) -> Page:
    return Page(page.width, page.resolution, page.rows[start * page.stride : end * page.stride])
