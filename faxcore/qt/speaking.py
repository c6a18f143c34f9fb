# SPDX-License-Identifier: GPL-3.0-or-later
"""Changes on the screen, told to those who do not see them.

PyQt has none of Qt's accessible events. A screen reader reads out, though, when the description of the thing that has
the focus changes: so that is where a sentence goes, for as long as it takes to be read.
"""

from __future__ import annotations

from typing import Final

from PyQt6 import sip
from PyQt6.QtCore import QTimer
from PyQt6.QtWidgets import QWidget

SPOKEN_MS: Final = 4000
"""Milliseconds after which what has the focus is described as before."""


def speak(window: QWidget, sentence: str) -> None:
    """Let a screen reader say this sentence of a window."""
    focused = window.focusWidget()
    if focused is None or not sentence or focused.accessibleDescription() == sentence:
        return
    before = focused.accessibleDescription()
    focused.setAccessibleDescription(sentence)

    def describe_again() -> None:
        if not sip.isdeleted(focused) and focused.accessibleDescription() == sentence:
            focused.setAccessibleDescription(before)

    QTimer.singleShot(SPOKEN_MS, describe_again)
