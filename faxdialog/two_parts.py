# SPDX-License-Identifier: GPL-3.0-or-later
"""Form and pages: beside one another where there is room, else each on a tab of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import (
    QApplication,
    QFrame,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from faxcore.i18n import gettext as _

NARROW: Final = 700
"""Pixels below which the two are not put side by side."""
PAGES: Final = 280
"""Pixels that the pages need beside the form."""


class TwoParts(QWidget):
    """The two halves of the dialog."""

    rearranged = pyqtSignal()
    """They are beside one another now, or no more: Tab goes through them as they were made anew."""

    def __init__(self, form: QWidget, pages: QWidget) -> None:
        super().__init__()
        self._pages = pages
        self._form = QScrollArea()
        self._form.setWidget(form)
        self._form.setWidgetResizable(True)
        self._form.setFrameShape(QFrame.Shape.NoFrame)
        self._form.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._form.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setHandleWidth(8)
        self.tabs = QTabWidget()
        self._stack = QStackedWidget()
        for each in (self.splitter, self.tabs):
            self._stack.addWidget(each)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)
        self._put_beside()

    @property
    def are_beside(self) -> bool:
        """True where both are seen."""
        return self._stack.currentWidget() is self.splitter

    def widths(self) -> list[int]:
        """The widths of the two; none where one is behind the other."""
        return self.splitter.sizes() if self.are_beside else []

    def set_widths(self, widths: Sequence[int]) -> None:
        """Give them these widths, as far as there is room."""
        self.splitter.setSizes(list(widths))

    def show_form(self) -> None:
        """Bring the form to the front where the pages hide it."""
        if not self.are_beside:
            self.tabs.setCurrentWidget(self._form)

    def resizeEvent(self, event: QResizeEvent | None) -> None:  # noqa: N802 - Qt's name
        """Put them beside or behind one another, as there is room."""
        super().resizeEvent(event)
        form = self._form.widget()
        assert form is not None
        narrow = self.width() < max(NARROW - 32, form.minimumSizeHint().width() + PAGES)
        if narrow == self.are_beside:
            focused = QApplication.focusWidget()
            (self._put_behind if narrow else self._put_beside)()
            self.rearranged.emit()
            if focused is not None and self.isAncestorOf(focused):
                focused.setFocus()

    def _put_beside(self) -> None:
        self.splitter.addWidget(self._form)
        self.splitter.addWidget(self._pages)
        self.splitter.setStretchFactor(0, 0)
        self.splitter.setStretchFactor(1, 1)
        for part in (self._form, self._pages):
            part.show()
        self._form.setMinimumWidth(_width_of(self._form))
        self._stack.setCurrentWidget(self.splitter)

    def _put_behind(self) -> None:
        self.tabs.addTab(self._form, _("Fa&x"))
        self.tabs.addTab(self._pages, _("&Preview"))
        self._stack.setCurrentWidget(self.tabs)


def _width_of(area: QScrollArea) -> int:
    """Tell the least width at which nothing of a form is cut off."""
    form, bar = area.widget(), area.verticalScrollBar()
    assert form is not None and bar is not None
    return form.minimumSizeHint().width() + bar.sizeHint().width()
