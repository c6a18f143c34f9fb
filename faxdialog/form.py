# SPDX-License-Identifier: GPL-3.0-or-later
"""The left half of the dialog: who the fax is for, its subject, and as whom it is sent.

*To* comes first: it is the only field that must be filled in, and a person who knows the number by heart has only Enter
left to press. The names of the current recipient stand under "Details", which opens by itself where a cover page shows
them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from faxcore.contract.order import LONGEST_COVER_MESSAGE, HeaderChoice, Order
from faxcore.contract.paying import PayerChoice
from faxcore.contract.printed import KeptOrder
from faxcore.i18n import gettext as _
from faxcore.i18n import ngettext, show_sentence
from faxcore.model.recipient import RECIPIENT_NAMES, Recipient
from faxcore.model.text import clean_lines, clean_text
from faxdialog.message_field import MessageField
from faxdialog.payer_field import PayerField
from faxdialog.send_time import SendTime
from faxdialog.to_field import ToField
from faxdialog.to_list import ToList

MAX_FIELD: Final = 200
"""Characters of a field: what clean_text keeps."""


class OrderForm(QWidget):
    """The fields of an order. `changed` comes with every change that a person makes."""

    changed = pyqtSignal()
    entered = pyqtSignal()
    """Enter was pressed in a field."""
    judged = pyqtSignal()
    """A number has been found right or wrong."""

    def __init__(self) -> None:
        super().__init__()
        self._headers: dict[str, HeaderChoice] = {}
        self.given = ""
        """The number for which a new fax was begun: nobody has typed it."""
        self._begun_with = ""
        """The message that the chosen header has put there."""
        self._detailed = False
        self.header = QComboBox()
        self.own_headers = QPushButton(_("My headers …"))
        self.to = ToList()
        self.to_field = ToField(self.to)
        self.message = MessageField()
        self.when = SendTime()
        self.payer = PayerField()
        self.details = QToolButton()
        lines = {name: QLineEdit() for name in (*RECIPIENT_NAMES, "subject")}
        self.fields = {"number": self.to_field.edit, **lines}
        self._rows = _form()
        self._build()
        for name, edit in lines.items():
            edit.setMaxLength(MAX_FIELD)
            edit.returnPressed.connect(self.entered)
            edit.textEdited.connect(self._name_recipient if name in RECIPIENT_NAMES else self.changed)
        self.message.edited.connect(self.changed)
        self.message.entered.connect(self.entered)
        self.when.changed.connect(self.changed)
        self.payer.changed.connect(self.changed)
        self.to.edited.connect(self.changed)
        self.to.named.connect(self.changed)
        self.to.judged.connect(self.judged)
        self.to.current_changed.connect(self._show_names)
        self.to.current_changed.connect(self.changed)
        self.to_field.entered.connect(self.entered)
        self.header.currentIndexChanged.connect(self._header_chosen)
        self.details.clicked.connect(lambda: self.show_details(not self._detailed))

    def _build(self) -> None:
        labels = {
            "last_name": (_("&Last name:"), _("Last name")),
            "first_name": (_("&First name:"), _("First name")),
            "role": (_("&Job title:"), _("Job title")),
            "department": (_("D&epartment:"), _("Department")),
            "company": (_("C&ompany:"), _("Company")),
            "subject": (_("S&ubject:"), _("Subject")),
        }
        for name, (_label, plain) in labels.items():
            self.fields[name].setAccessibleName(plain)
            self.fields[name].setObjectName(name)
        self._explain()
        self._build_header()
        self._build_details()
        rows = self._rows
        rows.addRow(_("&To:"), self.to_field)
        label = rows.labelForField(self.to_field)
        assert isinstance(label, QLabel)
        label.setBuddy(self.to_field.edit)
        rows.addRow(self.to_field.verdict)
        rows.addRow(self.details)
        for name in RECIPIENT_NAMES:
            rows.addRow(labels[name][0], self.fields[name])
        rows.addRow(labels["subject"][0], self.fields["subject"])
        rows.addRow(_("F&rom:"), self._build_header_row())
        label = rows.labelForField(self._header_row)
        assert isinstance(label, QLabel)
        label.setBuddy(self.header)
        rows.addRow(_("&Message:"), self.message)
        rows.addRow(_("Paid by:"), self.payer)
        rows.addRow(_("Goes out:"), self.when)
        label = rows.labelForField(self.when)
        assert isinstance(label, QLabel)
        label.setBuddy(self.when.choice)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(rows)
        layout.addStretch(1)
        self.show_details(False)
        rows.setRowVisible(self.message, False)
        rows.setRowVisible(self.payer, False)

    def _explain(self) -> None:
        """Say what each field is for, to whoever points at it."""
        hints = {
            "last_name": _("Who is to read it: stands on the cover page, and in the line at the top of each page."),
            "first_name": _("Stands before the last name."),
            "role": _("What they do, as “Head of sales”: stands on the cover page."),
            "department": _("Stands on the cover page."),
            "company": _("Stands on the cover page."),
            "subject": _("What it is about: stands on the cover page, and finds the fax again later."),
        }
        for name, hint in hints.items():
            self.fields[name].setToolTip(hint)

    def _build_header(self) -> None:
        hint = _("The header: as whom you send, and whether a cover page goes first.")
        self.header.setAccessibleName(_("Header"))
        self.header.setAccessibleDescription(hint)
        self.header.setToolTip(hint)
        self.header.setObjectName("header")
        self.header.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.header.setMinimumContentsLength(12)
        self.header.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def _build_header_row(self) -> QWidget:
        self.own_headers.setToolTip(_("Make headers of your own: heading, address, cover page, message."))
        self.own_headers.setAutoDefault(True)
        self._header_row = QWidget()
        row = QHBoxLayout(self._header_row)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.header, 1)
        row.addWidget(self.own_headers)
        return self._header_row

    def _build_details(self) -> None:
        self.details.setObjectName("details")
        self.details.setText(_("Details: name, jo&b title, company"))
        self.details.setToolTip(_("Who exactly is to read it"))
        self.details.setAutoRaise(True)
        self.details.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.details.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    # ------------------------------------------------------------ what the dialog asks

    def set_headers(self, headers: Sequence[HeaderChoice], preferred: str = "", begins: bool = False) -> None:
        """Offer these headers; the one that is chosen stays chosen, else the preferred one is, else the first. Where
        the fax begins, its message does with that of its header.
        """
        wanted, before = [self.header_id, preferred], self._headers.get(self.header_id)
        self._headers = {each.id: each for each in headers}
        self.header.blockSignals(True)
        self.header.clear()
        for header in headers:
            if header.own and header is not headers[0] and not headers[headers.index(header) - 1].own:
                self.header.insertSeparator(self.header.count())
            self.header.addItem(show_sentence(header.name), header.id)
            lines = "\n".join(clean_text(line) for line in (header.heading, *header.sender) if line)
            self.header.setItemData(self.header.count() - 1, lines, Qt.ItemDataRole.ToolTipRole)
        found = [at for at in map(self.header.findData, filter(None, wanted)) if at >= 0]
        self.header.setCurrentIndex(next(iter(found), 0 if self._headers else -1))
        self.header.blockSignals(False)
        if begins or self._headers.get(self.header_id) != before:  # else nobody has changed anything
            self._show_header(begins)

    def choose_header(self, id: str) -> None:
        """Choose this header, if it is offered."""
        at = self.header.findData(id)
        if at >= 0:
            self.header.setCurrentIndex(at)

    def set_payers(self, payers: Sequence[PayerChoice]) -> None:
        """Offer these payers; without any, nothing is seen of it."""
        self.payer.offer(payers)
        self._rows.setRowVisible(self.payer, self.payer.is_offered)

    @property
    def header_id(self) -> str:
        """The id of the chosen header, or nothing."""
        return str(self.header.currentData() or "")

    @property
    def has_cover(self) -> bool:
        """True if the chosen header has a cover page."""
        header = self._headers.get(self.header_id)
        return header is not None and header.cover

    @property
    def has_words(self) -> bool:
        """True if there is a cover page, and something to stand on it."""
        words = (self.fields["subject"].text(), self.message.text())
        return self.has_cover and any(each.strip() for each in words)

    def order(self) -> Order:
        """The order for the current recipient, as far as it is filled in."""
        return self._order(self.to.current.recipient)

    def order_to_all(self) -> Order:
        """The order without a recipient."""
        return self._order(Recipient(""))

    def is_blank(self) -> bool:
        """Return whether nothing was typed yet."""
        numbers = {"".join(each.recipient.number.split()) for each in self.to.all()}
        typed = (self.to.typing.recipient.cleaned(), self.fields["subject"].text().strip(), self.when.time())
        return (
            (not self.to.chosen and typed[0] == Recipient("") if not self.given else numbers <= {self.given})
            and typed[1:] == ("", None)
            and self.message.text().strip() in ("", self._begun_with.strip())
        )

    def kept(self) -> KeptOrder:
        """All that was typed and chosen."""
        chosen = tuple(each.recipient.cleaned() for each in self.to.chosen)
        return KeptOrder(self._order(self.to.typing.recipient), chosen)

    def fill(self, kept: KeptOrder) -> None:
        """Show what was typed before; what is typed already stays."""
        order, subject = kept.order, self.fields["subject"]
        if not subject.text():
            subject.setText(order.subject)
        if not self.message.text():
            self.message.show_text(order.message)
        self.when.fill(order.send_at)
        self.payer.fill(order.payer)
        names = {name: str(getattr(order, name)) for name in RECIPIENT_NAMES}
        self.to.fill(kept.recipients, Recipient(order.number, **names))
        if any(self.fields[name].text() for name in RECIPIENT_NAMES):
            self.show_details(True)

    def recipient(self) -> str:
        """Name the recipient in one short text, or tell how many there are."""
        chosen = self.to.recipients()
        if len(chosen) == 1:
            return chosen[0].display_name()
        return ngettext("{count} recipient", "{count} recipients", len(chosen)).format(count=len(chosen))

    def current_name(self) -> str:
        """Name the recipient whose details are seen, if there are several."""
        if len(self.to.all()) < 2:
            return ""
        return self.to.current.name or self.to.current.number

    def is_ready(self) -> bool:
        """Return whether there is a header, and somebody to send to, all of whom the service calls."""
        return bool(self.header_id) and self.to.is_ready()

    def show_details(self, shown: bool) -> None:
        """Show or hide the fields that say who is to read it."""
        self._detailed = shown
        self.details.setArrowType(Qt.ArrowType.DownArrow if shown else Qt.ArrowType.RightArrow)
        self.details.setAccessibleDescription(_("open") if shown else _("closed"))
        for name in RECIPIENT_NAMES:
            self._rows.setRowVisible(self.fields[name], shown)

    def in_order(self) -> list[QWidget]:
        """List what takes the focus, in its order."""
        details = [self.fields[name] for name in RECIPIENT_NAMES]
        about = [self.fields["subject"], self.header, self.own_headers, self.message, self.payer]
        return [self.to_field.edit, self.details, *details, *about, *self.when.in_order()]

    # ------------------------------------------------------------ inside

    def _order(self, recipient: Recipient) -> Order:
        to = recipient.cleaned()
        return Order(
            **vars(to),
            subject=clean_text(self.fields["subject"].text(), MAX_FIELD),
            message=clean_lines(self.message.text(), LONGEST_COVER_MESSAGE),
            header=self.header_id,
            send_at=self.when.send_at(),
            payer=self.payer.code(),
        )

    def _name_recipient(self) -> None:
        self.to.name(**{name: self.fields[name].text() for name in RECIPIENT_NAMES})

    def _show_names(self) -> None:
        for name in RECIPIENT_NAMES:
            text = str(getattr(self.to.current.recipient, name))
            if self.fields[name].text() != text:
                self.fields[name].setText(text)

    def _header_chosen(self) -> None:
        self._show_header(begins=True)

    def _show_header(self, begins: bool) -> None:
        """Show what the chosen header asks for; where it begins, its message, unless a person has typed another."""
        header = self._headers.get(self.header_id)
        if begins and self.message.text() in ("", self._begun_with):
            self._begun_with = header.message if header is not None else ""
            self.message.show_text(self._begun_with)
        if self.has_cover:
            self.show_details(True)
        self._rows.setRowVisible(self.message, self.has_cover)
        self.changed.emit()


def _form() -> QFormLayout:
    form = QFormLayout()
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.DontWrapRows)
    form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    form.setHorizontalSpacing(14)
    form.setVerticalSpacing(8)
    return form
