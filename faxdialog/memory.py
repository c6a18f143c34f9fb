# SPDX-License-Identifier: GPL-3.0-or-later
"""The memory of the dialog from one fax to the next: the header, and the size of the window; nothing else.

Who was written to, and about what, is nobody's business on a shared machine; the history has it. Where a window stood
is not remembered either: that is the window manager's, and two dialogs would stand on top of one another.
"""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import QSettings, QSize


def last_header() -> str:
    """The id of the header of the last fax that this user sent, or nothing."""
    return str(_settings().value("header", ""))


def remember_header(header: str) -> None:
    """Offer this header first next time."""
    settings = _settings()
    settings.setValue("header", header)
    settings.sync()


def last_size(otherwise: QSize) -> tuple[QSize, bool]:
    """The size of the last window, and whether it filled the screen."""
    settings = _settings()
    size = settings.value("window/size", otherwise)
    good = isinstance(size, QSize) and not size.isEmpty()
    return (size if good else otherwise), settings.value("window/maximized", "false") in ("true", True)


def last_parts() -> list[int]:
    """The widths of the form and of the pages, or nothing."""
    text = str(_settings().value("window/parts", ""))
    widths = [int(width) for width in text.split("x") if width.isdecimal()]
    return widths if len(widths) == 2 and all(widths) else []


def remember_window(size: QSize, maximized: bool, parts: Sequence[int]) -> None:
    """Open the next window so; no widths: those that are remembered stay."""
    settings = _settings()
    settings.setValue("window/maximized", maximized)
    if not maximized:
        settings.setValue("window/size", size)
    if len(parts) == 2 and all(parts):
        settings.setValue("window/parts", "x".join(map(str, parts)))
    settings.sync()


def _settings() -> QSettings:
    return QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "facteur", "faxdialog")
