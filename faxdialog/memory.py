# SPDX-License-Identifier: GPL-3.0-or-later
"""The memory of the dialog from one fax to the next: the header, and the size of the window; nothing else.

Who was written to, and about what, is nobody's business on a shared machine; the main window has it.
"""

from __future__ import annotations

from typing import Final

from faxcore.qt.window_memory import WindowMemory, read_settings

PROGRAM: Final = "faxdialog"
WINDOW: Final = WindowMemory(PROGRAM, "window")


def last_header() -> str:
    """The id of the header of the last fax that this user sent, or nothing."""
    return str(read_settings(PROGRAM).value("header", ""))


def remember_header(header: str) -> None:
    """Offer this header first next time."""
    settings = read_settings(PROGRAM)
    settings.setValue("header", header)
    settings.sync()
