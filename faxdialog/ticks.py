# SPDX-License-Identifier: GPL-3.0-or-later
"""Which small page stands for which page of the fax, and whether that goes out. Pure.

What is composed has cover pages before the documents, and perhaps two sheets for a long page; what is left out is in
no composed page, and keeps its place among the others as it was printed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from faxcore.contract.printed import DraftPart
from faxcore.qt.pages.page_image import PageImage


@dataclass(frozen=True)
class Tick:
    """The mark at a small page by which it goes out or not."""

    page: int
    """Of those that `read_draft` gives, numbered from 1."""
    left_out: bool


Row = tuple[PageImage, Tick | None]
"""A page as it is shown; without a tick, it is for nobody to leave out."""


def lay_out(
    parts: Sequence[DraftPart], printed: Sequence[PageImage], composed: Sequence[PageImage], origins: Sequence[int]
) -> list[Row]:
    """Put the pages into the order in which they go out, what is left out among them: each as it was composed or, where
    it is not yet, as it was printed.
    """
    sheets: dict[int, list[PageImage]] = {}
    for image, origin in zip(composed, origins, strict=False):
        sheets.setdefault(origin, []).append(image)
    rows: list[Row] = [(image, None) for image in sheets.pop(0, [])]
    for part in parts:
        for number in range(1, part.pages + 1):
            page, left_out = part.first + number - 1, number in part.left_out
            if not 1 <= page <= len(printed):
                continue
            images = [printed[page - 1]] if left_out else sheets.get(page, [printed[page - 1]])
            rows += [(image, Tick(page, left_out) if at == 0 else None) for at, image in enumerate(images)]
    return rows


def number_pages(ticks: Sequence[Tick | None]) -> list[int]:
    """Number the pages that go out from 1; what is left out has 0."""
    numbers, last = [], 0
    for tick in ticks:
        sent = tick is None or not tick.left_out
        last += sent
        numbers.append(last if sent else 0)
    return numbers
