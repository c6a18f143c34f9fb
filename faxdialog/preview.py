# SPDX-License-Identifier: GPL-3.0-or-later
"""The right half of the dialog: the pages as they will arrive, one at a time, whole or enlarged."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PyQt6.QtCore import QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QImage, QKeyEvent, QPainter, QPaintEvent, QPalette, QPixmap, QResizeEvent
from PyQt6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from faxcore.i18n import gettext as _
from faxdialog.images import PageImage
from faxdialog.style import muted

MARGIN: Final = 12
ENLARGED_DOTS_PER_MM: Final = 5.0
"""Screen pixels a millimetre of the enlarged page."""


class Sheet(QWidget):
    """One page as paper: white, with its true proportions, whatever its resolution is."""

    def __init__(self) -> None:
        super().__init__()
        self._page: PageImage | None = None
        self._drawn: tuple[tuple[int, int, float], QPixmap] | None = None
        self._enlarged = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_page(self, page: PageImage | None) -> None:
        """Draw this page."""
        self._page, self._drawn = page, None
        self.updateGeometry()
        self._fit()
        self.update()

    def set_enlarged(self, enlarged: bool) -> None:
        """Draw the page so large that its text can be read, or as large as the window allows."""
        self._enlarged = enlarged
        self._fit()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(420, 560)

    def _fit(self) -> None:
        if self._page is None or not self._enlarged:
            self.setMinimumSize(0, 0)
            return
        width, height = (side * ENLARGED_DOTS_PER_MM for side in self._page.size_mm)
        self.setMinimumSize(int(width) + 2 * MARGIN, int(height) + 2 * MARGIN)

    def paintEvent(self, _event: QPaintEvent | None) -> None:  # noqa: N802 - Qt's name
        painter = QPainter(self)
        if self._page is None:
            return
        room = QRectF(self.rect()).adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
        wide, high = self._page.size_mm
        scale = min(room.width() / wide, room.height() / high)
        paper = QRectF(0, 0, round(wide * scale), round(high * scale))
        paper.moveCenter(room.center())
        paper.moveTopLeft(paper.topLeft().toPoint().toPointF())
        for spread in range(4, 0, -1):
            painter.fillRect(paper.adjusted(-spread, 1 - spread, spread, spread + 2), QColor(0, 0, 0, 14))
        painter.fillRect(paper, Qt.GlobalColor.white)
        painter.drawPixmap(paper.topLeft(), self._pixmap(int(paper.width()), int(paper.height())))
        painter.setPen(QColor(0, 0, 0, 60))
        painter.drawRect(paper)

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
            scaled.setDevicePixelRatio(ratio)
            self._drawn = ((width, height, ratio), QPixmap.fromImage(scaled))
        return self._drawn[1]


class Preview(QWidget):
    """Pages, and the way from one to the next."""

    def __init__(self) -> None:
        super().__init__()
        self._pages: list[PageImage] = []
        self._at = 0
        self.sheet = Sheet()
        self.where = QLabel()
        self.note = muted(QLabel(_("The preview is being prepared …")))
        self.busy = muted(QLabel(_("Updating …")))
        self.back = _arrow(Qt.ArrowType.LeftArrow, _("Previous page"))
        self.on = _arrow(Qt.ArrowType.RightArrow, _("Next page"))
        self.zoom = QToolButton()
        self._build()
        self.back.clicked.connect(lambda: self.turn(-1))
        self.on.clicked.connect(lambda: self.turn(+1))
        self.zoom.toggled.connect(self.sheet.set_enlarged)
        self._tell()

    def _build(self) -> None:
        self.area = QScrollArea()
        self.area.setWidget(self.sheet)
        self.area.setWidgetResizable(True)
        self.area.setBackgroundRole(QPalette.ColorRole.Mid)
        self.area.setAccessibleName(_("Preview of the pages as they will arrive"))
        self.area.setMinimumSize(300, 360)
        self.note.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.note.setWordWrap(True)
        self.note.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        stage = QStackedLayout()
        stage.setStackingMode(QStackedLayout.StackingMode.StackAll)
        stage.addWidget(self.note)
        stage.addWidget(self.area)
        self.zoom.setText(_("&Enlarge"))
        self.zoom.setCheckable(True)
        self.zoom.setAutoRaise(True)
        self.zoom.setToolTip(_("Show the page so large that its text can be read"))
        self.where.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.busy.setVisible(False)
        bar = QHBoxLayout()
        bar.addWidget(self.zoom)
        bar.addWidget(self.busy)
        bar.addStretch(1)
        for part in (self.back, self.where, self.on):
            bar.addWidget(part)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(stage, 1)
        layout.addLayout(bar)

    def show_pages(self, pages: Sequence[PageImage]) -> None:
        """Show these instead; the same page of them, as far as there is one."""
        self._pages = list(pages)
        self._at = min(self._at, max(0, len(self._pages) - 1))
        self._tell()

    def set_busy(self, busy: bool) -> None:
        """Say whether what is seen is being made anew."""
        self.busy.setVisible(busy and bool(self._pages))

    def set_note(self, sentence: str) -> None:
        """What to say while there is no page."""
        self.note.setText(sentence)

    def turn(self, by: int) -> None:
        """Go on or back by so many pages."""
        self._at = max(0, min(self._at + by, len(self._pages) - 1))
        self._tell()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:  # noqa: N802 - Qt's name
        steps = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: +1}
        if event is not None and event.key() in steps:
            self.turn(steps[Qt.Key(event.key())])
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent | None) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        self.sheet.update()

    def _tell(self) -> None:
        count = len(self._pages)
        self.note.setVisible(not count)
        self.sheet.show_page(self._pages[self._at] if count else None)
        self.where.setText(_("Page {page} of {count}").format(page=self._at + 1, count=count) if count else "")
        self.back.setEnabled(self._at > 0)
        self.on.setEnabled(self._at + 1 < count)
        self.zoom.setEnabled(bool(count))
        for part in (self.back, self.on):
            part.setVisible(count > 1)


def _arrow(arrow: Qt.ArrowType, name: str) -> QToolButton:
    button = QToolButton()
    button.setArrowType(arrow)
    button.setAutoRaise(True)
    button.setToolTip(name)
    button.setAccessibleName(name)
    return button
