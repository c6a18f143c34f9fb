# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages of the dialog as they will arrive: one of them large, all of them small beside it, and how large."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QStackedLayout, QVBoxLayout, QWidget

from faxcore.document.document_error import DocumentError
from faxcore.i18n import gettext as _
from faxcore.i18n import translate
from faxcore.qt.speaking import speak
from faxcore.qt.style import ElidedLabel, muted
from faxdialog.page_area import PageArea
from faxdialog.page_image import PageImage
from faxdialog.page_strip import PageStrip
from faxdialog.sign_button import make_sign_button
from faxdialog.ticks import Tick, number_pages


class PreviewPane(QWidget):
    """Pages, and the way from one to the next."""

    shown = pyqtSignal()
    """There are pages to be seen."""
    ticked = pyqtSignal(int, bool)
    """A page of the draft, and True if a person wants it to be left out."""

    def __init__(self) -> None:
        super().__init__()
        self._pages: list[PageImage] = []
        self._ticks: list[Tick | None] = []
        self._at = 0
        self._note = _("The preview is being prepared …")
        self.area = PageArea()
        self.strip = PageStrip()
        self.where = QLabel()
        self.note = muted(QLabel(self._note))
        self.state = muted(ElidedLabel())
        self.turned = muted(QLabel(_("turned for sending")))
        self.back = make_sign_button("◂", _("Previous page"), _("Page up"))
        self.on = make_sign_button("▸", _("Next page"), _("Page down"))
        self.smaller = make_sign_button("−", _("Smaller"), _("Ctrl and −, or Ctrl and the wheel"))
        self.larger = make_sign_button("+", _("Larger"), _("Ctrl and +, or Ctrl and the wheel"))
        self.percent = QLabel()
        self.fit = make_sign_button(_("F&it"), _("Show the whole page"), _("Ctrl and 0"))
        self._build()
        self._connect()
        self._tell()

    def _build(self) -> None:
        self.area.setAccessibleName(_("Preview of the pages as they will arrive"))
        self.note.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.note.setWordWrap(True)
        self.note.setMargin(24)
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.note.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.state.setAlignment(Qt.AlignmentFlag.AlignCenter)
        stage = QStackedLayout()
        stage.setStackingMode(QStackedLayout.StackingMode.StackAll)
        stage.addWidget(self.note)
        stage.addWidget(self.area)
        self.where.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.percent.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.percent.setMinimumWidth(self.percent.fontMetrics().horizontalAdvance("400 %"))
        self.turned.setToolTip(
            _("The page is wider than fax paper: it goes out lying on its side, and is shown upright.")
        )
        self.turned.hide()
        bar = QHBoxLayout()
        bar.setSpacing(4)
        bar.addStretch(1)
        for part in (self.back, self.where, self.turned, self.on):
            bar.addWidget(part)
        bar.addSpacing(12)
        for part in (self.smaller, self.percent, self.larger, self.fit):
            bar.addWidget(part)
        bar.addStretch(1)
        pages = QHBoxLayout()
        pages.setSpacing(6)
        pages.addWidget(self.strip)
        pages.addLayout(stage, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(pages, 1)
        layout.addLayout(bar)
        layout.addWidget(self.state)
        self.note.raise_()  # becoming this widget's children has put the pages above it

    def _connect(self) -> None:
        self.back.clicked.connect(lambda: self.turn(-1))
        self.on.clicked.connect(lambda: self.turn(+1))
        self.smaller.clicked.connect(lambda: self.area.zoom_by(-1))
        self.larger.clicked.connect(lambda: self.area.zoom_by(+1))
        self.fit.clicked.connect(self.area.fit)
        self.area.turn_wanted.connect(self._turned_by_wheel)
        self.area.zoomed.connect(self._tell_size)
        self.strip.chosen.connect(self.show_at)
        self.strip.ticked.connect(self.ticked)

    # ------------------------------------------------------------ what is seen

    @property
    def count(self) -> int:
        """The number of pages that can be seen."""
        return len(self._pages)

    @property
    def at(self) -> int:
        """The page that is seen, from 0."""
        return self._at

    def tab_order(self) -> list[QWidget]:
        """List what takes the focus, in its order."""
        return [self.strip, self.area, self.back, self.on, self.smaller, self.larger, self.fit]

    def show_pages(self, pages: Sequence[PageImage], ticks: Sequence[Tick | None] = ()) -> None:
        """Show these instead; the same page of them, as far as there is one. A tick says of a page whether it goes out,
        and that it need not.
        """
        self._pages = list(pages)
        self._ticks = [*ticks, *[None] * (len(self._pages) - len(ticks))]
        self._at = min(self._at, max(0, len(self._pages) - 1))
        self.strip.show_pages(self._pages, self._ticks)
        self._tell()
        if self._pages:
            self.shown.emit()

    def say(self, sentence: str, more: str = "") -> None:
        """Say in a few words under the pages what they are; `more` is for whoever points at it."""
        if more and more != self.state.toolTip():
            speak(self.window() or self, f"{sentence}. {more}")
        self.state.setText(sentence)
        self.state.setToolTip(more)
        self.state.setAccessibleName(sentence)
        self.state.setAccessibleDescription(more)

    def set_note(self, sentence: str) -> None:
        """Set what is said while there is no page."""
        self._note = sentence
        self._tell()

    def turn(self, by: int) -> None:
        """Go on or back by so many pages."""
        self.show_at(self._at + by)

    def show_at(self, page: int) -> None:
        """Show this page, the first being 0, or the one nearest to it."""
        self._at = max(0, min(page, len(self._pages) - 1))
        self._tell()

    def page_key(self, by: int) -> None:
        """Page up or down: first through an enlarged page, then to the next one."""
        if not self.area.page_key(by):
            self._turned_by_wheel(by)

    def _turned_by_wheel(self, by: int) -> None:
        before = self._at
        self.turn(by)
        if before != self._at:
            self.area.show_end(by)

    def _tell(self) -> None:
        count = len(self._pages)
        note = "" if count else self._note
        try:
            self.area.sheet.show_page(self._pages[self._at] if count else None)
        except DocumentError as error:
            self.area.sheet.show_page(None)
            note = _("The pages cannot be shown. {reason}").format(reason=translate(error.sentence))
        self.note.setText(note)
        self.note.setVisible(bool(note))
        self.where.setText(self._say_where() if count else "")
        self._tell_turned(bool(count) and self._pages[self._at].turned)
        self.strip.show_at(self._at)
        self.back.setEnabled(self._at > 0)
        self.on.setEnabled(self._at + 1 < count)
        for part in (self.back, self.on):
            part.setVisible(count > 1)
        self._tell_size()

    def _say_where(self) -> str:
        """Say which page is seen, of those that go out."""
        numbers = number_pages(self._ticks)
        number, count = numbers[self._at], len([each for each in numbers if each])
        return _("Page {page} of {count}").format(page=number, count=count) if number else _("Left out")

    def _tell_turned(self, turned: bool) -> None:
        """Say by this page, also to whoever does not see it, that it goes out on its side."""
        if turned and self.turned.isHidden():
            speak(self.window() or self, self.turned.text())
        self.turned.setVisible(turned)
        self.area.setAccessibleDescription(self.turned.text() if turned else "")

    def _tell_size(self) -> None:
        seen = self.area.sheet.has_page
        self.percent.setText(_("{percent} %").format(percent=round(100 * self.area.current_zoom())) if seen else "")
        fitted = self.area.sheet.zoom is None
        self.smaller.setEnabled(seen and not fitted)
        self.larger.setEnabled(seen)
        self.fit.setEnabled(seen and not fitted)
