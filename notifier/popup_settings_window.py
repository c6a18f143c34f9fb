# SPDX-License-Identifier: GPL-3.0-or-later
"""The window with a person's wishes for the popups. What is chosen counts at once: there is nothing to save."""

from __future__ import annotations

from datetime import time

from PyQt6.QtCore import QTime
from PyQt6.QtGui import QShowEvent
from PyQt6.QtWidgets import QCheckBox, QDialog, QDialogButtonBox, QHBoxLayout, QLabel, QTimeEdit, QVBoxLayout, QWidget

from faxcore.i18n import gettext as _
from notifier.popup_settings import PopupSettings


class PopupSettingsWindow(QDialog):
    """Quiet hours, privacy, and what is told of."""

    def __init__(self, settings: PopupSettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self.setWindowTitle(_("Popups"))
        self.private = QCheckBox(_("&Hide names, subjects and pages"))
        self.private.setToolTip(_("A popup says only for which of your numbers a fax came."))
        self.every_sent = QCheckBox(_("&Tell me of every fax that was sent"))
        self.every_sent.setToolTip(_("Faxes that could not be sent are always told of."))
        self.quiet_hours = QCheckBox(_("Quiet every &day"))
        self.begin, self.end = QTimeEdit(), QTimeEdit()
        self.explanation = QLabel(_("What happens meanwhile is told afterwards, together. The icon counts on."))
        self.explanation.setWordWrap(True)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self._lay_out()
        self._show_settings()
        self._connect()

    def showEvent(self, event: QShowEvent | None) -> None:
        """Show what counts now."""
        self._show_settings()
        super().showEvent(event)

    def _lay_out(self) -> None:
        hours = QHBoxLayout()
        hours.addWidget(self.quiet_hours)
        for words, field in ((_("&from"), self.begin), (_("t&o"), self.end)):
            label = QLabel(words)
            label.setBuddy(field)
            field.setDisplayFormat("HH:mm")
            hours.addWidget(label)
            hours.addWidget(field)
        hours.addStretch()
        self.begin.setAccessibleName(_("Beginning of the quiet hours"))
        self.end.setAccessibleName(_("End of the quiet hours"))
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(8)
        column.addWidget(self.private)
        column.addWidget(self.every_sent)
        column.addLayout(hours)
        column.addWidget(self.explanation)
        column.addStretch()
        column.addWidget(self.buttons)

    def _connect(self) -> None:
        self.buttons.rejected.connect(self.close)
        self.private.toggled.connect(lambda on: setattr(self._settings, "private", on))
        self.every_sent.toggled.connect(lambda on: setattr(self._settings, "every_sent", on))
        self.quiet_hours.toggled.connect(self._choose_hours)
        for field in (self.begin, self.end):
            field.timeChanged.connect(lambda _time: self._choose_hours(self.quiet_hours.isChecked()))

    def _choose_hours(self, wanted: bool) -> None:
        settings = self._settings
        settings.begin, settings.end = _to_time(self.begin.time()), _to_time(self.end.time())
        settings.quiet_hours = wanted
        self._enable_hours()

    def _show_settings(self) -> None:
        settings = self._settings
        shown = (self.private, self.every_sent, self.quiet_hours, self.begin, self.end)
        for widget in shown:
            widget.blockSignals(True)
        self.private.setChecked(settings.private)
        self.every_sent.setChecked(settings.every_sent)
        self.quiet_hours.setChecked(settings.quiet_hours)
        self.begin.setTime(QTime(settings.begin.hour, settings.begin.minute))
        self.end.setTime(QTime(settings.end.hour, settings.end.minute))
        for widget in shown:
            widget.blockSignals(False)
        self._enable_hours()

    def _enable_hours(self) -> None:
        for field in (self.begin, self.end):
            field.setEnabled(self.quiet_hours.isChecked())


def _to_time(shown: QTime) -> time:
    return time(shown.hour(), shown.minute())
