# SPDX-License-Identifier: GPL-3.0-or-later
"""The lines above the page: whose fax it is, the facts, what is the matter with it, and the comment."""

from __future__ import annotations

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QAction
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from faxcore.contract.listed import LONGEST_COMMENT
from faxcore.i18n import gettext as _
from faxcore.model.text import clean_lines
from faxcore.qt.message import MessageBar
from faxcore.qt.style import muted
from notifier.faxes.comment_field import CommentField
from notifier.faxes.entry import Entry
from notifier.faxes.fax_words import facts_of, notice_of, readers_of, title_of


class FaxHead(QWidget):
    """The facts of one fax."""

    contact_wanted = pyqtSignal()
    comment_given = pyqtSignal(str)
    """The comment as it was typed."""
    details_wanted = pyqtSignal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.title = _make_label()
        self.facts = muted(_make_label())
        self.readers = muted(_make_label())
        self.notice = MessageBar()
        self.comment = CommentField()
        self.comment_button = QPushButton(_("Co&mment …"))
        self.contact_button = QPushButton(_("Add to con&tacts …"))
        self.details_button = QToolButton()
        self._key = ""
        self._build()

    def _build(self) -> None:
        font = self.title.font()
        font.setBold(True)
        font.setPointSizeF(font.pointSizeF() * 1.15)
        self.title.setFont(font)
        self.comment.given.connect(self._give_comment)
        self.comment_button.clicked.connect(self.write_comment)
        self.contact_button.setToolTip(_("No address book knows this number yet."))
        self.contact_button.clicked.connect(lambda _on: self.contact_wanted.emit())
        self.details_button.setText(_("D&etails"))
        self.details_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.details_button.setArrowType(Qt.ArrowType.RightArrow)
        self.details_button.setCheckable(True)
        self.details_button.setAutoRaise(True)
        self.details_button.toggled.connect(self._toggle_details)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self.comment_button, self.contact_button):
            buttons.addWidget(button)
        buttons.addStretch(1)
        buttons.addWidget(self.details_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        for widget in (self.title, self.facts, self.readers, self.notice, self.comment):
            layout.addWidget(widget)
        layout.addLayout(buttons)

    def show_entry(self, entry: Entry, actions: list[QAction]) -> None:
        """Show this entry, with buttons for what can be done about what is the matter with it."""
        fax = entry.fax
        self.title.setText(title_of(entry))
        self.facts.setText(facts_of(entry))
        readers = readers_of(fax) if fax is not None else ""
        self.readers.setText(readers)
        self.readers.setVisible(bool(readers))
        buttons = [(action.text(), action.trigger) for action in actions]
        grave = entry.draft is None
        self.notice.say(notice_of(entry), grave=grave, buttons=buttons)
        self.contact_button.setVisible(fax is not None and bool(fax.unknown_number))
        self.comment_button.setVisible(fax is not None)
        self.details_button.setVisible(fax is not None)
        self._show_comment(entry)

    def write_comment(self) -> None:
        """Let the person write a comment."""
        self.comment.show()
        self.comment_button.hide()
        self.comment.setFocus()

    def _show_comment(self, entry: Entry) -> None:
        text = clean_lines(entry.fax.of.comment, LONGEST_COMMENT) if entry.fax is not None else ""
        if entry.key != self._key or not self.comment.hasFocus():
            self.comment.show_text(text)
            self.comment.setVisible(bool(text))
        self._key = entry.key
        if not self.comment.isHidden():
            self.comment_button.hide()

    def _give_comment(self) -> None:
        if self.comment.is_modified:
            self.comment.be_kept()
            self.comment_given.emit(self.comment.text())
        if not self.comment.text():
            self.comment.hide()
            self.comment_button.show()

    def _toggle_details(self, shown: bool) -> None:
        self.details_button.setArrowType(Qt.ArrowType.DownArrow if shown else Qt.ArrowType.RightArrow)
        self.details_wanted.emit(shown)


def _make_label() -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
