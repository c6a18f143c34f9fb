# SPDX-License-Identifier: GPL-3.0-or-later
"""One fax page on the screen: the real bilevel page, smoothly scaled, as a sheet of paper on a neutral ground."""

from __future__ import annotations

from typing import Final

from PyQt6.QtCore import QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPixmap
from PyQt6.QtWidgets import QSizePolicy, QWidget

from faxcore.qt.style import desk_ground
from faxdialog.page_image import PageImage

MARGIN: Final = 16
ENLARGED_DOTS_PER_MM: Final = 5.0
"""Screen pixels a millimetre of the enlarged page."""

_INK: Final = [QColor(shade, shade, shade).rgb() for shade in (round(255 * (at / 255) ** 1.6) for at in range(256))]
"""Thin strokes, which scaling down makes pale, are drawn darker."""


class PageView(QWidget):
    """One page as paper: white, with its true proportions, whatever its resolution is."""

    clicked = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self._page: PageImage | None = None
        self._drawn: tuple[tuple[int, int, float], QPixmap] | None = None
        self._enlarged = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_page(self, page: PageImage | None) -> None:
        """Draw this page."""
        if page is self._page:
            return
        self._page, self._drawn = page, None
        self._fit()

    def set_enlarged(self, enlarged: bool) -> None:
        """Draw the page so large that its text can be read, or as large as the window allows."""
        self._enlarged = enlarged
        self._fit()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(420, 560)

    def _fit(self) -> None:
        self.update()
        if self._page is None or not self._enlarged:
            self.setMinimumSize(0, 0)
            return
        width, height = (side * ENLARGED_DOTS_PER_MM for side in self._page.size_mm)
        self.setMinimumSize(int(width) + 2 * MARGIN, int(height) + 2 * MARGIN)

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802 - Qt's name
        """A click anywhere on the paper is the enlarging button's."""
        if event is not None and event.button() is Qt.MouseButton.LeftButton and self._page is not None:
            self.clicked.emit()

    def paintEvent(self, _event: QPaintEvent | None) -> None:  # noqa: N802 - Qt's name
        painter = QPainter(self)
        painter.fillRect(self.rect(), desk_ground(self))
        if self._page is None:
            return
        room = QRectF(self.rect()).adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
        wide, high = self._page.size_mm
        scale = min(room.width() / wide, room.height() / high)
        paper = QRectF(0, 0, round(wide * scale), round(high * scale))
        if paper.width() < 1 or paper.height() < 1:
            return
        paper.moveCenter(room.center())
        paper.moveTopLeft(paper.topLeft().toPoint().toPointF())
        for spread in range(5, 0, -1):
            painter.fillRect(paper.adjusted(-spread, 2 - spread, spread, spread + 2), QColor(0, 0, 0, 10))
        painter.fillRect(paper, Qt.GlobalColor.white)
        painter.drawPixmap(paper.topLeft(), self._pixmap(int(paper.width()), int(paper.height())))
        painter.setPen(QColor(0, 0, 0, 70))
        painter.drawRect(paper.adjusted(-0.5, -0.5, 0.5, 0.5))

    def _pixmap(self, width: int, height: int) -> QPixmap:
        """The page at this size, kept until the size changes."""
        assert self._page is not None
        ratio = self.devicePixelRatioF()
        if self._drawn is None or self._drawn[0] != (width, height, ratio):
            grey = self._page.image.convertToFormat(QImage.Format.Format_Grayscale8)
            scaled = grey.scaled(
                max(1, round(width * ratio)),
                max(1, round(height * ratio)),
                Qt.AspectRatioMode.IgnoreAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
            scaled.convertTo(QImage.Format.Format_Grayscale8)
            scaled.reinterpretAsFormat(QImage.Format.Format_Indexed8)
            scaled.setColorTable(_INK)
            scaled.setDevicePixelRatio(ratio)
            self._drawn = ((width, height, ratio), QPixmap.fromImage(scaled))
        return self._drawn[1]
