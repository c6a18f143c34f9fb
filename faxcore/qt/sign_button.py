# SPDX-License-Identifier: GPL-3.0-or-later
"""A small button with a sign on it, which says in words what it does and which keys do the same."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QToolButton


def make_sign_button(sign: str, name: str, keys: str) -> QToolButton:
    """Make a button of this sign; `name` says what it does, `keys` by what else that is done."""
    button = QToolButton()
    button.setText(sign)
    button.setAutoRaise(True)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setToolTip(f"{name} ({keys})")
    button.setAccessibleName(name)
    return button
