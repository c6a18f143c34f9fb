# SPDX-License-Identifier: GPL-3.0-or-later
"""The strip of small pages beside the large one, from two pages on. A picture is made when its place is seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PyQt6.QtCore import QSize, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QColor, QIcon, QImage, QPainter, QPalette, QPixmap, QResizeEvent, QShowEvent
from PyQt6.QtWidgets import QFrame, QListView, QListWidget, QListWidgetItem, QStyle, QToolTip

from faxcore.document.document_error import DocumentError
from faxcore.i18n import gettext as _
from faxcore.qt.pages.page_image import PageImage
from faxcore.qt.pages.page_view import scale_page
from faxcore.qt.speaking import speak
from faxcore.qt.style import paper_white
from faxdialog.ticks import Tick, number_pages

SMALL: Final = QSize(56, 80)
"""Pixels of the room for a small page."""
PALE: Final = 0.35
"""The strength in which a page is drawn that is left out."""


class PageStrip(QListWidget):
    """Small pages, one of which is chosen."""

    chosen = pyqtSignal(int)
    """The page that a person chose, from 0."""
    ticked = pyqtSignal(int, bool)
    """A page of the draft, and True if a person wants it to be left out."""

    def __init__(self) -> None:
        super().__init__()
        self._pages: list[PageImage] = []
        self._ticks: list[Tick | None] = []
        self._telling = True
        self._making = QTimer(self)
        self._making.setInterval(0)
        self._making.timeout.connect(self._make_one)
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setFlow(QListView.Flow.TopToBottom)
        self.setWrapping(False)
        self.setMovement(QListView.Movement.Static)
        self.setUniformItemSizes(True)
        self.setIconSize(SMALL)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setAccessibleName(_("Pages"))
        self.setToolTip(_("What has no tick is not sent: click it, or press Space."))
        self.currentRowChanged.connect(self._chosen)
        self.itemChanged.connect(self._changed)
        bar = self.verticalScrollBar()
        assert bar is not None
        bar.valueChanged.connect(lambda _value: self._making.start())
        style = self.style()
        box = style.pixelMetric(QStyle.PixelMetric.PM_IndicatorWidth, None, self) if style is not None else 16
        self.setGridSize(QSize(SMALL.width() + box + 18, SMALL.height() + self.fontMetrics().height() + 14))
        self.setFixedWidth(self.gridSize().width() + bar.sizeHint().width() + 2)
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Base, palette.color(QPalette.ColorRole.Window))
        palette.setColor(QPalette.ColorRole.Text, palette.color(QPalette.ColorRole.WindowText))
        self.setPalette(palette)
        self.hide()

    def show_pages(self, pages: Sequence[PageImage], ticks: Sequence[Tick | None]) -> None:
        """Show these, with a tick at those that need not go out; nothing is shown for a single one."""
        self._pages, self._ticks = list(pages), list(ticks)
        self._telling = False
        if self.count() != len(pages):
            self.clear()
            for number in range(1, len(pages) + 1):
                item = QListWidgetItem(_empty(), str(number))
                item.setTextAlignment(Qt.AlignmentFlag.AlignHCenter)
                self.addItem(item)
        for row, number in enumerate(number_pages(self._ticks)):
            self._describe(self._item(row), number, self._pages[row], self._ticks[row])
        self._telling = True
        self.setVisible(len(pages) > 1)
        self._making.start()

    def _describe(self, item: QListWidgetItem, number: int, page: PageImage, tick: Tick | None) -> None:
        item.setData(Qt.ItemDataRole.UserRole, False)
        item.setText(str(number) if number else "–")
        item.setData(Qt.ItemDataRole.AccessibleTextRole, _name_page(number, page))
        if tick is None:
            item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsUserCheckable)
            item.setData(Qt.ItemDataRole.CheckStateRole, None)
        else:
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Unchecked if tick.left_out else Qt.CheckState.Checked)

    def show_at(self, page: int) -> None:
        """Mark this page as the one that is seen large."""
        if page != self.currentRow():
            self._telling = False
            self.setCurrentRow(page)
            self._telling = True

    def showEvent(self, event: QShowEvent | None) -> None:  # noqa: N802 - Qt's name
        """They are seen now, which they were not behind a tab."""
        super().showEvent(event)
        self._making.start()

    def resizeEvent(self, event: QResizeEvent | None) -> None:  # noqa: N802 - Qt's name
        """More of them may be seen now."""
        super().resizeEvent(event)
        self._making.start()

    def _chosen(self, row: int) -> None:
        if self._telling and row >= 0:
            self.chosen.emit(row)

    def _changed(self, item: QListWidgetItem) -> None:
        """Tell of a tick that a person has set or taken away; the last one stays."""
        row = self.row(item)
        tick = self._ticks[row] if 0 <= row < len(self._ticks) else None
        left_out = item.checkState() is Qt.CheckState.Unchecked
        if not self._telling or tick is None or left_out == tick.left_out:
            return
        if left_out and not any(each is not None and each != tick and not each.left_out for each in self._ticks):
            self._telling = False
            item.setCheckState(Qt.CheckState.Checked)
            self._telling = True
            sentence = _("One page at least must go out.")
            speak(self.window() or self, sentence)
            QToolTip.showText(self.mapToGlobal(self.visualItemRect(item).center()), sentence, self)
            return
        self.ticked.emit(tick.page, left_out)

    def _make_one(self) -> None:
        """Make the next picture that is missing where it is seen; keys and the large page come first."""
        view = self.viewport()
        if view is None or not self.isVisible():
            self._making.stop()
            return
        for number in range(self.count()):
            item = self._item(number)
            if not item.data(Qt.ItemDataRole.UserRole) and self.visualItemRect(item).intersects(view.rect()):
                item.setData(Qt.ItemDataRole.UserRole, True)
                tick = self._ticks[number]
                item.setIcon(self._draw(self._pages[number], PALE if tick is not None and tick.left_out else 1.0))
                return
        self._making.stop()

    def _draw(self, page: PageImage, strength: float) -> QIcon:
        try:
            grey = page.image.convertToFormat(QImage.Format.Format_Grayscale8)
        except DocumentError:
            return QIcon(_empty())  # the large page says why
        ratio = self.devicePixelRatioF()
        wide, high = page.size_mm
        scale = min(SMALL.width() / wide, SMALL.height() / high) * ratio
        small = scale_page(grey, max(1, round(wide * scale)), max(1, round(high * scale)), paper_white(self))
        pixmap = _framed(small, ratio, strength)
        icon = QIcon(pixmap)
        icon.addPixmap(pixmap, QIcon.Mode.Selected)  # not tinted: the mark is under it
        return icon

    def _item(self, number: int) -> QListWidgetItem:
        item = self.item(number)
        assert item is not None
        return item


def _name_page(number: int, page: PageImage) -> str:
    if not number:
        return _("Left out")
    if page.turned:
        return _("Page {page}, turned for sending").format(page=number)
    return _("Page {page}").format(page=number)


def _framed(small: QImage, ratio: float, strength: float) -> QPixmap:
    """The page with an edge, in the middle of its room: so that all marks of a chosen page are alike."""
    room = QPixmap(SMALL * ratio)
    room.fill(QColor(0, 0, 0, 0))
    left, top = (room.width() - small.width()) // 2, (room.height() - small.height()) // 2
    painter = QPainter(room)
    painter.setOpacity(strength)
    painter.drawImage(left, top, small)
    painter.setPen(QColor(0, 0, 0, 90))
    painter.drawRect(left, top, small.width() - 1, small.height() - 1)
    painter.end()
    room.setDevicePixelRatio(ratio)
    return room


def _empty() -> QIcon:
    pixmap = QPixmap(SMALL)
    pixmap.fill(QColor(128, 128, 128, 40))
    return QIcon(pixmap)
