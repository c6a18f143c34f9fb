# SPDX-License-Identifier: GPL-3.0-or-later
"""Form and pages: beside one another where there is room, else each on a tab of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PyQt6.QtCore import QEvent, QSize, Qt, pyqtSignal
from PyQt6.QtWidgets import (
    QApplication,
    QSplitter,
    QStackedWidget,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from faxcore.i18n import gettext as _
from faxdialog.form_scroll import FormScroll

NARROW: Final = 668
"""Pixels below which the two are not put side by side: those of a window 700 wide."""
GAP: Final = 8
"""Pixels between the two."""


class TwoParts(QWidget):
    """The two halves of the dialog."""

    rearranged = pyqtSignal()
    """They are beside one another now, or no more: Tab goes through them as they were made anew."""

    def __init__(self, form: QWidget, pages: QWidget) -> None:
        super().__init__()
        self._pages = pages
        self._wanted: list[int] = []
        self._form = FormScroll(form)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setHandleWidth(GAP)
        self.splitter.splitterMoved.connect(lambda _position, _index: self._wanted.clear())
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
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
        """Give them these widths, or such as there is room for, until a person gives them others."""
        self._wanted = list(widths)
        self._give_widths()

    def show_form(self) -> None:
        """Bring the form to the front where the pages hide it."""
        if not self.are_beside:
            self.tabs.setCurrentWidget(self._form)

    def bring_into_sight(self, part: QWidget) -> None:
        """Scroll the form, when it is laid out anew, so that this part of it is seen."""
        self._form.bring_into_sight(part)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Each alone must have room, not both."""
        return QSize(self._form.minimumWidth(), self._stack.minimumSizeHint().height())

    def event(self, event: QEvent | None) -> bool:
        """Put them beside or behind one another, as there is room for what stands in them now."""
        done = super().event(event)
        if event is not None and event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
            self._arrange()
        return done

    def _arrange(self) -> None:
        narrow = self.width() < max(NARROW, self._form.minimumWidth() + self._pages.minimumSizeHint().width() + GAP)
        if narrow == self.are_beside:
            focused = QApplication.focusWidget()
            (self._put_behind if narrow else self._put_beside)()
            self.rearranged.emit()
            if focused is not None and self.isAncestorOf(focused):
                focused.setFocus()
        self._give_widths()

    def _give_widths(self) -> None:
        if self._wanted and self.are_beside:
            form, pages = self._wanted
            self.splitter.setSizes([form, max(pages, self.width() - form)])

    def _put_beside(self) -> None:
        self.splitter.addWidget(self._form)
        self.splitter.addWidget(self._pages)
        self.splitter.setStretchFactor(0, 0)
        self.splitter.setStretchFactor(1, 1)
        for part in (self._form, self._pages):
            part.show()
        self._form.fit()
        self._stack.setCurrentWidget(self.splitter)

    def _put_behind(self) -> None:
        self.tabs.addTab(self._form, _("Fa&x"))
        self.tabs.addTab(self._pages, _("&Preview"))
        self._stack.setCurrentWidget(self.tabs)
