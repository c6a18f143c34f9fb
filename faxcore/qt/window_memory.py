# SPDX-License-Identifier: GPL-3.0-or-later
"""The size of a window, and the widths of its parts, from one time to the next.

Where a window stood is not remembered: that is the window manager's, and two windows would stand on top of one another.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PyQt6.QtCore import QSettings, QSize, Qt
from PyQt6.QtWidgets import QWidget

FRAME: Final = QSize(16, 48)
"""The room that a frame, a title bar and a panel take of a screen."""


def read_settings(program: str) -> QSettings:
    """Read what a program of this person's remembers."""
    return QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "facteur", program)


class WindowMemory:
    """The memory of one window of a program."""

    def __init__(self, program: str, window: str, parts: int = 2) -> None:
        self._program, self._window, self._parts = program, window, parts

    def restore(self, window: QWidget, otherwise: QSize) -> None:
        """Make a window as large as the last one, or as the screen allows."""
        settings = read_settings(self._program)
        size = settings.value(f"{self._window}/size", otherwise)
        good = isinstance(size, QSize) and not size.isEmpty()
        screen = window.screen()
        room = screen.availableGeometry().size() - FRAME if screen is not None else otherwise
        window.resize((size if good else otherwise).boundedTo(room))
        if settings.value(f"{self._window}/maximized", "false") in ("true", True):
            window.setWindowState(window.windowState() | Qt.WindowState.WindowMaximized)

    def widths(self) -> list[int]:
        """Give the widths of the parts, or nothing."""
        text = str(read_settings(self._program).value(f"{self._window}/parts", ""))
        widths = [int(width) for width in text.split("x") if width.isdecimal()]
        return widths if len(widths) == self._parts and all(widths) else []

    def remember(self, size: QSize, maximized: bool, widths: Sequence[int]) -> None:
        """Open the next window so; where a part is hidden, the widths that are remembered stay."""
        settings = read_settings(self._program)
        settings.setValue(f"{self._window}/maximized", maximized)
        if not maximized:
            settings.setValue(f"{self._window}/size", size)
        if len(widths) == self._parts and all(widths):
            settings.setValue(f"{self._window}/parts", "x".join(map(str, widths)))
        settings.sync()
