# SPDX-License-Identifier: GPL-3.0-or-later
"""The documents of the fax in the dialog: in which order they go out, one more, one less; by mouse and by keyboard."""

from __future__ import annotations

from typing import Final

from PyQt6.QtCore import QSize, Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from faxcore.contract.printed import DraftPart
from faxcore.i18n import gettext as _
from faxcore.i18n import ngettext
from faxcore.model.text import clean_text
from faxcore.qt.message import MessageBar
from faxcore.qt.sign_button import make_sign_button
from faxcore.qt.speaking import speak
from faxcore.qt.style import ElidedLabel, muted

MOST_LINES: Final = 4
"""Documents that are seen at a time; the others are reached by scrolling."""


class DocumentList(QWidget):
    """The documents in their order, and what can be done with them."""

    add_wanted = pyqtSignal()
    arranged = pyqtSignal(list)
    """Ids of parts, in the order in which a person wants them; those that are not there are to be removed."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: dict[str, DraftPart] = {}
        self.rows = _Rows()
        self.add = QPushButton(_("&Add …"))
        self.up = make_sign_button("▴", _("Move the document up"), _("Alt and arrow up"))
        self.down = make_sign_button("▾", _("Move the document down"), _("Alt and arrow down"))
        self.remove = make_sign_button("✕", _("Remove the document from this fax"), _("Del"))
        self.state = muted(ElidedLabel())
        self.message = MessageBar()
        self._build()
        self.rows.moved.connect(self._tell_order)
        self.rows.move_wanted.connect(self._move)
        self.rows.remove_wanted.connect(self._remove)
        self.rows.currentRowChanged.connect(lambda _row: self._enable())
        self.add.clicked.connect(self.add_wanted)
        self.up.clicked.connect(lambda: self._move(-1))
        self.down.clicked.connect(lambda: self._move(+1))
        self.remove.clicked.connect(self._remove)
        self.show_parts(())

    def _build(self) -> None:
        self.add.setToolTip(
            _("Put more files behind these: PDF, PostScript, pictures, text. Or drop them on this window.")
        )
        self.add.setAutoDefault(True)  # outside of a QDialog it is this that makes Enter press it
        self.add.setObjectName("add")
        self.rows.setObjectName("documents")
        self.rows.setAccessibleName(_("Documents of this fax"))
        self.rows.setToolTip(_("Drag a document, or press Alt and an arrow, to send it earlier or later."))
        buttons = QHBoxLayout()
        buttons.setSpacing(4)
        buttons.addWidget(self.add)
        buttons.addStretch(1)
        for button in (self.up, self.down, self.remove):
            buttons.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.rows)
        layout.addLayout(buttons)
        layout.addWidget(self.state)
        layout.addWidget(self.message)
        self.state.hide()

    # ------------------------------------------------------------ what is seen

    def show_parts(self, parts: tuple[DraftPart, ...]) -> None:
        """Show these; the document that was chosen stays so."""
        chosen = self._chosen()
        self._parts = {part.id: part for part in parts}
        self.rows.clear()
        for at, part in enumerate(parts, 1):
            self.rows.addItem(_item(part, at, len(parts)))
            if part.id == chosen:
                self.rows.setCurrentRow(at - 1)
        if parts and self.rows.currentRow() < 0:
            self.rows.setCurrentRow(0)
        self.rows.fit(len(parts))
        for button in (self.up, self.down, self.remove):
            button.setVisible(len(parts) > 1)
        self._enable()

    def say(self, sentence: str) -> None:
        """Say what is being done with the documents; empty: nothing is."""
        self.state.setText(sentence)
        self.state.setVisible(bool(sentence))
        speak(self.window() or self, sentence)

    def complain(self, sentence: str) -> None:
        """Say why something was not done, until something else is; empty: all was."""
        self.message.say(sentence)
        speak(self.window() or self, sentence)

    def in_order(self) -> list[QWidget]:
        """List what takes the focus, in its order."""
        return [self.rows, self.add, self.up, self.down, self.remove]

    def _enable(self) -> None:
        row = self.rows.currentRow()
        self.up.setEnabled(row > 0)
        self.down.setEnabled(0 <= row < self.rows.count() - 1)
        self.remove.setEnabled(row >= 0 and self.rows.count() > 1)

    # ------------------------------------------------------------ what a person wants

    def _chosen(self) -> str:
        item = self.rows.currentItem()
        return str(item.data(Qt.ItemDataRole.UserRole)) if item is not None else ""

    def _move(self, by: int) -> None:
        row = self.rows.currentRow()
        if row < 0 or not 0 <= row + by < self.rows.count():
            return
        item = self.rows.takeItem(row)
        self.rows.insertItem(row + by, item)
        self.rows.setCurrentRow(row + by)
        self._tell_order()

    def _remove(self) -> None:
        if self.rows.count() > 1 and self.rows.currentRow() >= 0:
            self.rows.takeItem(self.rows.currentRow())
            self._tell_order()

    def _tell_order(self) -> None:
        self._enable()
        self.arranged.emit(self.rows.ids())


class _Rows(QListWidget):
    """The lines of the list."""

    moved = pyqtSignal()
    """A line was dragged to another place."""
    move_wanted = pyqtSignal(int)
    remove_wanted = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        model = self.model()
        assert model is not None
        model.rowsMoved.connect(lambda *_about: self.moved.emit())

    def ids(self) -> list[str]:
        """List the parts as they stand."""
        items = (self.item(row) for row in range(self.count()))
        return [str(item.data(Qt.ItemDataRole.UserRole)) for item in items if item is not None]

    def fit(self, lines: int) -> None:
        """Be as high as so many lines."""
        line = max(self.sizeHintForRow(0), self.fontMetrics().height() + 2)
        self.setFixedHeight(min(max(lines, 1), MOST_LINES) * line + 2 * self.frameWidth())

    def keyPressEvent(self, event: QKeyEvent | None) -> None:  # noqa: N802 - Qt's name
        """Alt and an arrow move a document, Delete removes it."""
        if event is None:
            return
        moves = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: +1}
        if event.modifiers() == Qt.KeyboardModifier.AltModifier and event.key() in moves:
            self.move_wanted.emit(moves[Qt.Key(event.key())])
        elif event.key() == Qt.Key.Key_Delete:
            self.remove_wanted.emit()
        else:
            super().keyPressEvent(event)


def describe_part(part: DraftPart) -> str:
    """Name a document, with the pages of it that go out."""
    title = clean_text(part.title) or _("Document without a title")
    if not part.left_out:
        pages = ngettext("{count} page", "{count} pages", part.pages).format(count=part.pages)
    else:
        pages = ngettext("{sent} of {count} page", "{sent} of {count} pages", part.pages)
        pages = pages.format(sent=part.pages - len(part.left_out), count=part.pages)
    return _("{title} ({pages})").format(title=title, pages=pages)


def _item(part: DraftPart, at: int, of: int) -> QListWidgetItem:
    item = QListWidgetItem(describe_part(part))
    item.setData(Qt.ItemDataRole.UserRole, part.id)
    spoken = _("{document}, {at} of {count}").format(document=describe_part(part), at=at, count=of)
    item.setData(Qt.ItemDataRole.AccessibleTextRole, spoken)
    item.setToolTip(describe_part(part))
    item.setSizeHint(QSize(0, item.sizeHint().height()))
    return item
