# SPDX-License-Identifier: GPL-3.0-or-later
"""The pane in which a page lies: the wheel turns pages or zooms, a click enlarges there, dragging moves the page."""

from __future__ import annotations

import enum
from typing import Final

from PyQt6.QtCore import QEvent, QPoint, QPointF, Qt, pyqtSignal
from PyQt6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPalette, QResizeEvent, QWheelEvent
from PyQt6.QtWidgets import QApplication, QFrame, QScrollArea, QScrollBar, QWidget

from faxcore.qt.pages.page_image import PageImage
from faxcore.qt.pages.page_view import PageView

STEP: Final = 1.25
"""From one size to the next."""
LEGIBLE: Final = 1.35
"""The size at which the small print can be read."""
LARGEST: Final = 4.0
NOTCH: Final = 120
"""The angle of one notch of a wheel."""
RING: Final = 2
"""Pixels of the frame that shows the focus."""

ON: Final = (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_PageDown, Qt.Key.Key_Space)
BACK: Final = (Qt.Key.Key_Left, Qt.Key.Key_Up, Qt.Key.Key_PageUp)
"""The keys by which a page is scrolled, and turned at its ends."""


class Fit(enum.Enum):
    """A size that follows that of the pane."""

    WHOLE = "whole"
    """As large as the whole page has room."""
    WIDTH = "width"
    """As wide as there is room, and scrolled."""


class PageArea(QScrollArea):
    """One page, and the ways to look at it closely."""

    turn_wanted = pyqtSignal(int)
    """So many pages on, or back."""
    zoomed = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self.sheet = PageView()
        self._usual = Fit.WHOLE
        self._fit: Fit | None = Fit.WHOLE
        self._turned = 0
        self._pressed: QPoint | None = None
        self._dragged: QPoint | None = None
        self.setWidget(self.sheet)
        self.setWidgetResizable(True)
        self.setFrameStyle(QFrame.Shape.Box | QFrame.Shadow.Plain)
        self.setLineWidth(RING)
        self.setMinimumSize(200, 200)
        self._show_focus(False)

    # ------------------------------------------------------------ how large the page is

    def current_zoom(self) -> float:
        """Tell how large the page is drawn, 1.0 being the size of the paper."""
        zoom = self.sheet.zoom
        return self.sheet.fitting_zoom(self._view().size()) if zoom is None else zoom

    @property
    def fitted(self) -> Fit | None:
        """The size that follows that of the pane; None: the page has a size of its own."""
        return self._fit

    def can_shrink(self) -> bool:
        """Return whether the page could be smaller: not if it is seen as a whole."""
        whole = self.sheet.fitting_zoom(self.maximumViewportSize())
        return self.sheet.has_page and self._fit is not Fit.WHOLE and self.current_zoom() > whole * 1.01

    def show_page(self, page: PageImage | None, quarters: int = 0) -> None:
        """Show this page, turned to the right by so many quarters. DocumentError if it is damaged."""
        self.sheet.show_page(page, quarters)
        if self._fit is Fit.WIDTH:
            self._follow()
            self._settle()

    def choose_fit(self, fit: Fit) -> None:
        """Show pages so, also after a second click on an enlarged one."""
        self._usual = fit
        self.fit()

    def fit(self) -> None:
        """Show pages as they usually are: as a whole, or as wide as there is room."""
        self._fit = self._usual
        self._follow()
        self._settle()

    def _follow(self) -> None:
        """Take the size that the pane gives."""
        if self._fit is Fit.WHOLE:
            self.sheet.set_zoom(None)
        elif self._fit is Fit.WIDTH:
            room, bar = self.maximumViewportSize(), self._down().sizeHint().width()
            self.sheet.set_zoom(min(self.sheet.filling_zoom(room, bar), LARGEST))

    def zoom_by(self, steps: int, at: QPointF | None = None) -> None:
        """Make the page larger or smaller, with the same place of it at this point of the pane."""
        self.zoom_to(self.current_zoom() * STEP**steps, at)

    def zoom_to(self, zoom: float, at: QPointF | None = None) -> None:
        """Make the page so large; what would be smaller than the whole page is the whole page."""
        if not self.sheet.has_page:
            return
        fitting = self.sheet.fitting_zoom(self.maximumViewportSize())
        if zoom <= fitting * 1.01:
            self._fit = Fit.WHOLE
            self._follow()
            self._settle()
            return
        point = QPointF(self._view().rect().center()) if at is None else at
        place = self.sheet.place_on_paper(QPointF(self.sheet.mapFrom(self._view(), point.toPoint())))
        self._fit = None
        self.sheet.set_zoom(min(zoom, LARGEST))
        self._settle()
        there = self.sheet.point_of(place)
        self._across().setValue(round(there.x() - point.x()))
        self._down().setValue(round(there.y() - point.y()))

    def _settle(self) -> None:
        """Tell the scroll bars the new size at once, not when the next events are handled."""
        self._turned = 0
        QApplication.sendEvent(self, QEvent(QEvent.Type.LayoutRequest))
        self._show_hand()
        self.zoomed.emit()

    def resizeEvent(self, event: QResizeEvent | None) -> None:  # noqa: N802 - Qt's name
        """A fitted page has another size now."""
        self._follow()
        super().resizeEvent(event)
        self.zoomed.emit()

    # ------------------------------------------------------------ keys, wheel, mouse and focus

    def keyPressEvent(self, event: QKeyEvent | None) -> None:  # noqa: N802 - Qt's name
        """Arrows scroll a page and turn at its ends, where Space and the page keys get sooner."""
        if event is None:
            return
        key, back = Qt.Key(event.key()), bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        by = 1 if key in ON else -1 if key in BACK else 0
        if not by or event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier):
            event.ignore()
        elif key in (Qt.Key.Key_Space, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            by = -1 if key == Qt.Key.Key_Space and back else by
            if not self.page_key(by):
                self.turn_wanted.emit(by)
        else:
            bar = self._across() if key in (Qt.Key.Key_Left, Qt.Key.Key_Right) else self._down()
            if _has_room(bar, by):
                bar.setValue(bar.value() + by * bar.singleStep())
            else:
                self.turn_wanted.emit(by)

    def page_key(self, by: int) -> bool:
        """Go on through an enlarged page; False at its end."""
        bar = self._down()
        if not _has_room(bar, by):
            return False
        bar.setValue(bar.value() + by * bar.pageStep())
        return True

    def show_end(self, by: int) -> None:
        """Show where a page begins that was turned to going on, or ends going back."""
        bar = self._down()
        bar.setValue(bar.minimum() if by > 0 else bar.maximum())

    def wheelEvent(self, event: QWheelEvent | None) -> None:  # noqa: N802 - Qt's name
        """The wheel scrolls an enlarged page and turns at its ends; with Ctrl it zooms."""
        if event is None:
            return
        angle = event.angleDelta().y()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if notches := self._count_notches(angle):
                self.zoom_by(notches, self._view().mapFromGlobal(event.globalPosition()))
        elif _has_room(self._down(), -1 if angle > 0 else 1):
            super().wheelEvent(event)
        elif notches := self._count_notches(angle):
            self.turn_wanted.emit(-notches)
        event.accept()

    def _count_notches(self, angle: int) -> int:
        """Count whole notches: a touchpad tells of small parts of them."""
        if angle * self._turned < 0:
            self._turned = 0
        self._turned += angle
        notches = int(self._turned / NOTCH)
        self._turned -= notches * NOTCH
        return notches

    def mousePressEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802 - Qt's name
        """The beginning of a click or of a drag."""
        if event is not None and event.button() is Qt.MouseButton.LeftButton and self.sheet.has_page:
            self._pressed = self._dragged = event.globalPosition().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802 - Qt's name
        """Move an enlarged page with the mouse."""
        if event is None or self._pressed is None or self._dragged is None:
            return
        now = event.globalPosition().toPoint()
        by = now - self._dragged
        if (now - self._pressed).manhattanLength() >= QApplication.startDragDistance():
            self._view().setCursor(Qt.CursorShape.ClosedHandCursor)
        self._across().setValue(self._across().value() - by.x())
        self._down().setValue(self._down().value() - by.y())
        self._dragged = now

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802 - Qt's name
        """A click enlarges there, or shows the page as usual again."""
        if event is None or self._pressed is None or event.button() is not Qt.MouseButton.LeftButton:
            return
        moved = (event.globalPosition().toPoint() - self._pressed).manhattanLength()
        self._pressed = self._dragged = None
        self._show_hand()
        if moved >= QApplication.startDragDistance():
            return
        if self._fit is not None:
            self.zoom_to(max(LEGIBLE, self.current_zoom() * STEP), self._view().mapFromGlobal(event.globalPosition()))
        else:
            self.fit()

    def focusInEvent(self, event: QFocusEvent | None) -> None:  # noqa: N802 - Qt's name
        """The frame shows that keys go to the pages."""
        super().focusInEvent(event)
        self._show_focus(True)

    def focusOutEvent(self, event: QFocusEvent | None) -> None:  # noqa: N802 - Qt's name
        """They do not any more."""
        super().focusOutEvent(event)
        self._show_focus(False)

    def _show_focus(self, focused: bool) -> None:
        palette = QPalette(QApplication.palette(self))
        role = QPalette.ColorRole.Highlight if focused else QPalette.ColorRole.Mid
        palette.setColor(QPalette.ColorRole.WindowText, palette.color(role))
        self.setPalette(palette)

    def _show_hand(self) -> None:
        enlarged = self.sheet.zoom is not None
        self._view().setCursor(Qt.CursorShape.OpenHandCursor if enlarged else Qt.CursorShape.ArrowCursor)

    def _view(self) -> QWidget:
        view = self.viewport()
        assert view is not None
        return view

    def _across(self) -> QScrollBar:
        bar = self.horizontalScrollBar()
        assert bar is not None
        return bar

    def _down(self) -> QScrollBar:
        bar = self.verticalScrollBar()
        assert bar is not None
        return bar


def _has_room(bar: QScrollBar, by: int) -> bool:
    """Return whether it can be scrolled on, or back."""
    return bar.value() < bar.maximum() if by > 0 else bar.value() > bar.minimum()
