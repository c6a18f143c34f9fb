# SPDX-License-Identifier: GPL-3.0-or-later
"""Room for the header line above what stands on a page: nothing of the page is covered or lost. Pure.

Most pages are white there, and stay as they are. Where ink is in the way, the page is moved down. That takes, in this
order: the white rows at its end; rows more, as long as it then is no longer than the sheet that it is on already (a
short page may grow to Letter, a longer one to A4); and, if it is full, rows out of the whole of it, no more than are
needed. A row is given up by laying it on the one above it, where the two are most alike: between lines of writing, or
where there are upright strokes only. So no ink goes, and letters keep their shape.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from faxcore.model.page import A4_MM, Page

_SHEETS_MM: Final = (279.4, A4_MM)
"""The sheets that fax machines print on, Letter and A4: no page grows to need another."""


def make_room(page: Page, rows: int) -> Page:
    """Make this number of rows at the top white. A page that is white there, or shorter, is returned as it is."""
    stride = page.stride
    above = (len(page.rows) - len(page.rows.lstrip(b"\0"))) // stride
    if above >= min(rows, page.length):
        return page
    below = (len(page.rows) - len(page.rows.rstrip(b"\0"))) // stride
    inked = page.length - above - below
    room = _longest(page) - rows
    if inked > room:
        body = _give_up_rows(page, above, inked, inked - room)
    else:
        # As long as before if its white end allows it.
        kept = max(inked, page.length - rows)
        body = page.rows[above * stride : (above + kept) * stride]
    return replace(page, rows=bytes(rows * stride) + body)


def _longest(page: Page) -> int:
    """Return the rows of the sheet that this page is on; of a page that is longer than any, its own."""
    sheets = (round(sheet * page.resolution.rows_per_mm) for sheet in _SHEETS_MM)
    return next((sheet for sheet in sheets if sheet >= page.length), page.length)


def _give_up_rows(page: Page, first: int, count: int, excess: int) -> bytes:
    """Take rows out of these, evenly over all of them: one of each part, laid on the row above it."""
    stride = page.stride
    ends = range(first * stride + stride, (first + count) * stride + 1, stride)
    rows = [int.from_bytes(page.rows[end - stride : end]) for end in ends]
    given_up = {_find_likest(rows, count * part // excess + 1, count * (part + 1) // excess) for part in range(excess)}
    kept: list[int] = []
    for number, row in enumerate(rows):
        if number in given_up:
            kept[-1] |= row
        else:
            kept.append(row)
    return b"".join(row.to_bytes(stride) for row in kept)


def _find_likest(rows: Sequence[int], first: int, end: int) -> int:
    """Find the row that differs least from the one above it, and has the least ink: strokes across stay as thick."""

    def cost(number: int) -> tuple[int, int]:
        return (rows[number] ^ rows[number - 1]).bit_count(), rows[number].bit_count()

    return min(range(first, end), key=cost)
