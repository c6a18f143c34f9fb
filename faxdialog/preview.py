# SPDX-License-Identifier: GPL-3.0-or-later
"""The right half of the dialog: the pages as they will arrive, one at a time, whole or enlarged."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from faxcore.i18n import gettext as _
from faxcore.qt.style import ElidedLabel, muted
from faxdialog.page_image import PageImage
from faxdialog.page_view import PageView


class PreviewPane(QWidget):
    """Pages, and the way from one to the next."""

    def __init__(self) -> None:
        super().__init__()
        self._pages: list[PageImage] = []
        self._at = 0
        self.sheet = PageView()
        self.area = QScrollArea()
        self.where = QLabel()
        self.note = muted(QLabel(_("The preview is being prepared …")))
        self.state = muted(ElidedLabel())
        self.back = _arrow(Qt.ArrowType.LeftArrow, _("Previous page"), _("Page up"))
        self.on = _arrow(Qt.ArrowType.RightArrow, _("Next page"), _("Page down"))
        self.zoom = QToolButton()
        self._build()
        self.back.clicked.connect(lambda: self.turn(-1))
        self.on.clicked.connect(lambda: self.turn(+1))
        self.zoom.toggled.connect(self.sheet.set_enlarged)
        self.sheet.clicked.connect(self.zoom.toggle)
        self._tell()

    def _build(self) -> None:
        self.area.setWidget(self.sheet)
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.StyledPanel)
        self.area.setAccessibleName(_("Preview of the pages as they will arrive"))
        self.area.setMinimumSize(200, 200)
        self.note.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.note.setWordWrap(True)
        self.note.setMargin(24)
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.note.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        stage = QStackedLayout()
        stage.setStackingMode(QStackedLayout.StackingMode.StackAll)
        stage.addWidget(self.note)
        stage.addWidget(self.area)
        self.zoom.setText(_("&Enlarge"))
        self.zoom.setCheckable(True)
        self.zoom.setAutoRaise(True)
        self.zoom.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.zoom.setToolTip(_("Show the page so large that its text can be read"))
        self.where.setAlignment(Qt.AlignmentFlag.AlignCenter)
        switcher = QHBoxLayout()
        switcher.setSpacing(6)
        for part in (self.back, self.where, self.on):
            switcher.addWidget(part)
        bar = QHBoxLayout()
        bar.addWidget(self.state, 1)
        bar.addLayout(switcher)
        ending = QHBoxLayout()
        ending.addStretch(1)
        ending.addWidget(self.zoom)
        bar.addLayout(ending, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addLayout(stage, 1)
        layout.addLayout(bar)
        self.note.raise_()  # becoming this widget's children has put the pages above it

    @property
    def count(self) -> int:
        """The number of pages that can be seen."""
        return len(self._pages)

    @property
    def at(self) -> int:
        """The page that is seen, from 0."""
        return self._at

    def show_pages(self, pages: Sequence[PageImage]) -> None:
        """Show these instead; the same page of them, as far as there is one."""
        self._pages = list(pages)
        self._at = min(self._at, max(0, len(self._pages) - 1))
        self._tell()

    def say(self, sentence: str, more: str = "") -> None:
        """Say in a few words under the pages what they are; `more` is for whoever points at it."""
        self.state.setText(sentence)
        self.state.setToolTip(more)
        self.state.setAccessibleDescription(more)

    def set_note(self, sentence: str) -> None:
        """Set what is said while there is no page."""
        self.note.setText(sentence)

    def turn(self, by: int) -> None:
        """Go on or back by so many pages."""
        self._at = max(0, min(self._at + by, len(self._pages) - 1))
        self._tell()

    def page_key(self, by: int) -> None:
        """Page up or down: first through an enlarged page, then to the next one."""
        bar = self.area.verticalScrollBar()
        assert bar is not None
        if bar.value() != (bar.maximum() if by > 0 else bar.minimum()):
            bar.setValue(bar.value() + by * bar.pageStep())
            return
        before = self._at
        self.turn(by)
        if before != self._at:
            bar.setValue(bar.minimum() if by > 0 else bar.maximum())

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


def _arrow(arrow: Qt.ArrowType, name: str, key: str) -> QToolButton:
    button = QToolButton()
    button.setArrowType(arrow)
    button.setAutoRaise(True)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setToolTip(f"{name} ({key})")
    button.setAccessibleName(name)
    return button
