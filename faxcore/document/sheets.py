# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages that are longer than the other end prints, made to fit: reduced, or cut into sheets between two lines. Pure.

A machine that is sent a longer page than it has said it prints may cut it through a line of text, or end the call. No
ink is lost: white rows at the end are left out first, which is often enough; what is longer by very little is
reduced, whatever is wished; and what could not be read if it were reduced is cut.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from faxcore.document.layout import STRIP_MM
from faxcore.document.reduction import reduce_page
from faxcore.model.page import Page
from faxcore.model.paper import LongPages, PaperFrom, PaperPlan

_READABLE: Final = 0.7
"""A page may be reduced to this part of its size: Legal needs 0.83 to be A4, a till receipt much less."""
_HARDLY: Final = 0.96
"""A page is reduced to this part of its size rather than cut: a sheet for a centimetre helps nobody."""
_SOONEST: Final = 0.7
"""The part of a sheet that is used before a gap is looked for."""


@dataclass(frozen=True)
class _Sheet:
    """A sheet: rows of a page, which become so many."""

    first: int
    end: int
    rows: int


def fit_to_paper(pages: Iterable[Page], plan: PaperPlan, before: int = 0) -> Iterator[Page]:
    """Make pages fit the paper that is planned for them. `before` pages of the fax go before them."""
    for page in pages:
        for sheet in _divide(page, plan, before):
            before += 1
            yield _draw(page, sheet)


def count_sheets(pages: Iterable[Page], plan: PaperPlan, before: int = 0) -> int:
    """Count the pages that `fit_to_paper` makes of these."""
    after = before
    for page in pages:
        after += len(_divide(page, plan, after))
    return after - before


def _divide(page: Page, plan: PaperPlan, before: int) -> list[_Sheet]:
    """Divide a page into sheets; the first one is the page of the fax that has `before` others before it."""
    if not _is_longer(page, 0, page.length, plan.at(before + 1)):
        return [_Sheet(0, page.length, page.length)]
    end = max(1, -(-len(page.rows.rstrip(b"\0")) // page.stride))
    sheets: list[_Sheet] = []
    start = 0
    while start < end:
        part = plan.at(before + len(sheets) + 1)
        sheets.append(_take_sheet(page, start, end, part))
        start = sheets[-1].end
    return sheets


def _is_longer(page: Page, start: int, end: int, part: PaperFrom) -> bool:
    return (end - start) / page.resolution.rows_per_mm > part.paper.longest_mm


def _take_sheet(page: Page, start: int, end: int, part: PaperFrom) -> _Sheet:
    """Take the next sheet from these rows of a page, the last of which has ink."""
    per_mm = page.resolution.rows_per_mm
    if not _is_longer(page, start, end, part):
        # White below it, as far as there was some and the sheet goes.
        if not start and part.paper.sheet_mm * per_mm > end:
            end = min(page.length, round(part.paper.sheet_mm * per_mm))
        return _Sheet(start, end, end - start)
    strip = round(STRIP_MM * per_mm)
    is_white = not any(page.rows[start * page.stride : (start + strip) * page.stride])
    # The header line needs room of its own above ink.
    room = round(part.paper.sheet_mm * per_mm) - (0 if is_white else strip)
    # What has been cut once goes on in the same size.
    least = _READABLE if part.long_pages is LongPages.REDUCE and not start else _HARDLY
    if room >= least * (end - start):
        return _Sheet(start, end, room)
    cut = _find_gap(page, start + round(room * _SOONEST), start + room)
    return _Sheet(start, cut, cut - start)


def _find_gap(page: Page, first: int, last: int) -> int:
    """Find the row to cut at: the lowest white one of these, else the last."""
    white, stride = bytes(page.stride), page.stride
    for row in range(last - 1, first, -1):
        if page.rows[row * stride : (row + 1) * stride] == white:
            return row
    return last


def _draw(page: Page, sheet: _Sheet) -> Page:
    rows = page.rows[sheet.first * page.stride : sheet.end * page.stride]
    taken = replace(page, rows=rows)
    return taken if sheet.rows == taken.length else reduce_page(taken, sheet.rows)
