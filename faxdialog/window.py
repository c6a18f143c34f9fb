# SPDX-License-Identifier: GPL-3.0-or-later
"""The dialog as a window: form, preview, message and buttons. What they do is `faxdialog.controller`."""

from __future__ import annotations

import html
from typing import Final

from PyQt6.QtCore import QSize, Qt, pyqtSignal
from PyQt6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PyQt6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMessageBox,
    QPushButton,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from faxcore.contract.printed import Draft
from faxcore.i18n import gettext as _
from faxcore.i18n import ngettext
from faxcore.model.page import Resolution
from faxcore.model.text import clean_text
from faxcore.qt.message import MessageBar
from faxcore.qt.style import ElidedLabel, muted
from faxdialog.form import OrderForm
from faxdialog.preview import PreviewPane
from faxdialog.printed_again import describe_earlier
from faxdialog.queued import Queued

SIZE: Final = QSize(980, 680)
"""The window's first size: it fits a screen of 1280 by 800 with panels and a title bar."""

LEAST_FORM: Final = 340
"""Width below which labels and fields are not put side by side."""


class SendDialog(QDialog):
    """Asks who a printed document is for. Closing it, in whatever way, leaves the draft waiting."""

    send_wanted = pyqtSignal()
    discard_wanted = pyqtSignal()

    def __init__(self) -> None:
        super().__init__(None, Qt.WindowType.Window)
        self.form = OrderForm()
        self.preview = PreviewPane()
        self.document = ElidedLabel()
        self.details = muted(QLabel())
        self.message = MessageBar()
        self.again = MessageBar()
        self.hint = muted(QLabel())
        self.send = QPushButton(_("&Send"))
        self.later = QPushButton(_("La&ter"))
        self.discard = QPushButton(_("&Delete …"))
        self.queued = Queued()
        self._draft = False
        self._present = False
        self._sending = False
        self._build()
        self.form.changed.connect(self._enable)
        self.form.judged.connect(self._enable)
        self.form.entered.connect(self._entered)
        self.send.clicked.connect(self.send_wanted)
        self.later.clicked.connect(self.reject)
        self.discard.clicked.connect(self._ask_discard)
        self.queued.close_wanted.connect(self.accept)
        self.show_draft(None)

    # ------------------------------------------------------------ how it is built

    def _build(self) -> None:
        self.setObjectName("fax-dialog")
        self.setWindowTitle(_("Send a fax"))
        main = QWidget()
        layout = QVBoxLayout(main)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.setSpacing(12)
        layout.addWidget(self.message)
        layout.addWidget(self.again)
        layout.addWidget(self._build_parts(), 1)
        layout.addLayout(self._build_buttons())
        self.pages = QStackedWidget()
        self.pages.addWidget(main)
        self.pages.addWidget(self.queued)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.pages)
        for key, by in ((Qt.Key.Key_PageUp, -1), (Qt.Key.Key_PageDown, +1)):
            QShortcut(QKeySequence(key), self).activated.connect(lambda by=by: self.preview.page_key(by))
        self._order_tabs()
        screen = self.screen()
        room = screen.availableGeometry().size() if screen is not None else SIZE
        self.resize(SIZE.boundedTo(room - QSize(16, 48)))

    def _build_parts(self) -> QSplitter:
        font = self.document.font()
        font.setPointSizeF(font.pointSizeF() * 1.3)
        font.setBold(True)
        self.document.setFont(font)
        column_widget = QWidget()
        column = QVBoxLayout(column_widget)
        column.setContentsMargins(0, 0, 12, 0)
        column.setSpacing(2)
        column.addWidget(self.document)
        column.addWidget(self.details)
        column.addSpacing(16)
        column.addWidget(self.form, 1)
        left = QScrollArea()
        left.setWidget(column_widget)
        left.setWidgetResizable(True)
        left.setFrameShape(QFrame.Shape.NoFrame)
        left.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        left.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        left.setMinimumWidth(LEAST_FORM)
        parts = QSplitter(Qt.Orientation.Horizontal)
        parts.addWidget(left)
        parts.addWidget(self.preview)
        parts.setStretchFactor(0, 0)
        parts.setStretchFactor(1, 1)
        parts.setSizes([420, 520])
        parts.setChildrenCollapsible(False)
        parts.setHandleWidth(8)
        return parts

    def _build_buttons(self) -> QHBoxLayout:
        """*Delete* far from what is pressed every day; *Send* last, where a hand expects it."""
        self.send.setDefault(True)
        self.later.setAutoDefault(False)
        self.discard.setAutoDefault(False)
        for button in (self.send, self.later, self.discard):
            button.setMinimumWidth(96)
        self.hint.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.hint.setWordWrap(True)
        room = self.hint.sizePolicy()
        room.setRetainSizeWhenHidden(True)  # so that the buttons stay where they are
        self.hint.setSizePolicy(room)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.discard)
        row.addSpacing(16)
        row.addWidget(self.hint, 1)
        row.addSpacing(8)
        row.addWidget(self.later)
        row.addWidget(self.send)
        return row

    def _order_tabs(self) -> None:
        fields = self.form.fields
        order: list[QWidget] = [*(fields[name] for name in fields), self.form.header, self.send, self.later]
        order += [self.discard, self.preview.area, self.preview.back, self.preview.on, self.preview.zoom]
        for first, second in zip(order, order[1:], strict=False):
            self.setTabOrder(first, second)

    # ------------------------------------------------------------ what the dialog shows

    def show_draft(self, draft: Draft | None) -> None:
        """Name the document."""
        self._draft = draft is not None
        earlier = draft.earlier if draft else None
        self._send_word = _("&Send again") if earlier else _("&Send")
        self.send.setText(self._send_word)
        self.again.say(describe_earlier(earlier) if earlier else "")
        title = clean_text(draft.title) if draft else ""
        shown = title or _("Document without a title")
        # Qt takes "[*]" in a title for the place of its own mark.
        full = _("Send a fax: {title}").format(title=shown).replace("[*]", "[*][*]")
        self.setWindowTitle(full if draft else _("Send a fax"))
        self.document.setText(shown if draft else "")
        self.document.setToolTip(html.escape(shown) if draft else "")
        self.details.setText(describe(draft) if draft else "")
        self._enable()

    def show_gone(self, sentence: str) -> None:
        """There is nothing to send: say so, and leave only the way out."""
        self.show_draft(None)
        self.form.setEnabled(False)
        self.preview.show_pages([])
        self.preview.set_note("")
        self.preview.say("")
        self.message.say(sentence, grave=False)
        for widget in (self.send, self.discard, self.hint):
            widget.hide()
        self.later.setText(_("&Close"))
        self.later.setDefault(True)
        self.later.setFocus()

    def show_queued(self, name: str) -> None:
        """The service has taken the fax over."""
        self.queued.show_name(name)
        self.pages.setCurrentWidget(self.queued)
        self.queued.close_button.setFocus()

    def set_present(self, present: bool) -> None:
        """Take note whether the service can be asked now."""
        self._present = present
        self._enable()

    def set_sending(self, sending: bool) -> None:
        """While the order is on its way, nothing can be changed."""
        self._sending = sending
        self.form.setEnabled(not sending)
        self.send.setText(_("Sending …") if sending else self._send_word)
        self._enable()

    def _enable(self) -> None:
        usable = self._draft and self._present and not self._sending
        self.send.setEnabled(usable and self.form.complete())
        self.discard.setEnabled(usable)
        self.later.setToolTip(_("Close this window; the document waits in the tray") if self._draft else "")
        self.hint.setText(_("Later keeps the document: it waits under the fax icon in the panel."))

    def _entered(self) -> None:
        """Enter where Send cannot be pressed yet: lead the person to what is missing."""
        if self._draft and not self._sending and not self.form.complete():
            self.form.ask_for_number()

    def _ask_discard(self) -> None:
        question = QMessageBox(self)
        question.setIcon(QMessageBox.Icon.Question)
        question.setWindowTitle(_("Delete document"))
        question.setText(_("Delete this document without sending it?"))
        question.setInformativeText(_("It is removed from the documents that wait to be sent."))
        delete = question.addButton(_("&Delete"), QMessageBox.ButtonRole.DestructiveRole)
        keep = question.addButton(_("&Keep"), QMessageBox.ButtonRole.RejectRole)
        question.setDefaultButton(keep)
        question.setEscapeButton(keep)
        question.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        question.finished.connect(
            lambda _code: self.discard_wanted.emit() if question.clickedButton() is delete else None
        )
        question.open()

    def closeEvent(self, event: QCloseEvent | None) -> None:  # noqa: N802 - Qt's name
        """Closing by the window's frame is what "Later" is."""
        if event is not None:
            event.accept()
        self.reject()


def describe(draft: Draft) -> str:
    """Say how many pages there are, and how fine they are."""
    words = {
        Resolution.STANDARD: _("standard resolution"),
        Resolution.FINE: _("fine resolution"),
        Resolution.SUPERFINE: _("superfine resolution"),
    }
    pages = ngettext("{count} page", "{count} pages", draft.pages).format(count=draft.pages)
    return f"{pages}, {words[draft.resolution]}"
