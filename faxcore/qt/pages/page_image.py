# SPDX-License-Identifier: GPL-3.0-or-later
"""Fax pages as pictures on a screen. A page is decoded when it is looked at: the first of many waits for no other."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import BinaryIO, Final

from PyQt6.QtGui import QColor, QImage, QTransform

from faxcore.document.sizes import PageSize
from faxcore.document.tiff import page_sizes, read_page, write_to
from faxcore.model.page import Page

DOTS_PER_MM: Final = 8.04
"""Pixels a millimetre across every fax page: 1728 on the 215 mm of T.4, 2.2."""


@dataclass(frozen=True)
class PageImage:
    """One page of a document as a person reads it: its pixels, and how large the paper is that they stand for
    (millimetres, across and down). One that was turned for sending is turned back.
    """

    pixels: tuple[int, int]
    size_mm: tuple[float, float]
    _document: bytes = field(repr=False)
    """The TIFF in which it stands, which its pages share."""
    _number: int = 0
    """Its place there, from 0."""
    turned: bool = False
    """True if it goes over the line lying on its side."""

    @classmethod
    def of(cls, page: Page) -> PageImage:
        """The picture of a page, pixel for pixel."""
        document = io.BytesIO()
        write_to(document, [page])
        return cls.within(document.getvalue(), 0, PageSize.of(page))

    @classmethod
    def within(cls, document: bytes, number: int, size: PageSize) -> PageImage:
        """The picture of a page of a TIFF."""
        across, down = size.width.value, size.length
        pixels = (down, across) if size.turned else (across, down)
        return cls(pixels, measure_paper(size), document, number, size.turned)

    @property
    def image(self) -> QImage:
        """The pixels, black on white. DocumentError if they are damaged."""
        return draw_page(read_page(io.BytesIO(self._document), self._number))


def draw_page(page: Page) -> QImage:
    """Draw the pixels of a page as a person reads it, black on white: one that was turned for sending, turned back."""
    image = QImage(page.rows, page.width.value, page.length, page.stride, QImage.Format.Format_Mono)
    image.setColorTable([QColor("white").rgb(), QColor("black").rgb()])
    if page.turned:
        return image.transformed(QTransform().rotate(90))  # it lies on its left side
    return image.copy()  # a QImage of foreign octets does not keep them alive; its copy owns them


def measure_paper(size: PageSize) -> tuple[float, float]:
    """Tell how large the paper of a page is as a person reads it: millimetres, across and down. A page of a coarse
    resolution has fewer rows than its paper is long.
    """
    wide, tall = size.width.value / DOTS_PER_MM, size.length / size.resolution.rows_per_mm
    return (tall, wide) if size.turned else (wide, tall)


def read_images(file: BinaryIO) -> list[PageImage]:
    """The pages of a TIFF that the service wrote. DocumentError if it is damaged: its first page is looked at."""
    file.seek(0)
    document = file.read()
    pages = [PageImage.within(document, at, size) for at, size in enumerate(page_sizes(io.BytesIO(document)))]
    read_page(io.BytesIO(document), 0)
    return pages
