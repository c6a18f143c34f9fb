# SPDX-License-Identifier: GPL-3.0-or-later
"""The memory of the dialog from one fax to the next: the header, and nothing else.

Who was written to, and about what, is nobody's business on a shared machine; the history has it.
"""

from __future__ import annotations

from PyQt6.QtCore import QSettings


def last_header() -> str:
    """The id of the header of the last fax that this user sent, or nothing."""
    return str(_settings().value("header", ""))


def remember_header(header: str) -> None:
    """Offer this header first next time."""
    settings = _settings()
    settings.setValue("header", header)
    settings.sync()


def _settings() -> QSettings:
    return QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "facteur", "faxdialog")
