# SPDX-License-Identifier: GPL-3.0-or-later
"""The geometry of a page, without its pixels."""

from __future__ import annotations

from dataclasses import dataclass

from faxcore.model.page import Page, Resolution, Width


@dataclass(frozen=True)
class PageSize:
    """The geometry of a page; `length` in rows."""

    width: Width
    resolution: Resolution
    length: int
    turned: bool = False
    """As in `Page`."""
    origin: int = 0
    """Of a composed page, the page of the document that it was made of, numbered from 1; 0: of none, as a cover."""

    @property
    def millimetres(self) -> float:
        """The page's length."""
        return self.length / self.resolution.rows_per_mm

    @staticmethod
    def of(page: Page) -> PageSize:
        """Return the size of this page."""
        return PageSize(page.width, page.resolution, page.length, page.turned)
