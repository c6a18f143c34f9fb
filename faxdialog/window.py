# SPDX-License-Identifier: GPL-3.0-or-later
"""The dialog as a window: form, preview, message and buttons. What they do is `faxdialog.sending`."""

from __future__ import annotations

from typing import Any, Final

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QCloseEvent
from PyQt6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QMessageBox,
    QPushButton,
    QSizePolicy,
    QSplitter,
    QStyle,
    QVBoxLayout,
    QWidget,
)

from faxcore.i18n import gettext as _
from faxcore.i18n import ngettext
from faxdialog.form import OrderForm
from faxdialog.preview import Preview
from faxdialog.style import muted

SIZE: Final = (980, 680)
"""The window's first size: it fits a screen of 1280 by 800 with panels and a title bar."""


class SendDialog(QDialog):
    """Asks who a printed document is for. Closing it, in whatever way, leaves the draft waiting."""

    send_wanted = pyqtSignal()
    discard_wanted = pyqtSignal()

    def __init__(self) -> None:
        super().__init__(None, Qt.WindowType.Window)
        self.form = OrderForm()
        self.preview = Preview()
        self.document = QLabel()
        self.details = muted(QLabel())
        self.message = MessageBar()
        self.buttons = QDialogButtonBox()
        self.send = QPushButton(_("&Send"))
        self.later = QPushButton(_("La&ter"))
        self.discard = QPushButton(_("&Delete …"))
        self._sending = False
        self._build()
        self.form.changed.connect(self._enable)
        self.send.clicked.connect(self.send_wanted)
        self.later.clicked.connect(self.reject)
        self.discard.clicked.connect(self._ask_discard)
        self.show_draft(None)

    def _build(self) -> None:
        self.setObjectName("fax-dialog")
        self.resize(*SIZE)
        self.document.setWordWrap(True)
        self.document.setTextFormat(Qt.TextFormat.PlainText)
        font = self.document.font()
        font.setPointSizeF(font.pointSizeF() * 1.25)
        font.setBold(True)
        self.document.setFont(font)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(4)
        column.addWidget(self.document)
        column.addWidget(self.details)
        column.addSpacing(12)
        column.addWidget(self.form, 1)
        left.setMinimumWidth(350)

        parts = QSplitter(Qt.Orientation.Horizontal)
        parts.addWidget(left)
        parts.addWidget(self.preview)
        parts.setStretchFactor(0, 2)
        parts.setStretchFactor(1, 3)
        parts.setSizes([400, 540])
        parts.setChildrenCollapsible(False)

        roles = QDialogButtonBox.ButtonRole
        self.buttons.addButton(self.send, roles.AcceptRole)
        self.buttons.addButton(self.later, roles.RejectRole)
        self.buttons.addButton(self.discard, roles.DestructiveRole)
        self.send.setDefault(True)
        self.later.setToolTip(_("Close this window; the document waits in the tray"))
        self.later.setAutoDefault(False)
        self.discard.setAutoDefault(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.setSpacing(12)
        layout.addWidget(parts, 1)
        layout.addWidget(self.message)
        layout.addWidget(self.buttons)
        self._order_tabs()

    def _order_tabs(self) -> None:
        fields = self.form.fields
        order: list[QWidget] = [self.form.header, *(fields[name] for name in fields), self.send, self.later]
        order += [self.discard, self.preview.zoom, self.preview.back, self.preview.on]
        for first, second in zip(order, order[1:], strict=False):
            self.setTabOrder(first, second)

    # ------------------------------------------------------------ what the dialog shows

    def show_draft(self, draft: dict[str, Any] | None) -> None:
        """Name the document."""
        title = str(draft["title"]) if draft else ""
        shown = title or _("Document without a title")
        self.setWindowTitle(_("Send a fax: {title}").format(title=shown) if draft else _("Send a fax"))
        self.document.setText(shown if draft else "")
        self.details.setText(describe(draft) if draft else "")
        self._enable()

    def set_sending(self, sending: bool) -> None:
        """While the order is on its way, nothing can be changed."""
        self._sending = sending
        self.form.setEnabled(not sending)
        self.send.setText(_("Sending …") if sending else _("&Send"))
        self._enable()

    def _enable(self) -> None:
        has_draft = bool(self.document.text())
        self.send.setEnabled(has_draft and self.form.complete() and not self._sending)
        self.discard.setEnabled(has_draft and not self._sending)

    def _ask_discard(self) -> None:
        question = QMessageBox(self)
        question.setIcon(QMessageBox.Icon.Question)
        question.setWindowTitle(_("Delete document"))
        question.setText(_("Delete this document without sending it?"))
        question.setInformativeText(_("It is removed from the documents that wait to be sent."))
        delete = question.addButton(_("&Delete"), QMessageBox.ButtonRole.DestructiveRole)
        keep = question.addButton(_("&Keep"), QMessageBox.ButtonRole.RejectRole)
        question.setDefaultButton(keep)
        question.finished.connect(
            lambda _code: self.discard_wanted.emit() if question.clickedButton() is delete else None
        )
        question.open()

    def closeEvent(self, event: QCloseEvent | None) -> None:  # noqa: N802 - Qt's name
        """Closing by the window's frame is what "Later" is."""
        if event is not None:
            event.accept()
        self.reject()


class MessageBar(QWidget):
    """One sentence across the window: what is wrong, and what to do."""

    def __init__(self) -> None:
        super().__init__()
        self.text = QLabel()
        self.text.setWordWrap(True)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.icon = QLabel()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(self.icon)
        row.addWidget(self.text, 1)
        self.hide()

    def say(self, sentence: str, grave: bool = True) -> None:
        """Show this sentence; an empty one takes the bar away."""
        kind = QStyle.StandardPixmap.SP_MessageBoxWarning if grave else QStyle.StandardPixmap.SP_MessageBoxInformation
        style = self.style()
        if style is not None:
            size = style.pixelMetric(QStyle.PixelMetric.PM_SmallIconSize)
            self.icon.setPixmap(style.standardIcon(kind).pixmap(size, size))
        self.text.setText(sentence)
        self.text.setAccessibleName(sentence)
        self.setVisible(bool(sentence))


def describe(draft: dict[str, Any]) -> str:
    """How many pages, and how fine."""
    count = int(draft["pages"])
    words = {"standard": _("standard resolution"), "fine": _("fine resolution"), "superfine": _("superfine resolution")}
    pages = ngettext("{count} page", "{count} pages", count).format(count=count)
    return ", ".join(part for part in (pages, words.get(str(draft.get("resolution")), "")) if part)
