# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages of a document, one of them seen: below it the way from one to the next, and how large it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QStackedLayout, QVBoxLayout, QWidget

from faxcore.document.document_error import DocumentError
from faxcore.i18n import gettext as _
from faxcore.i18n import translate
from faxcore.qt.pages.page_area import Fit, PageArea
from faxcore.qt.pages.page_image import PageImage
from faxcore.qt.sign_button import make_sign_button
from faxcore.qt.speaking import speak
from faxcore.qt.style import muted


class PagePane(QWidget):
    """Pages as a person reads them. A page is decoded when it is seen."""

    shown = pyqtSignal()
    """There are pages to be seen."""

    def __init__(self, reading: bool = True) -> None:
        """Not for reading, but to see what goes out, pages are neither turned around nor scrolled from the first."""
        super().__init__()
        self._reading = reading
        self._pages: list[PageImage] = []
        self._at = 0
        self._quarters: dict[int, int] = {}
        """Of the pages that are seen turned to the right."""
        self._note = ""
        self.area = PageArea()
        self.where = QLabel()
        self.note = muted(QLabel())
        self.turned = muted(QLabel(_("turned for sending")))
        self.back = make_sign_button("◂", _("Previous page"), _("Page up"))
        self.on = make_sign_button("▸", _("Next page"), _("Page down"))
        self.smaller = make_sign_button("−", _("Smaller"), _("Ctrl and −, or Ctrl and the wheel"))
        self.larger = make_sign_button("+", _("Larger"), _("Ctrl and +, or Ctrl and the wheel"))
        self.percent = QLabel()
        self.fit = make_sign_button(_("F&it"), _("Show the whole page"), _("Ctrl and 0"))
        self.wide = make_sign_button("↔", _("As wide as the window"), _("Ctrl and 9"))
        self.turner = make_sign_button("↻", _("Turn the page to the right, on the screen only"), _("Ctrl and R"))
        self.layout_of_pane = QVBoxLayout(self)
        self._build()
        self._connect()
        self._tell()

    def _build(self) -> None:
        self.area.setAccessibleName(_("Pages of the fax"))
        self.note.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.note.setWordWrap(True)
        self.note.setMargin(24)
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.note.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.stage = QWidget()
        stack = QStackedLayout(self.stage)
        stack.setStackingMode(QStackedLayout.StackingMode.StackAll)
        stack.addWidget(self.note)
        stack.addWidget(self.area)
        self.note.raise_()  # becoming the stage's children has put the pages above it
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
        for part in (self.smaller, self.percent, self.larger, self.fit, self.wide, self.turner):
            bar.addWidget(part)
        for part in (self.wide, self.turner):
            part.setVisible(self._reading)
        bar.addStretch(1)
        self.layout_of_pane.setContentsMargins(0, 0, 0, 0)
        self.layout_of_pane.setSpacing(4)
        self.layout_of_pane.addWidget(self.stage, 1)
        self.layout_of_pane.addLayout(bar)

    def _connect(self) -> None:
        self.back.clicked.connect(lambda: self.turn(-1))
        self.on.clicked.connect(lambda: self.turn(+1))
        self.smaller.clicked.connect(lambda: self.area.zoom_by(-1))
        self.larger.clicked.connect(lambda: self.area.zoom_by(+1))
        self.fit.clicked.connect(self.fit_page)
        self.wide.clicked.connect(self.fit_width)
        self.turner.clicked.connect(self.rotate)
        self.area.turn_wanted.connect(self._turned_at_end)
        self.area.zoomed.connect(self._tell_size)

    def bind_keys(self, owner: QWidget, context: Qt.ShortcutContext = Qt.ShortcutContext.WindowShortcut) -> None:
        """Let the keys that make a page larger and smaller work wherever the focus is in this window or widget."""
        keys: list[tuple[QKeySequence | QKeySequence.StandardKey, Callable[[], None]]] = [
            (QKeySequence.StandardKey.ZoomIn, lambda: self.area.zoom_by(+1)),
            (QKeySequence.StandardKey.ZoomOut, lambda: self.area.zoom_by(-1)),
            (QKeySequence("Ctrl+0"), self.fit_page),
        ]
        if self._reading:
            keys += [(QKeySequence("Ctrl+9"), self.fit_width), (QKeySequence("Ctrl+R"), self.rotate)]
        for key, act in keys:
            shortcut = QShortcut(key, owner)
            shortcut.setContext(context)
            shortcut.activated.connect(act)

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
        moves, sizes = (self.back, self.on), (self.smaller, self.larger, self.fit, self.wide, self.turner)
        return [self.area, *moves, *sizes]

    def show_pages(self, pages: Sequence[PageImage]) -> None:
        """Show these instead; the same page of them, as far as there is one, and upright what was not here before."""
        before, self._pages = self._pages, list(pages)
        kept = {page for page in self._quarters if page < len(pages) and before[page] == self._pages[page]}
        self._quarters = {page: self._quarters[page] for page in kept}
        self._at = min(self._at, max(0, len(self._pages) - 1))
        self._tell()
        if self._pages:
            self.shown.emit()

    def set_note(self, sentence: str) -> None:
        """Set what is said while there is no page."""
        self._note = sentence
        self._tell()

    def turn(self, by: int) -> None:
        """Go on or back by so many pages."""
        self.show_at(self._at + by)

    def show_at(self, page: int) -> None:
        """Show this page, the first being 0, or the one nearest to it: its beginning, unless it was enlarged."""
        self._at = max(0, min(page, len(self._pages) - 1))
        self._tell()
        if self.area.fitted is not None:
            self.area.show_end(+1)

    def page_key(self, by: int) -> None:
        """Page up or down: first through an enlarged page, then to the next one."""
        if not self.area.page_key(by):
            self._turned_at_end(by)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:  # noqa: N802 - Qt's name
        """Home and End go to the first page and to the last."""
        if event is not None and event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self.show_at(0 if event.key() == Qt.Key.Key_Home else self.count - 1)
        else:
            super().keyPressEvent(event)

    def _turned_at_end(self, by: int) -> None:
        if 0 <= self._at + by < len(self._pages):
            self.turn(by)
            self.area.show_end(by)

    # ------------------------------------------------------------ how it is seen

    def fit_page(self) -> None:
        """Show whole pages, as large as there is room."""
        self.area.choose_fit(Fit.WHOLE)

    def fit_width(self) -> None:
        """Show pages as wide as there is room, to be scrolled."""
        self.area.choose_fit(Fit.WIDTH)

    def rotate(self) -> None:
        """Turn the page that is seen to the right by a quarter; only as it is seen, and until there are others."""
        if self._pages:
            self._quarters[self._at] = (self._quarters.get(self._at, 0) + 1) % 4
            self._tell()
            self.area.show_end(+1)

    # ------------------------------------------------------------ what is said

    def _tell(self) -> None:
        count = len(self._pages)
        note = "" if count else self._note
        try:
            self.area.show_page(self._pages[self._at] if count else None, self._quarters.get(self._at, 0))
        except DocumentError as error:
            self.area.show_page(None)
            note = _("The pages cannot be shown. {reason}").format(reason=translate(error.sentence))
        self.note.setText(note)
        self.note.setVisible(bool(note))
        self.where.setText(self._say_where() if count else "")
        self._tell_turned(bool(count) and self._pages[self._at].turned)
        self.back.setEnabled(self._at > 0)
        self.on.setEnabled(self._at + 1 < count)
        for part in (self.back, self.on):
            part.setVisible(count > 1)
        self._tell_size()

    def _say_where(self) -> str:
        """Say which page is seen, of how many."""
        return _("Page {page} of {count}").format(page=self._at + 1, count=len(self._pages))

    def _tell_turned(self, turned: bool) -> None:
        """Say by this page, also to whoever does not see it, that it goes out on its side."""
        if turned and self.turned.isHidden():
            speak(self.window() or self, self.turned.text())
        self.turned.setVisible(turned)
        self.area.setAccessibleDescription(self.turned.text() if turned else "")

    def _tell_size(self) -> None:
        seen = self.area.sheet.has_page
        self.percent.setText(_("{percent} %").format(percent=round(100 * self.area.current_zoom())) if seen else "")
        self.smaller.setEnabled(self.area.can_shrink())
        self.larger.setEnabled(seen)
        self.fit.setEnabled(seen and self.area.fitted is not Fit.WHOLE)
        self.wide.setEnabled(seen and self.area.fitted is not Fit.WIDTH)
        self.turner.setEnabled(seen)
