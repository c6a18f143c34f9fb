# SPDX-License-Identifier: GPL-3.0-or-later
"""Fax pages as pictures on a screen."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PyQt6.QtGui import QColor, QImage

from faxcore.page import Page, Resolution, Width

DOTS_PER_MM = 8.04
"""Pixels a millimetre across every fax page: 1728 on the 215 mm of T.4, 2.2."""


@dataclass(frozen=True)
class PageImage:
    """One page: its pixels, and how large the paper is that they stand for (millimetres, across and down)."""

    image: QImage
    size_mm: tuple[float, float]

    @classmethod
    def of(cls, page: Page) -> PageImage:
        """The picture of a page, pixel for pixel."""
        image = QImage(page.rows, page.width.value, page.length, page.stride, QImage.Format.Format_Mono)
        image.setColorTable([QColor("white").rgb(), QColor("black").rgb()])
        size = (page.width.value / DOTS_PER_MM, page.length / page.resolution.rows_per_mm)
        return cls(image.copy(), size)  # a QImage of foreign octets does not keep them alive; its copy owns them


def read_images(path: Path) -> list[PageImage]:
    """The pages of a TIFF that the service wrote."""
    from PIL import Image

    found = []
    with Image.open(path, formats=["TIFF"]) as file:
        for number in range(file.n_frames):
            file.seek(number)
            down = float(file.info["dpi"][1])
            resolution = min(Resolution, key=lambda one: abs(one.dpi[1] - down))
            rows = bytes(255 - octet for octet in file.convert("1").tobytes())
            found.append(PageImage.of(Page(Width(file.width), resolution, rows)))
    return found
