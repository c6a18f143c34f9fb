# SPDX-License-Identifier: GPL-3.0-or-later
"""The size of the contacts window and the widths of its parts, from one time to the next."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import QSettings, QSize


def read_size(otherwise: QSize) -> tuple[QSize, bool]:
    """Give the size of the last window, and whether it filled the screen."""
    settings = _settings()
    size = settings.value("contacts/size", otherwise)
    good = isinstance(size, QSize) and not size.isEmpty()
    return (size if good else otherwise), settings.value("contacts/maximized", "false") in ("true", True)


def read_widths() -> list[int]:
    """Give the widths of list and card, or nothing."""
    widths = [int(width) for width in str(_settings().value("contacts/parts", "")).split("x") if width.isdecimal()]
    return widths if len(widths) == 2 and all(widths) else []


def remember_window(size: QSize, maximized: bool, widths: Sequence[int]) -> None:
    """Open the next window so; where a part is hidden, the widths that are remembered stay."""
    settings = _settings()
    settings.setValue("contacts/maximized", maximized)
    if not maximized:
        settings.setValue("contacts/size", size)
    if len(widths) == 2 and all(widths):
        settings.setValue("contacts/parts", "x".join(map(str, widths)))
    settings.sync()


def _settings() -> QSettings:
    return QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "facteur", "notifier")
