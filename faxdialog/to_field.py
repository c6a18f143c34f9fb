# SPDX-License-Identifier: GPL-3.0-or-later
"""The field *To*: chips of those that were chosen, and behind them the place in which one types.

Enter sends as soon as the number is whole, for most faxes have one recipient; a comma or a semicolon begins the next.
The arrow down offers the last recipients, the arrow to the left goes into the chips.
"""

from __future__ import annotations

from typing import Final

from PyQt6.QtCore import QEvent, QObject, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PyQt6.QtWidgets import (
    QFrame,
    QLineEdit,
    QScrollArea,
    QSizePolicy,
    QStyle,
    QStyleOptionFrame,
    QVBoxLayout,
    QWidget,
    QWidgetItem,
)

from faxcore.i18n import gettext as _
from faxdialog.chip import Chip
from faxdialog.chip_rows import GAP, ChipRows
from faxdialog.suggestion_list import SuggestionList
from faxdialog.to_list import TYPING, ToList
from faxdialog.verdict import Verdict

LONGEST: Final = 200_000
"""Characters that may be pasted at once."""
TYPING_WIDTH: Final = 150
"""Pixels that are left to type in beside a chip; with less the next row begins."""
MOST_ROWS: Final = 4
"""Rows of chips that are seen at once."""


class ToField(QWidget):
    """Shows and changes the recipients of a `ToList`."""

    entered = pyqtSignal()
    """Enter was pressed, and nothing was being chosen."""
    recent_wanted = pyqtSignal()
    """Down was pressed where nothing is typed: those who had the last faxes are wanted."""

    def __init__(self, to: ToList) -> None:
        super().__init__()
        self.to = to
        self.edit = QLineEdit()
        self.verdict = Verdict(to, self.edit)
        self.chips: list[Chip] = []
        self._within = QWidget()
        self._rows = ChipRows()
        self._area = QScrollArea()
        self._build()
        self.suggestions = SuggestionList(self)
        self.edit.textEdited.connect(to.type)
        self.edit.returnPressed.connect(self.entered)
        self.edit.editingFinished.connect(self.verdict.be_strict)
        self.edit.installEventFilter(self)
        to.edited.connect(self._show_typing)
        to.text_changed.connect(self._show_text)
        to.text_grouped.connect(self._show_grouped)
        to.chosen_changed.connect(self._show_chips)
        to.current_changed.connect(self._mark_current)

    def _build(self) -> None:
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.edit.setObjectName("number")
        self.edit.setAccessibleName(_("To"))
        self.edit.setMaxLength(LONGEST)
        self.edit.setFrame(False)
        self.edit.setMinimumWidth(TYPING_WIDTH)
        self.edit.setToolTip(
            _(
                "A number as you have it, or the beginning of a name. Several with commas between them, or a list that"
                " you paste. #42 behind a number is a sub-address."
            )
        )
        self._show_hint()
        self._within.setLayout(self._rows)
        self._rows.addChildWidget(self.edit)
        self._rows.add_last(QWidgetItem(self.edit))
        self._area.setWidget(self._within)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for widget in (self._area, self._within, self._area.viewport()):
            assert widget is not None
            widget.setAutoFillBackground(False)
        bar = self._area.verticalScrollBar()
        assert bar is not None
        bar.rangeChanged.connect(self._show_typing)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2, 1, 2, 1)
        layout.addWidget(self._area)
        self.setFocusProxy(self.edit)

    def lead_here(self) -> None:
        """Bring the person to what is missing or wrong."""
        at = self.to.find_refused()
        self.verdict.ask()
        if at is None or at == TYPING:
            self.edit.setFocus(Qt.FocusReason.OtherFocusReason)
            self.edit.selectAll()
        else:
            self.to.select(at)
            self.chips[at].setFocus(Qt.FocusReason.OtherFocusReason)
        self.verdict.ask()

    # ------------------------------------------------------------ what is shown

    def _show_text(self, text: str) -> None:
        if self.edit.text() != text:
            self.edit.setText(text)

    def _show_grouped(self, text: str) -> None:
        """Write the number in groups of digits; the cursor stays behind the same digit."""
        before = self.edit.text()[: self.edit.cursorPosition()]
        at, digits = 0, len(before.replace(" ", ""))
        while at < len(text) and (digits or text[at] == " "):
            digits -= text[at] != " "
            at += 1
        if not self.edit.hasSelectedText():
            self.edit.setText(text)
            self.edit.setCursorPosition(at)

    def _show_hint(self) -> None:
        self.edit.setPlaceholderText("" if self.to.chosen else _("a number or a name"))

    def _show_chips(self) -> None:
        """Show a chip for each that was chosen, and make no more of them anew than needed."""
        while len(self.chips) > len(self.to.chosen):
            chip = self.chips.pop()
            self._rows.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        while len(self.chips) < len(self.to.chosen):
            self.chips.append(self._make_chip(len(self.chips)))
        for chip, addressed in zip(self.chips, self.to.chosen, strict=True):
            chip.show_recipient(addressed)
        self._show_hint()
        self._mark_current()
        self._fit()

    def _make_chip(self, at: int) -> Chip:
        chip = Chip(self._within)
        self._rows.addWidget(chip)
        chip.clicked.connect(lambda: self._choose(at))
        chip.removed.connect(lambda: self._remove(at))
        chip.reopened.connect(lambda: self._reopen(at))
        chip.left.connect(lambda by: self._go(at + by))
        chip.typed.connect(self._type_on)
        chip.show()
        return chip

    def _mark_current(self) -> None:
        for at, chip in enumerate(self.chips):
            # With one recipient there is nothing to choose from.
            chip.setChecked(at == self.to.at and len(self.to.all()) > 1)

    def _fit(self) -> None:
        """Be as high as the rows, but no higher than some of them."""
        line = max(self.edit.sizeHint().height(), *(chip.sizeHint().height() for chip in self.chips), 1)
        width = self._area.viewport().width() if self._area.viewport() else self.width()  # type: ignore[union-attr]
        wanted = self._rows.heightForWidth(max(width, 100))
        height = min(wanted, MOST_ROWS * (line + 4) + 8)
        self.setFixedHeight(height + 2)
        self._area.setVerticalScrollBarPolicy(
            Qt.ScrollBarPolicy.ScrollBarAsNeeded if wanted > height else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        )
        self._within.setMinimumHeight(wanted)
        self._show_typing()

    def _show_typing(self) -> None:
        """Let the place in which one types be seen, whenever there are more rows or fewer."""
        if self.edit.hasFocus():
            self._area.ensureWidgetVisible(self.edit, 0, 2 * GAP)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Give the room of one row."""
        return QSize(240, self.height())

    def resizeEvent(self, event: QResizeEvent | None) -> None:  # noqa: N802 - Qt's name
        """Find out how many rows there are now."""
        super().resizeEvent(event)
        self._fit()

    def paintEvent(self, _event: QPaintEvent | None) -> None:  # noqa: N802 - Qt's name
        """Draw the frame and the ground as those of a line of text."""
        option = QStyleOptionFrame()
        option.initFrom(self)
        style = self.style()
        assert style is not None
        option.lineWidth = style.pixelMetric(QStyle.PixelMetric.PM_DefaultFrameWidth, option, self)
        option.state |= QStyle.StateFlag.State_Sunken
        if self.isAncestorOf(self.focusWidget() or self) and self.edit.hasFocus():
            option.state |= QStyle.StateFlag.State_HasFocus
        style.drawPrimitive(QStyle.PrimitiveElement.PE_PanelLineEdit, option, QPainter(self), self)

    def mousePressEvent(self, _event: QMouseEvent | None) -> None:  # noqa: N802 - Qt's name
        """Go to where one types, by a click beside it."""
        self.edit.setFocus(Qt.FocusReason.MouseFocusReason)

    # ------------------------------------------------------------ keys

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:  # noqa: N802 - Qt's name
        """Take the keys that mean something else than text."""
        if watched is self.edit and event is not None:
            if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
                return self._take_key(event)
            if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
                self.update()
                if event.type() == QEvent.Type.FocusOut:
                    self.suggestions.hide()
        return super().eventFilter(watched, event)

    def _take_key(self, event: QKeyEvent) -> bool:
        if self.suggestions.take_key(event):
            return True
        key = event.key()
        if key == Qt.Key.Key_Down and not self.edit.text():
            self.recent_wanted.emit()
            return True
        at_begin = self.edit.cursorPosition() == 0 and not self.edit.hasSelectedText()
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Backspace) and at_begin and self.chips:
            self._go(len(self.chips) - 1)
            return True
        if event.text() in (",", ";") and self.to.typing.is_called:
            self.to.complete_typing()
            self.to.edited.emit()
            return True
        return False

    def _choose(self, at: int) -> None:
        self.to.select(at)
        self.chips[at].setFocus(Qt.FocusReason.OtherFocusReason)

    def _go(self, at: int) -> None:
        """Go to the chip at this place, or behind the last to where one types."""
        if at >= len(self.chips) or not self.chips:
            self.edit.setFocus(Qt.FocusReason.OtherFocusReason)
            if self.to.text.strip():
                self.to.select(TYPING)
        elif at >= 0:
            self._choose(at)
            self._area.ensureWidgetVisible(self.chips[at])

    def _remove(self, at: int) -> None:
        had_focus = self.chips[at].hasFocus()
        self.to.remove(at)
        if had_focus:
            self._go(min(at, len(self.chips) - 1))

    def _reopen(self, at: int) -> None:
        self.to.reopen(at)
        self.edit.setFocus(Qt.FocusReason.OtherFocusReason)
        self.edit.selectAll()

    def _type_on(self, text: str) -> None:
        self.edit.setFocus(Qt.FocusReason.OtherFocusReason)
        self.edit.insert(text)
        self.to.type(self.edit.text())
