# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages of the dialog as they will arrive: one of them large, all of them small beside it, with their ticks."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QWidget

from faxcore.i18n import gettext as _
from faxcore.qt.pages.page_image import PageImage
from faxcore.qt.pages.page_pane import PagePane
from faxcore.qt.speaking import speak
from faxcore.qt.style import ElidedLabel, muted
from faxdialog.page_strip import PageStrip
from faxdialog.ticks import Tick, number_pages


class PreviewPane(PagePane):
    """What goes out, page by page: so each lies as it goes out, and is seen as a whole at first."""

    ticked = pyqtSignal(int, bool)
    """A page of the draft, and True if a person wants it to be left out."""

    def __init__(self) -> None:
        self._ticks: list[Tick | None] = []
        super().__init__(reading=False)
        self.strip = PageStrip()
        self.state = muted(ElidedLabel())
        self.area.setAccessibleName(_("Preview of the pages as they will arrive"))
        self.state.setAlignment(Qt.AlignmentFlag.AlignCenter)
        pages = QHBoxLayout()
        pages.setSpacing(6)
        pages.addWidget(self.strip)
        pages.addWidget(self.stage, 1)
        self.layout_of_pane.insertLayout(0, pages, 1)
        self.layout_of_pane.addWidget(self.state)
        self.strip.chosen.connect(self.show_at)
        self.strip.ticked.connect(self.ticked)
        self.set_note(_("The preview is being prepared …"))

    def tab_order(self) -> list[QWidget]:
        """List what takes the focus, in its order."""
        return [self.strip, *super().tab_order()]

    def show_pages(self, pages: Sequence[PageImage], ticks: Sequence[Tick | None] = ()) -> None:
        """Show these instead; the same page of them, as far as there is one. A tick says of a page whether it goes out,
        and that it need not.
        """
        self._ticks = [*ticks, *[None] * (len(pages) - len(ticks))]
        self.strip.show_pages(pages, self._ticks)
        super().show_pages(pages)

    def say(self, sentence: str, more: str = "") -> None:
        """Say in a few words under the pages what they are; `more` is for whoever points at it."""
        if more and more != self.state.toolTip():
            speak(self.window() or self, f"{sentence}. {more}")
        self.state.setText(sentence)
        self.state.setToolTip(more)
        self.state.setAccessibleName(sentence)
        self.state.setAccessibleDescription(more)

    def _tell(self) -> None:
        super()._tell()
        if self.count:
            self.strip.show_at(self.at)

    def _say_where(self) -> str:
        """Say which page is seen, of those that go out."""
        numbers = number_pages(self._ticks)
        number, count = numbers[self.at], len([each for each in numbers if each])
        return _("Page {page} of {count}").format(page=number, count=count) if number else _("Left out")
