# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists that fields offer while one types (QCompleter), open above a window.

A key that is the window's (QShortcut) never gets to them: Qt gives it to the window first. So whoever takes Escape for
a window closes an open list before anything else.
"""

from __future__ import annotations

from PyQt6.QtWidgets import QApplication


def close_open_list() -> bool:
    """Close the list that stands open, if there is one; True if there was."""
    popup = QApplication.activePopupWidget()
    if popup is None:
        return False
    popup.close()
    return True
