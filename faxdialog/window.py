# SPDX-License-Identifier: GPL-3.0-or-later
"""The dialog as a window: form, preview, message and buttons. What they do is `faxdialog.controller`."""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import Final

from PyQt6.QtCore import QSize, Qt, pyqtSignal
from PyQt6.QtGui import QCloseEvent, QKeyEvent, QKeySequence, QShortcut
from PyQt6.QtWidgets import (
    QAbstractButton,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMainWindow,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from faxcore.contract.printed import Draft, Preview
from faxcore.i18n import gettext as _
from faxcore.model.text import clean_text
from faxcore.qt.manual import Topic, open_manual
from faxcore.qt.message import MessageBar
from faxcore.qt.speaking import speak
from faxcore.qt.style import ElidedLabel, accent, muted
from faxdialog.also_printed import AlsoPrinted
from faxdialog.call_words import describe_call, describe_left_out, describe_recipients
from faxdialog.discard_question import ask_discard
from faxdialog.document_list import DocumentList
from faxdialog.draft_words import describe_draft, describe_earlier
from faxdialog.drawing_choice import DrawingChoice
from faxdialog.file_drop import FileDrop
from faxdialog.form import OrderForm
from faxdialog.leaving import may_be_left
from faxdialog.memory import WINDOW
from faxdialog.notices import Notices, Owner
from faxdialog.preview import PreviewPane
from faxdialog.queued import Queued
from faxdialog.second_typing import SecondTyping
from faxdialog.send_time import describe_time, word_send
from faxdialog.two_parts import TwoParts

SIZE: Final = QSize(980, 680)
"""The window's first size: it fits a screen of 1280 by 800 with panels and a title bar."""

FORM: Final = 400
"""The width of its form at first."""


class SendDialog(QMainWindow):
    """Asks who a printed document is for. Closing it, in whatever way, leaves the draft waiting.

    It is no QDialog: one without a parent sets its own position, and some window managers then leave its title bar
    above the screen, or put two windows at the very same place. Screen readers know a QMainWindow for a window.
    """

    send_wanted = pyqtSignal()
    """Send was pressed, or Enter in a field: whether or not there is a number yet."""
    discard_wanted = pyqtSignal()
    finished = pyqtSignal()
    """The window has been closed."""
    raised = pyqtSignal()
    """The tray has brought the window to the front for its document."""

    def __init__(self) -> None:
        super().__init__(None, Qt.WindowType.Window)
        self.form = OrderForm()
        self.preview = PreviewPane()
        self.documents = DocumentList()
        self.drawing = DrawingChoice()
        self.printed = AlsoPrinted()
        self.document = ElidedLabel()
        self.details = muted(QLabel())
        self.message = MessageBar()
        self.notices = Notices(self.message)
        self.again = MessageBar()
        self.second_typing = SecondTyping()
        self.foot = muted(ElidedLabel())
        self.send = QPushButton(_("&Send"))
        self.later = QPushButton(_("Sa&ve for later"))
        self.discard = QPushButton(_("&Discard …"))
        self.queued = Queued()
        self._draft = self._again = False
        self._present = False
        self._sending = False
        self._bare = self._busy = self._entered_meanwhile = False
        self._told_nothing = False
        """True while it is said that there is nothing to send."""
        self._told: Preview | None = None
        """What the service has said of the pages that are seen."""
        self._build()
        self.drop = FileDrop(self)
        self.form.changed.connect(self._enable)
        self.form.changed.connect(self._tell_bare)
        self.form.when.changed.connect(self._tell_foot)
        self.form.judged.connect(self._enable)
        self.form.entered.connect(self._entered)
        self.send.clicked.connect(self._entered)
        self.later.clicked.connect(self.close)
        self.discard.clicked.connect(lambda: ask_discard(self, self.discard_wanted.emit))
        self.queued.close_wanted.connect(self.close)
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
        layout.addWidget(self.second_typing)
        layout.addWidget(self.printed)
        self.parts = TwoParts(self._build_left(), self.preview)
        layout.addWidget(self.parts, 1)
        layout.addLayout(self._build_foot())
        self.pages = QStackedWidget()
        self.pages.addWidget(main)
        self.pages.addWidget(self.queued)
        self.setCentralWidget(self.pages)
        for key, by in ((Qt.Key.Key_PageUp, -1), (Qt.Key.Key_PageDown, +1)):
            QShortcut(QKeySequence(key), self).activated.connect(lambda by=by: self.preview.page_key(by))
        self.preview.bind_keys(self)
        QShortcut(QKeySequence.StandardKey.HelpContents, self).activated.connect(self._help)
        self._order_tabs()
        self.parts.rearranged.connect(self._order_tabs)
        WINDOW.restore(self, SIZE)
        self.parts.set_widths(WINDOW.widths() or [FORM, SIZE.width() - FORM])

    def _build_left(self) -> QWidget:
        font = self.document.font()
        font.setPointSizeF(font.pointSizeF() * 1.3)
        font.setBold(True)
        self.document.setFont(font)
        self.details.setWordWrap(True)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 4, 12, 4)
        column.setSpacing(2)
        column.addWidget(self.document)
        column.addWidget(self.details)
        column.addSpacing(16)
        column.addWidget(self.form, 1)
        column.addSpacing(8)
        label = QLabel(_("Do&cuments:"))
        label.setBuddy(self.documents.rows)
        column.addWidget(label)
        column.addWidget(self.documents)
        column.addWidget(self.drawing)
        return left

    def _build_foot(self) -> QHBoxLayout:
        """Build the foot: what will go out, and the buttons; *Send* last, where a hand expects it."""
        accent(self.send).setDefault(True)
        for button in (self.send, self.later, self.discard):
            button.setAutoDefault(True)  # outside of a QDialog it is this that makes Enter press it
            button.setMinimumWidth(96)
        self.send.setToolTip(_("Hand the fax over; the fax service sends it, also when you have logged out."))
        self.later.setToolTip(_("Close this window; the document waits in the window Faxes, under To complete."))
        self.discard.setToolTip(_("Remove the document without sending it."))
        self.foot.setObjectName("foot")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.foot, 1)
        for button in (self.discard, self.later, self.send):
            row.addWidget(button)
        return row

    def _order_tabs(self) -> None:
        order = [
            *self.printed.in_order(),
            *self.form.in_order(),
            *self.documents.in_order(),
            *self.drawing.in_order(),
            self.send,
            self.later,
            self.discard,
            *self.preview.tab_order(),
        ]
        for first, second in zip(order, order[1:], strict=False):
            self.setTabOrder(first, second)

    # ------------------------------------------------------------ what the dialog shows

    def show_draft(self, draft: Draft | None) -> None:
        """Name the document; of a draft that has none yet, say so."""
        self._draft = draft is not None
        self._bare = draft is not None and not draft.parts
        self._parts = draft.parts if draft else ()
        self.drawing.show_draft(draft)
        earlier = draft.earlier if draft else None
        self._again = earlier is not None
        self.again.say(describe_earlier(earlier) if earlier else "")
        title = clean_text(draft.title) if draft else ""
        shown = title or _("Document without a title")
        # Qt takes "[*]" in a title for the place of its own mark.
        full = _("Send a fax: {title}").format(title=shown).replace("[*]", "[*][*]")
        self.setWindowTitle(full if draft else _("Send a fax"))
        self.document.setText(shown if draft else "")
        self.document.setToolTip(html.escape(shown) if draft else "")
        self.details.setText(describe_draft(draft) if draft else "")
        self._tell_bare()
        self._enable()

    def show_new(self) -> None:
        """There is neither a document nor a draft yet: the fax begins with the first that is added or typed."""
        self.show_draft(None)
        self._bare = True
        self._tell_bare()
        self._enable()

    def _tell_bare(self) -> None:
        """Say of a fax without a document what it is, and what its pages are."""
        if not self._bare:
            return
        self.document.setText(_("New fax"))
        self.document.setToolTip("")
        self.setWindowTitle(_("New fax"))
        alone = _("No document yet: the cover page is the fax. Add one, or drop it here.")
        self.details.setText(alone if self.form.has_cover else _("No document yet: add one, or drop it here."))
        if self._told_nothing:
            self._told_nothing = False
            self.documents.complain("")
        if not self.form.has_cover:
            self.preview.set_note(_("Here stand the pages, as soon as there is a document or a cover page."))
        elif not self._draft:
            self.preview.set_note(_("Here stands the cover page, as soon as something is typed."))

    def show_gone(self, sentence: str) -> None:
        """There is nothing to send: say so, and leave only the way out."""
        self.show_draft(None)
        self.form.setEnabled(False)
        self.documents.hide()
        self.preview.show_pages([])
        self.preview.set_note("")
        self.preview.say("")
        self.notices.clear(*Owner)
        self.notices.say(Owner.DOCUMENT, sentence, grave=False)
        self._told = None
        self.foot.setText("")
        for widget in (self.send, self.discard):
            widget.hide()
        self.later.setText(_("&Close"))
        self.later.setToolTip("")
        self.later.setDefault(True)
        self.later.setFocus()

    def show_call(self, told: Preview | None) -> None:
        """Say what will go out, as the preview has it; None: there is nothing yet."""
        self._told = told
        self._tell_foot()

    def _tell_foot(self) -> None:
        when = self.form.when.time()
        said = [_("goes out {when}").format(when=describe_time(when))] if when is not None else []
        if self._told is not None:
            to_all = describe_recipients(len(self.form.to.all()))
            said = [describe_call(self._told), to_all, describe_left_out(self._parts), *said]
        self.foot.setText(" · ".join(filter(None, said)))

    def show_queued(self, begin: Callable[[str, int], None], name: str, seconds: int) -> None:
        """Show for so many seconds that the fax is under way: `begin` is the way of the view to say so."""
        begin(name, seconds)
        self.pages.setCurrentWidget(self.queued)
        self.queued.setFocus()
        speak(self, f"{self.queued.title.text()} {self.queued.left.text()}")

    def show_order(self) -> None:
        """The fax is a document that waits again: show it with all that was typed."""
        self.queued.stop()
        self.pages.setCurrentIndex(0)
        self.form.to_field.edit.setFocus()

    def lead_to_recipient(self) -> None:
        """Bring the person to the recipient that is missing or not called, and say so."""
        self.parts.show_form()
        self.form.to_field.lead_here()

    def set_present(self, present: bool) -> None:
        """Take note whether the service can be asked now."""
        self._present = present
        self._enable()

    def set_busy(self, busy: bool) -> None:
        """While documents are added or arranged nothing is sent; who presses Enter has sent it when that is done."""
        self._busy = busy
        self._enable()
        self.drawing.show_again()
        if not busy and self._entered_meanwhile:
            self._entered_meanwhile = False
            self._entered()

    def set_sending(self, sending: bool) -> None:
        """While the order is on its way, nothing can be changed."""
        self._sending = sending
        self.form.setEnabled(not sending)
        self._enable()

    def _enable(self) -> None:
        idle = not self._sending and not self._busy
        # Without the service an order for a document that is there is left for it.
        ready = self.form.is_ready() if self._present else self._draft and may_be_left(self.form)
        self.send.setText(self._find_send_word())
        self.send.setEnabled((self._draft or self._bare) and idle and ready)
        self.discard.setEnabled(self._draft and idle and self._present)
        for part in (self.documents, self.drawing):
            part.setEnabled(self._present and not self._sending)
        self.form.own_headers.setEnabled(self._present)

    def _find_send_word(self) -> str:
        if self._sending:
            return _("Sending …")
        count, when = len(self.form.to.all()), self.form.when.time()
        if count > 1:
            return _("&Send to {count}").format(count=count)
        if when is not None:
            return word_send(when)
        return _("&Send again") if self._again else _("&Send")

    def _entered(self) -> None:
        """Enter in a field is Send, or leads to what is missing."""
        if self._busy:
            self._entered_meanwhile = True
        elif self._bare and self.form.is_ready() and not self.form.has_words:
            self._lead_to_content()
        elif (self._draft or self._bare) and not self._sending:
            self.send_wanted.emit()

    def _lead_to_content(self) -> None:
        """There is neither a document nor anything on a cover page: say so, and lead to where that is mended."""
        self.parts.show_form()
        if self.form.has_cover:
            self.form.message.setFocus()
            said = _("Nothing stands on the cover page yet: write a message or a subject, or add a document.")
        else:
            self.documents.add.setFocus()
            said = _("There is no document yet: add one, or choose a header that has a cover page.")
        self.documents.complain(said)
        self.parts.bring_into_sight(self.documents.message)
        self._told_nothing = True

    def keyPressEvent(self, event: QKeyEvent | None) -> None:  # noqa: N802 - Qt's name
        """Escape is "Later"; Enter presses the button that has the focus, and sends from anywhere with Ctrl."""
        if event is None:
            return
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            focused = self.focusWidget()
            with_control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            if isinstance(focused, QAbstractButton) and not with_control:
                focused.click()
            elif not isinstance(focused, QLineEdit):  # a line of text has said so itself
                self._entered()
        else:
            super().keyPressEvent(event)

    def _help(self) -> None:
        """F1: the manual's page of this window."""
        if not open_manual(Topic.SENDING):
            self.notices.say(Owner.HELP, _("The manual is not installed on this machine, or nothing opens it."))

    def closeEvent(self, event: QCloseEvent | None) -> None:  # noqa: N802 - Qt's name
        """Closing it by whatever way is what "Later" is."""
        if event is not None:
            event.accept()
        if self.isVisible():
            WINDOW.remember(self.size(), self.isMaximized(), self.parts.widths())
        self.finished.emit()
