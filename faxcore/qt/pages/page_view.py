# SPDX-License-Identifier: GPL-3.0-or-later
"""One fax page on the screen: the real bilevel page, smoothly scaled, as a sheet of paper on a neutral ground."""

from __future__ import annotations

from typing import Final

from PyQt6.QtCore import QPointF, QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPixmap, QTransform
from PyQt6.QtWidgets import QSizePolicy, QWidget

from faxcore.qt.pages.page_image import PageImage
from faxcore.qt.style import desk_ground, paper_white

MARGIN: Final = 16
SMALLEST: Final = 0.05
"""The size below which nothing is drawn, however little room there is."""
_MM_AN_INCH: Final = 25.4

_INK: Final = [round(255 * (at / 255) ** 1.6) for at in range(256)]
"""Thin strokes, which scaling down makes pale, are drawn darker."""


class PageView(QWidget):
    """One page as paper: white, with its true proportions, whatever its resolution is."""

    def __init__(self) -> None:
        super().__init__()
        self._page: PageImage | None = None
        self._quarters = 0
        self._grey: QImage | None = None
        self._drawn: tuple[tuple[int, int, float, int], QPixmap] | None = None
        self._zoom: float | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_page(self, page: PageImage | None, quarters: int = 0) -> None:
        """Draw this page, turned to the right by so many quarters. DocumentError if it is damaged."""
        if page is self._page and quarters == self._quarters:
            return
        self._page, self._quarters, self._grey, self._drawn = page, quarters, None, None
        if page is not None:
            turned = page.image.transformed(QTransform().rotate(90 * quarters)) if quarters else page.image
            self._grey = turned.convertToFormat(QImage.Format.Format_Grayscale8)
        self._take_room()

    @property
    def has_page(self) -> bool:
        """True while there is a page to look at."""
        return self._page is not None

    # ------------------------------------------------------------ how large it is

    @property
    def zoom(self) -> float | None:
        """The size at which it is drawn, 1.0 being that of the paper; None: as large as there is room."""
        return self._zoom

    def set_zoom(self, zoom: float | None) -> None:
        """Draw it so large."""
        self._zoom = zoom
        self._take_room()

    def fitting_zoom(self, room: QSize) -> float:
        """Find the size at which the whole page has room."""
        if self._page is None or room.isEmpty():
            return 1.0
        wide, high = self._size_mm()
        fitted = min((room.width() - 2 * MARGIN) / wide, (room.height() - 2 * MARGIN) / high)
        return max(SMALLEST, fitted / self._dots_per_mm())

    def filling_zoom(self, room: QSize, bar: int) -> float:
        """Find the size at which the page is as wide as the room, less the scroll bar that it needs if it is higher."""
        if self._page is None or room.isEmpty():
            return 1.0
        wide, high = self._size_mm()
        across = room.width() - 2 * MARGIN
        if across * high / wide > room.height() - 2 * MARGIN:
            across -= bar
        return max(SMALLEST, self.fitting_zoom(room), across / wide / self._dots_per_mm())

    def paper(self) -> QRectF:
        """The place of the paper in this widget; empty without a page, or without room for one."""
        if self._page is None:
            return QRectF()
        room = QRectF(self.rect()).adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
        wide, high = self._size_mm()
        scale = min(room.width() / wide, room.height() / high)
        if self._zoom is not None:
            scale = self._zoom * self._dots_per_mm()
        paper = QRectF(0, 0, round(wide * scale), round(high * scale))
        if paper.width() < 1 or paper.height() < 1:
            return QRectF()
        paper.moveCenter(room.center())
        paper.moveTopLeft(paper.topLeft().toPoint().toPointF())
        return paper

    def place_on_paper(self, point: QPointF) -> QPointF:
        """Find the place on the paper under a point of this widget, as shares of its width and height."""
        paper = self.paper()
        if paper.isEmpty():
            return QPointF(0.5, 0.5)
        return QPointF((point.x() - paper.left()) / paper.width(), (point.y() - paper.top()) / paper.height())

    def point_of(self, place: QPointF) -> QPointF:
        """Find the point of this widget at which a place of the paper is."""
        paper = self.paper()
        return QPointF(paper.left() + place.x() * paper.width(), paper.top() + place.y() * paper.height())

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(420, 560)

    def _size_mm(self) -> tuple[float, float]:
        """The paper as it lies here, across and down."""
        assert self._page is not None
        wide, high = self._page.size_mm
        return (high, wide) if self._quarters % 2 else (wide, high)

    def _dots_per_mm(self) -> float:
        return self.logicalDpiX() / _MM_AN_INCH

    def _take_room(self) -> None:
        self.update()
        if self._page is None or self._zoom is None:
            self.setMinimumSize(0, 0)
            return
        width, height = (side * self._zoom * self._dots_per_mm() for side in self._size_mm())
        self.setMinimumSize(int(width) + 2 * MARGIN, int(height) + 2 * MARGIN)

    # ------------------------------------------------------------ how it is drawn

    def paintEvent(self, _event: QPaintEvent | None) -> None:  # noqa: N802 - Qt's name
        painter = QPainter(self)
        painter.fillRect(self.rect(), desk_ground(self))
        paper = self.paper()
        if paper.isEmpty():
            return
        for spread in range(5, 0, -1):
            painter.fillRect(paper.adjusted(-spread, 2 - spread, spread, spread + 2), QColor(0, 0, 0, 10))
        painter.drawPixmap(paper.topLeft(), self._pixmap(int(paper.width()), int(paper.height())))
        painter.setPen(QColor(0, 0, 0, 70))
        painter.drawRect(paper.adjusted(-0.5, -0.5, 0.5, 0.5))

    def _pixmap(self, width: int, height: int) -> QPixmap:
        """The page at this size, kept until the size changes."""
        assert self._grey is not None
        ratio, white = self.devicePixelRatioF(), paper_white(self)
        wanted = (width, height, ratio, white)
        if self._drawn is None or self._drawn[0] != wanted:
            scaled = scale_page(self._grey, max(1, round(width * ratio)), max(1, round(height * ratio)), white)
            scaled.setDevicePixelRatio(ratio)
            self._drawn = (wanted, QPixmap.fromImage(scaled))
        return self._drawn[1]


def scale_page(grey: QImage, width: int, height: int, white: int = 255) -> QImage:
    """Scale a page to so many pixels, its ink darkened; `white` is the shade of its paper."""
    scaled = grey.scaled(
        width, height, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
    )
    scaled.convertTo(QImage.Format.Format_Grayscale8)
    scaled.reinterpretAsFormat(QImage.Format.Format_Indexed8)
    shades = (round(shade * white / 255) for shade in _INK)
    scaled.setColorTable([QColor(shade, shade, shade).rgb() for shade in shades])
    return scaled
