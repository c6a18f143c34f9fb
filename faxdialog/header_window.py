# SPDX-License-Identifier: GPL-3.0-or-later
"""The window in which a person makes headers of their own: those that there are, the fields of one, and its pages as
they would arrive.

What is typed stays with its header while another is looked at, so nothing is lost and nothing is saved unasked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from PyQt6.QtCore import QSize, Qt, pyqtSignal
from PyQt6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QListWidget, QPushButton, QVBoxLayout, QWidget

from faxcore.contract.order import HeaderChoice, OwnHeader
from faxcore.i18n import gettext as _
from faxcore.model.text import clean_text
from faxcore.qt.message import Buttons, MessageBar
from faxcore.qt.pages.page_pane import PagePane
from faxcore.qt.speaking import speak
from faxcore.qt.style import accent, muted
from faxcore.qt.window_memory import WindowMemory
from faxdialog.form_scroll import FormScroll
from faxdialog.header_fields import HeaderFields
from faxdialog.memory import PROGRAM

SIZE: Final = QSize(1000, 640)
_NEW: Final = OwnHeader(cover=True)
MEMORY: Final = WindowMemory(PROGRAM, "headers")


class HeaderWindow(QWidget):
    """Headers of one's own. Whoever made the window does the work that it asks for."""

    save_wanted = pyqtSignal(OwnHeader)
    remove_wanted = pyqtSignal(OwnHeader)
    edited = pyqtSignal()
    """Another header is seen than before, or it was changed: the preview is old."""

    def __init__(self, parent: QWidget | None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self._kept: list[OwnHeader] = []
        self._typed: dict[str, OwnHeader] = {}
        """The headers as they were typed and are not saved, by the id of its header; that of a new one is empty."""
        self.rows, self.fields, self.preview = QListWidget(), HeaderFields(), PagePane(reading=False)
        self.message = MessageBar()
        self.explained = muted(QLabel())
        self.new, self.remove = QPushButton(_("Ne&w")), QPushButton(_("&Delete"))
        self.save = QPushButton(_("&Save"))
        self._build()
        self.rows.currentRowChanged.connect(self._chosen)
        self.fields.edited.connect(self._edited)
        self.new.clicked.connect(self.begin)
        self.remove.clicked.connect(lambda: self.remove_wanted.emit(self._kept[self.rows.currentRow()]))
        self.save.clicked.connect(lambda: self.save_wanted.emit(self.fields.header()))
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self).activated.connect(self.close)
        self._show()

    def _build(self) -> None:
        self.setWindowTitle(_("My headers"))
        self.setObjectName("headers")
        self.rows.setAccessibleName(_("My headers"))
        self.explained.setWordWrap(True)
        self.explained.setText(
            _(
                "The line at the top of every page, with the number that calls, is your administrator's: a header"
                " of your own changes nothing of it."
            )
        )
        accent(self.save).setDefault(True)
        for button in (self.new, self.remove, self.save):
            button.setAutoDefault(True)
        left = QVBoxLayout()
        buttons = QHBoxLayout()
        buttons.addWidget(self.new)
        buttons.addWidget(self.remove)
        left.addWidget(self.rows, 1)
        left.addLayout(buttons)
        middle = QVBoxLayout()
        middle.addWidget(FormScroll(self.fields), 1)
        middle.addWidget(self.explained)
        middle.addWidget(self.save, 0, Qt.AlignmentFlag.AlignRight)
        self.preview.area.setAccessibleName(_("Preview of a fax with this header"))
        parts = QHBoxLayout()
        parts.setSpacing(16)
        for part, share in ((left, 2), (middle, 4)):
            parts.addLayout(part, share)
        parts.addWidget(self.preview, 4)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.addWidget(self.message)
        layout.addLayout(parts, 1)
        order = [*self.fields.in_order(), self.save, self.rows, self.new, self.remove, *self.preview.tab_order()]
        for first, second in zip(order, order[1:], strict=False):
            self.setTabOrder(first, second)
        MEMORY.restore(self, SIZE)

    # ------------------------------------------------------------ what is shown

    def offer(self, own: Sequence[OwnHeader], headers: Sequence[HeaderChoice], chosen: str) -> None:
        """Show these headers, the chosen one first; without any, a new one is begun. Logos are those of `headers`."""
        self._kept = list(own)
        self._typed = {id: typed for id, typed in self._typed.items() if not id or any(each.id == id for each in own)}
        if own and self._typed.get("") == _NEW:
            del self._typed[""]
        self.fields.offer_logos(headers)
        ids = [each.id for each in own]
        self._show(ids.index(chosen) if chosen in ids else -1 if "" in self._typed or not ids else 0)

    def begin(self) -> None:
        """Begin a new header."""
        self._typed.setdefault("", _NEW)
        self._show(len(self._kept))
        self.fields.name.setFocus()

    def end_editing(self, id: str) -> None:
        """The header with this id is saved, or gone: nothing of it is typed and not saved."""
        self._typed.pop(id, None)

    def say(self, sentence: str, grave: bool = True, buttons: Buttons = ()) -> None:
        """Say a sentence across the window; an empty one takes it away."""
        self.message.say(sentence, grave, buttons)
        if sentence:
            speak(self, sentence)

    def _show(self, row: int = -1) -> None:
        """List the headers, and show the one in this row; beyond the last, the new one."""
        if not self._kept:
            self._typed.setdefault("", _NEW)
        listed = [*self._kept, *([OwnHeader()] if "" in self._typed else [])]
        self.rows.blockSignals(True)
        self.rows.clear()
        self.rows.addItems([self._name(each) for each in listed])
        self.rows.setCurrentRow(row if 0 <= row < len(listed) else len(listed) - 1)
        self.rows.blockSignals(False)
        self._chosen(self.rows.currentRow())

    def _name(self, header: OwnHeader) -> str:
        if not header.id:
            return _("New header")
        name = clean_text(header.name)
        return _("{name} (not saved)").format(name=name) if header.id in self._typed else name

    def _chosen(self, row: int) -> None:
        if row < 0:
            return
        kept = self._kept[row] if row < len(self._kept) else OwnHeader()
        self.fields.fill(self._typed.get(kept.id, kept))
        self._enable()
        self.edited.emit()

    def _edited(self) -> None:
        header = self.fields.header()
        kept = next((each for each in self._kept if each.id == header.id), None)
        if header == kept:
            self._typed.pop(header.id, None)
        else:
            self._typed[header.id] = header
        item = self.rows.currentItem()
        if item is not None:
            item.setText(self._name(kept or replace(header, id="")))
        self.say("")
        self._enable()
        self.edited.emit()

    def _enable(self) -> None:
        header = self.fields.header()
        self.save.setEnabled(bool(header.name) and header.id in self._typed)
        self.remove.setEnabled(bool(header.id))

    def closeEvent(self, event: QCloseEvent | None) -> None:  # noqa: N802 - Qt's name
        """The size is remembered; what is typed stays as long as the dialog is there."""
        if event is not None:
            event.accept()
        MEMORY.remember(self.size(), self.isMaximized(), [])
