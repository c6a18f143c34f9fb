# SPDX-License-Identifier: GPL-3.0-or-later
"""The fields of a header of one's own: its name, and what stands on the cover page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PyQt6.QtCore import QLocale, Qt, pyqtSignal
from PyQt6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from faxcore.contract.order import LONGEST_COVER_MESSAGE, HeaderChoice, OwnHeader
from faxcore.i18n import gettext as _
from faxcore.i18n import list_languages, show_sentence

LONGEST_NAME: Final = 60
LONGEST_LINE: Final = 200
_FILE: Final = "\0file"
_PICTURE: Final = "\0picture:"
"""Choices of a logo that are no header of the office: no id begins so."""
LINES: Final = 4
"""Lines of an address for which there is room."""


class HeaderFields(QWidget):
    """One header as it is typed; `edited` comes with every change that a person makes."""

    edited = pyqtSignal()
    picture_wanted = pyqtSignal()
    """The logo is to be a file of the person's."""

    def __init__(self) -> None:
        super().__init__()
        self._id = ""
        self._filling = False
        self._at = 0
        """The place of the logo that is chosen."""
        self.name, self.heading = QLineEdit(), QLineEdit()
        self.address, self.message = QPlainTextEdit(), QPlainTextEdit()
        self.cover = QCheckBox(_("&Cover page"))
        self.logo, self.language = QComboBox(), QComboBox()
        self._rows = QFormLayout()
        self._build()
        for line in (self.name, self.heading):
            line.textEdited.connect(self._tell)
        for text in (self.address, self.message):
            text.textChanged.connect(self._tell)
        self.language.activated.connect(self._tell)
        self.logo.activated.connect(self._choose_logo)
        self.cover.toggled.connect(self._show_cover)
        self.cover.toggled.connect(self._tell)
        self._show_cover()

    def _build(self) -> None:
        self.name.setMaxLength(LONGEST_NAME)
        self.heading.setMaxLength(LONGEST_LINE)
        fields: list[tuple[str, QWidget, str, str]] = [
            (_("&Name:"), self.name, _("Name"), _("As it stands under From in your faxes; nobody else sees it.")),
            ("", self.cover, "", _("Whether a page with what follows goes before the document.")),
            (_("&Heading:"), self.heading, _("Heading"), _("Whose fax it is, in large letters: a name or a house.")),
            (_("&Address:"), self.address, _("Address"), _("Below the heading: street, town, telephone, in lines.")),
            (
                _("L&ogo:"),
                self.logo,
                _("Logo"),
                _("A picture above the heading: one of your office's, or a file of yours."),
            ),
            (_("Lan&guage:"), self.language, _("Language"), _("Of the words on the cover page.")),
            (_("&Message:"), self.message, _("Message"), _("The text that is there to begin with in a new fax.")),
        ]
        for label, field, name, hint in fields:
            field.setToolTip(hint)
            if name:
                field.setAccessibleName(name)
            self._rows.addRow(label, field)
        for text in (self.address, self.message):
            text.setTabChangesFocus(True)
            text.setFixedHeight(LINES * text.fontMetrics().lineSpacing() + 2 * text.frameWidth() + 8)
        for choice in (self.logo, self.language):
            choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            choice.setMinimumContentsLength(6)
        self._rows.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._rows.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self._rows.setVerticalSpacing(8)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(self._rows)
        column.addStretch(1)
        self.language.addItem(_("as usual"), "")
        for code in list_languages():
            # Of the world: "English" rather than "American English".
            self.language.addItem(QLocale(f"{code}_001").nativeLanguageName().capitalize(), code)

    def offer_logos(self, headers: Sequence[HeaderChoice]) -> None:
        """Offer the logos of these headers, and a file of one's own."""
        chosen = self._logo()
        self.logo.clear()
        self.logo.addItem(_("none"), "")
        for header in headers:
            if header.logo:
                self.logo.addItem(show_sentence(header.name), header.id)
        self.logo.addItem(_("A picture of yours …"), _FILE)
        self._show_logo(*chosen)

    def set_picture(self, name: str) -> None:
        """Take this for the logo: the name that the service has given a picture of the person's."""
        self._show_logo("", name)
        self._tell()

    def fill(self, header: OwnHeader) -> None:
        """Show a header."""
        self._filling = True
        self._id = header.id
        self.name.setText(header.name)
        self.heading.setText(header.heading)
        self.address.setPlainText("\n".join(header.sender))
        self.message.setPlainText(header.message)
        self.cover.setChecked(header.cover)
        self._show_logo(header.logo, header.picture)
        self.language.setCurrentIndex(max(0, self.language.findData(header.language)))
        self._filling = False

    def header(self) -> OwnHeader:
        """Give the header as it stands."""
        lines = (line.strip() for line in self.address.toPlainText().splitlines())
        return OwnHeader(
            self._id,
            self.name.text().strip(),
            self.heading.text().strip(),
            tuple(filter(None, lines)),
            self.cover.isChecked(),
            str(self.language.currentData() or ""),
            self._logo()[0],
            self.message.toPlainText()[:LONGEST_COVER_MESSAGE].strip(),
            self._logo()[1],
        )

    def in_order(self) -> list[QWidget]:
        """List what takes the focus, in its order."""
        return [self.name, self.cover, self.heading, self.address, self.logo, self.language, self.message]

    def _show_cover(self) -> None:
        """Show what stands on the cover page only where there is one."""
        for field in (self.heading, self.address, self.logo, self.language, self.message):
            self._rows.setRowVisible(field, self.cover.isChecked())

    def _logo(self) -> tuple[str, str]:
        """Give the header of the office whose logo is chosen, and the name of the picture that is; either is empty."""
        data = str(self.logo.currentData() or "")
        return ("", data.removeprefix(_PICTURE)) if data.startswith(_PICTURE) else (data, "")

    def _show_logo(self, header: str, picture: str) -> None:
        own = next((at for at in range(self.logo.count()) if str(self.logo.itemData(at)).startswith(_PICTURE)), -1)
        if own >= 0 and picture:
            self.logo.setItemData(own, _PICTURE + picture)
        elif picture:
            own = self.logo.count() - 1
            self.logo.insertItem(own, _("your own picture"), _PICTURE + picture)
        elif own >= 0:
            self.logo.removeItem(own)
        self._at = own if picture else max(0, self.logo.findData(header))
        self.logo.setCurrentIndex(self._at)

    def _choose_logo(self, at: int) -> None:
        if self.logo.itemData(at) != _FILE:
            self._at = at
            self._tell()
            return
        self.logo.setCurrentIndex(self._at)  # until a file is chosen
        self.picture_wanted.emit()

    def _tell(self) -> None:
        if not self._filling:
            self.edited.emit()
