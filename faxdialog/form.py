# SPDX-License-Identifier: GPL-3.0-or-later
"""The left half of the dialog: which header, who the fax is for, and its subject."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QComboBox, QFormLayout, QGroupBox, QLabel, QLineEdit, QVBoxLayout, QWidget

from faxcore.i18n import gettext as _
from faxdialog.style import mark_error, muted

MAX_FIELD: Final = 200
"""Characters of a field: what clean_text keeps."""

FIELDS: Final = ("last_name", "first_name", "role", "company", "number", "subject")


class OrderForm(QWidget):
    """The fields of an order. `changed` comes with every change that a person makes."""

    changed = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self._headers: list[Mapping[str, Any]] = []
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
        number = self.fields["number"]
        number.textEdited.connect(lambda _text: self.set_number_error(""))
        number.editingFinished.connect(self._show_number_error)

    def _build(self) -> None:
        self.header.setAccessibleName(_("Header"))
        self.heading.setWordWrap(True)
        top = _form()
        top.addRow(_("&Header:"), self.header)
        top.addRow("", self.heading)

        recipient = QGroupBox(_("Recipient"))
        rows = _form()
        labels = {
            "last_name": (_("&Last name:"), _("Last name")),
            "first_name": (_("&First name:"), _("First name")),
            "role": (_("Fun&ction:"), _("Function")),
            "company": (_("C&ompany:"), _("Company")),
            "number": (_("Fax &number:"), _("Fax number")),
            "subject": (_("S&ubject:"), _("Subject")),
        }
        for name, (label, plain) in labels.items():
            self.fields[name].setAccessibleName(plain)
            self.fields[name].setObjectName(name)
            if name != "subject":
                rows.addRow(label, self.fields[name])
        self.fields["number"].setPlaceholderText(_("required, for example +33 1 23 45 67 89"))
        self.fields["number"].setInputMethodHints(Qt.InputMethodHint.ImhDialableCharactersOnly)
        mark_error(self.error)
        self.error.setWordWrap(True)
        self.error.hide()
        rows.addRow("", self.error)
        recipient.setLayout(rows)

        bottom = _form()
        bottom.addRow(labels["subject"][0], self.fields["subject"])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(14)
        layout.addLayout(top)
        layout.addWidget(recipient)
        layout.addLayout(bottom)
        layout.addStretch(1)

    # ------------------------------------------------------------ what the dialog asks

    def set_headers(self, headers: Sequence[Mapping[str, Any]]) -> None:
        """Offer these headers; the one that is chosen stays chosen."""
        chosen = self.header_id
        self._headers = list(headers)
        self.header.blockSignals(True)
        self.header.clear()
        for header in self._headers:
            self.header.addItem(str(header["name"]), str(header["id"]))
        at = self.header.findData(chosen)
        self.header.setCurrentIndex(at if at >= 0 else (0 if self._headers else -1))
        self.header.blockSignals(False)
        self._header_chosen()

    @property
    def header_id(self) -> str:
        """The id of the chosen header, or nothing."""
        return str(self.header.currentData() or "")

    def order(self) -> dict[str, str]:
        """The order as far as it is filled in."""
        values = {name: edit.text().strip() for name, edit in self.fields.items()}
        values["header"] = self.header_id
        return {name: value for name, value in values.items() if value}

    def complete(self) -> bool:
        """Whether there is a header and a number that the service has not refused."""
        return bool(self.header_id and self.fields["number"].text().strip() and not self._number_error)

    def set_number_error(self, sentence: str, at_once: bool = False) -> None:
        """What is wrong with the number. It is shown once the person has left the field: half a number is no fault."""
        self._number_error = sentence
        if not sentence or at_once or not self.fields["number"].hasFocus():
            self._show_number_error()

    def _show_number_error(self) -> None:
        self.error.setText(self._number_error)
        self.error.setVisible(bool(self._number_error))
        self.fields["number"].setAccessibleDescription(self._number_error)

    def _header_chosen(self) -> None:
        index = self.header.currentIndex()
        header = self._headers[index] if 0 <= index < len(self._headers) else {}
        lines = [str(header.get("heading", "")), *map(str, header.get("sender", ()))]
        cover = _("With a cover page") if header.get("cover") else _("Without a cover page")
        self.heading.setText("\n".join([line for line in lines if line] + ([cover] if header else [])))
        self.changed.emit()


def _form() -> QFormLayout:
    form = QFormLayout()
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
    form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    form.setHorizontalSpacing(12)
    form.setVerticalSpacing(8)
    return form
