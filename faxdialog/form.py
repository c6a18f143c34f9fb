# SPDX-License-Identifier: GPL-3.0-or-later
"""The left half of the dialog: who the fax is for, its subject, and under which header it goes.

The number comes first: it is the only field that must be filled in, and who knows it by heart has only Enter left to
press. All fields stand in one form, so that they are aligned whatever the language's longest label is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QComboBox, QFormLayout, QLabel, QLineEdit, QSizePolicy, QStyle, QVBoxLayout, QWidget

from faxcore.contract.order import HeaderChoice, Order
from faxcore.i18n import gettext as _
from faxcore.i18n import translate
from faxcore.model.text import clean_text
from faxcore.qt.style import caption, mark_error, muted

MAX_FIELD: Final = 200
"""Characters of a field: what clean_text keeps."""

FIELDS: Final = ("number", "last_name", "first_name", "role", "company", "subject")


class OrderForm(QWidget):
    """The fields of an order. `changed` comes with every change that a person makes."""

    changed = pyqtSignal()
    entered = pyqtSignal()
    """Enter was pressed in a field."""
    judged = pyqtSignal()
    """The number has been found right or wrong."""

    def __init__(self) -> None:
        super().__init__()
        self._headers: list[HeaderChoice] = []
        self._number_error = ""
        self.header = QComboBox()
        self.heading = muted(QLabel())
        self.fields = {name: QLineEdit() for name in FIELDS}
        self.error = QLabel()
        self._build()
        self.header.currentIndexChanged.connect(self._header_chosen)
        for edit in self.fields.values():
            edit.setMaxLength(MAX_FIELD)
            edit.textEdited.connect(self.changed)
            edit.returnPressed.connect(self.entered)
        number = self.fields["number"]
        number.textEdited.connect(lambda _text: self.set_number_error(""))
        number.editingFinished.connect(self._show_number_error)

    def _build(self) -> None:
        labels = {
            "number": (_("Fax &number:"), _("Fax number")),
            "last_name": (_("&Last name:"), _("Last name")),
            "first_name": (_("&First name:"), _("First name")),
            "role": (_("Fun&ction:"), _("Function")),
            "company": (_("C&ompany:"), _("Company")),
            "subject": (_("S&ubject:"), _("Subject")),
        }
        for name, (_label, plain) in labels.items():
            self.fields[name].setAccessibleName(plain)
            self.fields[name].setObjectName(name)
        self._build_number()
        self._build_header()
        rows = _form()
        rows.addRow(caption(QLabel(_("Recipient"))))
        rows.addRow(labels["number"][0], self.fields["number"])
        rows.addRow("", self.error)
        for name in ("last_name", "first_name", "role", "company"):
            rows.addRow(labels[name][0], self.fields[name])
        rows.addRow(_gap())
        rows.addRow(caption(QLabel(_("Fax"))))
        rows.addRow(labels["subject"][0], self.fields["subject"])
        rows.addRow(_("&Header:"), self.header)
        rows.addRow("", self.heading)
        self._rows = rows
        rows.setRowVisible(self.error, False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(rows)
        layout.addStretch(1)

    def _build_number(self) -> None:
        number = self.fields["number"]
        number.setPlaceholderText(_("required, for example +33 1 23 45 67 89"))
        number.setInputMethodHints(Qt.InputMethodHint.ImhDialableCharactersOnly)
        style = self.style()
        assert style is not None
        icon = style.standardIcon(QStyle.StandardPixmap.SP_MessageBoxWarning)
        self._mark = number.addAction(icon, QLineEdit.ActionPosition.TrailingPosition)
        assert self._mark is not None
        self._mark.setVisible(False)
        mark_error(self.error)
        self.error.setWordWrap(True)
        self.error.setTextFormat(Qt.TextFormat.PlainText)
        self.error.setObjectName("number-error")

    def _build_header(self) -> None:
        self.header.setAccessibleName(_("Header"))
        self.header.setObjectName("header")
        self.header.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.header.setMinimumContentsLength(12)
        self.header.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.heading.setWordWrap(True)
        self.heading.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.heading.setTextFormat(Qt.TextFormat.PlainText)

    # ------------------------------------------------------------ what the dialog asks

    def set_headers(self, headers: Sequence[HeaderChoice], preferred: str = "") -> None:
        """Offer these headers; the one that is chosen stays chosen, else the preferred one is, else the first."""
        wanted = [self.header_id, preferred]
        self._headers = list(headers)
        self.header.blockSignals(True)
        self.header.clear()
        for header in self._headers:
            self.header.addItem(clean_text(translate(header.name)), header.id)
        found = [at for at in map(self.header.findData, filter(None, wanted)) if at >= 0]
        self.header.setCurrentIndex(next(iter(found), 0 if self._headers else -1))
        self.header.blockSignals(False)
        self._header_chosen()

    @property
    def header_id(self) -> str:
        """The id of the chosen header, or nothing."""
        return str(self.header.currentData() or "")

    def order(self) -> Order:
        """The order as far as it is filled in."""
        values: dict[str, Any] = {name: clean_text(edit.text(), MAX_FIELD) for name, edit in self.fields.items()}
        return Order(**values, header=self.header_id)

    def recipient(self) -> str:
        """Name the recipient in one short text."""
        order = self.order()
        return f"{order.first_name} {order.last_name}".strip() or order.company or order.number

    def complete(self) -> bool:
        """Return whether there is a header and a number that the service has not refused."""
        return bool(self.header_id and self.order().number and not self._number_error)

    def set_number_error(self, sentence: str, at_once: bool = False) -> None:
        """Say what is wrong with the number, once the person has left the field: half a number is not a fault."""
        self._number_error = sentence
        if not sentence or at_once or not self.fields["number"].hasFocus():
            self._show_number_error()
        self.judged.emit()

    def ask_for_number(self) -> None:
        """Lead the person to the field that is still missing."""
        number = self.fields["number"]
        number.setFocus(Qt.FocusReason.OtherFocusReason)
        number.selectAll()
        if not self.order().number:
            self._show(_("Enter the number to which the fax goes."))

    def _show_number_error(self) -> None:
        self._show(self._number_error)

    def _show(self, sentence: str) -> None:
        self.error.setText(sentence)
        self._rows.setRowVisible(self.error, bool(sentence))
        if self._mark is not None:
            self._mark.setVisible(bool(sentence))
        self.fields["number"].setAccessibleDescription(sentence)

    def _header_chosen(self) -> None:
        index = self.header.currentIndex()
        lines = []
        if 0 <= index < len(self._headers):
            header = self._headers[index]
            lines = [clean_text(line) for line in (header.heading, *header.sender)]
            lines.append(_("With a cover page") if header.cover else _("Without a cover page"))
        self.heading.setText("\n".join(line for line in lines if line))
        self.changed.emit()


def _form() -> QFormLayout:
    form = QFormLayout()
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.DontWrapRows)
    form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    form.setHorizontalSpacing(14)
    form.setVerticalSpacing(8)
    return form


def _gap() -> QWidget:
    gap = QWidget()
    gap.setFixedHeight(6)
    return gap
