# SPDX-License-Identifier: GPL-3.0-or-later
"""Fax pages as pictures on a screen."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import BinaryIO, Final

from PyQt6.QtGui import QColor, QImage

from faxcore.document.tiff import read_pages
from faxcore.model.page import Page

DOTS_PER_MM: Final = 8.04
"""Pixels a millimetre across every fax page: 1728 on the 215 mm of T.4, 2.2."""


@dataclass(frozen=True)
class PageImage:
    """One page: its pixels, and how large the paper is that they stand for (millimetres, across and down).

    The pixels are kept deflated: five hundred pages as they are would take a quarter of a gigabyte.
    """

    pixels: tuple[int, int]
    size_mm: tuple[float, float]
    deflated: bytes

    @classmethod
    def of(cls, page: Page) -> PageImage:
        """The picture of a page, pixel for pixel."""
        size = (page.width.value / DOTS_PER_MM, page.length / page.resolution.rows_per_mm)
        return cls((page.width.value, page.length), size, zlib.compress(page.rows, 1))

    @property
    def image(self) -> QImage:
        """The pixels, black on white."""
        wide, high = self.pixels
        image = QImage(zlib.decompress(self.deflated), wide, high, (wide + 7) // 8, QImage.Format.Format_Mono)
        image.setColorTable([QColor("white").rgb(), QColor("black").rgb()])
        return image.copy()  # a QImage of foreign octets does not keep them alive; its copy owns them


def read_images(file: BinaryIO) -> list[PageImage]:
    """The pages of a TIFF that the service wrote. DocumentError if it is damaged."""
    file.seek(0)
    return [PageImage.of(page) for page in read_pages(file)]
