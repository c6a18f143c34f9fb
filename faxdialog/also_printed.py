# SPDX-License-Identifier: GPL-3.0-or-later
"""The question about what was printed while the dialog is open: one more document of this fax, or a fax of its own."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import QObject, pyqtSignal
from PyQt6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from faxcore.contract.printed import Draft
from faxcore.i18n import gettext as _
from faxcore.i18n import ngettext
from faxcore.model.text import clean_text
from faxcore.qt.message import MessageBar
from faxcore.qt.speaking import speak


class AlsoPrinted(QWidget):
    """A bar across the dialog that asks, document after document."""

    answered = pyqtSignal(object, bool)
    """Draft, and True if it is to be added to this fax."""

    def __init__(self) -> None:
        super().__init__()
        self._waiting: list[Draft] = []
        self.bar = MessageBar()
        self.add = QPushButton(_("Add to t&his fax"))
        self.separate = QPushButton(_("A&nother fax"))
        row = self.bar.layout()
        assert row is not None
        for button in (self.add, self.separate):
            button.setAutoDefault(True)
            row.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.bar)
        self.add.clicked.connect(lambda: self._answer(True))
        self.separate.clicked.connect(lambda: self._answer(False))
        self.hide()

    def in_order(self) -> list[QWidget]:
        """List what takes the focus, in its order."""
        return [self.add, self.separate]

    def ask(self, draft: Draft) -> None:
        """Ask about this one, after those that are asked about already."""
        self._waiting.append(draft)
        self._show()

    def give_up(self) -> list[Draft]:
        """Ask no more; what nobody has answered about."""
        left, self._waiting = self._waiting, []
        self._show()
        return left

    def _answer(self, added: bool) -> None:
        if self._waiting:
            draft = self._waiting.pop(0)
            self._show()
            self.answered.emit(draft, added)

    def _show(self) -> None:
        self.setVisible(bool(self._waiting))
        if not self._waiting:
            self.bar.say("")
            return
        draft = self._waiting[0]
        pages = ngettext("{count} page", "{count} pages", draft.pages).format(count=draft.pages)
        title = clean_text(draft.title) or _("Document without a title")
        sentence = _("Also printed: {title} ({pages}).").format(title=title, pages=pages)
        self.bar.say(sentence, grave=False)
        speak(self.window() or self, sentence)


class Printed(QObject):
    """A document that is printed while a dialog is open, from the tray's word to the person's answer."""

    separate = pyqtSignal(str)
    """The id of a draft that is to have a window of its own."""
    joined = pyqtSignal(str)
    """The id of a draft that belongs to this fax now."""

    def __init__(self, bar: AlsoPrinted, find: Callable[[str], None], join: Callable[[str], None]) -> None:
        """`find` looks a draft up and calls `found`; `join` puts it behind the documents of this fax."""
        super().__init__()
        self._bar, self._find, self._join = bar, find, join
        self._open = True
        bar.answered.connect(self._answered)

    def ask(self, draft: str) -> None:
        """Ask about a draft, unless this fax takes no more documents."""
        if self._open:
            self._find(draft)
        else:
            self.separate.emit(draft)

    def found(self, draft: Draft) -> None:
        """Ask about this draft, which waits still."""
        if self._open:
            self._bar.ask(draft)
        else:
            self.separate.emit(draft.id)

    def close(self) -> None:
        """Take no more documents: the fax is on its way, or gone."""
        self._open = False
        for draft in self._bar.give_up():
            self.separate.emit(draft.id)

    def _answered(self, draft: Draft, added: bool) -> None:
        if added:
            self.joined.emit(draft.id)
            self._join(draft.id)
        else:
            self.separate.emit(draft.id)
