# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults of a window that is shown: what is cut off or larger than the screen, and what nobody has translated."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QComboBox,
    QGroupBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QTabWidget,
    QWidget,
)

from faxcore.qt.style import ElidedLabel

FRAME_HEIGHT: Final = 48
"""Pixels of a title bar and a panel."""


def find_cut_off(window: QWidget) -> Iterator[str]:
    """Find what a person cannot see wholly."""
    screen = window.screen()
    assert screen is not None
    room = screen.availableGeometry()
    least = window.minimumSizeHint()
    if window.width() > room.width() or window.height() > room.height() - FRAME_HEIGHT:
        yield f"the window ({window.width()} x {window.height()}) is larger than the screen"
    if least.width() > room.width() or least.height() > room.height() - FRAME_HEIGHT:
        yield f"the window cannot be made small enough for the screen ({least.width()} x {least.height()})"
    for widget in window.findChildren(QWidget):
        if widget.isVisible() and isinstance(widget, QAbstractButton | QLabel | QComboBox | QLineEdit):
            yield from _find_faults(window, widget)


def find_same_keys(window: QWidget) -> Iterator[str]:
    """Find keys that two things of a window have, so that neither is reached at once."""
    found: dict[str, str] = {}
    for widget in window.findChildren(QWidget):
        is_shown = widget.isVisible() and isinstance(widget, QAbstractButton | QLabel)
        if not is_shown or (isinstance(widget, QLabel) and widget.buddy() is None):
            continue
        text = widget.text()
        for key in re.findall(r"(?<!&)&(\w)", text):
            if key.lower() in found:
                yield f"{text!r} and {found[key.lower()]!r} have the same key"
            found[key.lower()] = text


def _find_faults(window: QWidget, widget: QWidget) -> Iterator[str]:
    area = _find_area(widget)
    within = window if area is None else area.viewport()
    if within is None:
        return
    at = widget.mapTo(within, widget.rect().topLeft())
    right, bottom = at.x() + widget.width(), at.y() + widget.height()
    outside = at.x() < 0 or right > within.width()
    if area is None:
        outside = outside or at.y() < 0 or bottom > within.height()
    else:
        outside = outside and area.horizontalScrollBarPolicy() == Qt.ScrollBarPolicy.ScrollBarAlwaysOff
    if outside:
        yield f"{_name(widget)} is outside of its window"
    if isinstance(widget, ElidedLabel | QLineEdit):
        return
    if isinstance(widget, QLabel) and widget.wordWrap():
        cut = widget.height() + 1 < widget.heightForWidth(widget.width())
    else:
        cut = widget.width() + 1 < widget.minimumSizeHint().width()
    if cut and (not isinstance(widget, QLabel) or widget.text()):
        yield f"{_name(widget)} is cut off ({widget.width()} x {widget.height()})"


def _find_area(widget: QWidget) -> QAbstractScrollArea | None:
    """Find the area in which it can be scrolled."""
    parent = widget.parentWidget()
    while parent is not None:
        if isinstance(parent, QAbstractScrollArea):
            return parent
        parent = parent.parentWidget()
    return None


def find_unmarked(window: QWidget, mark: str, data: Iterable[str]) -> Iterator[str]:
    """Find texts of a window that bear no mark, and so have never been looked up in the catalogue; beside `data`, which
    people have written.
    """
    written = sorted(data, key=len, reverse=True)
    for text in dict.fromkeys(_list_texts(window)):
        left = text
        for each in written:
            left = left.replace(each, "")
        if mark not in text and any(char.isalpha() for char in left):
            yield f"nobody has translated {text!r}"


def _list_texts(window: QWidget) -> Iterator[str]:
    """List what the program itself says: not what people have typed."""
    yield window.windowTitle()
    for widget in window.findChildren(QWidget):
        if not widget.isVisibleTo(window):
            continue
        yield from filter(None, (widget.toolTip(), widget.accessibleName(), widget.accessibleDescription()))
        if isinstance(widget, QLabel | QPushButton):
            yield widget.text()
        elif isinstance(widget, QLineEdit):
            yield widget.placeholderText()
        elif isinstance(widget, QGroupBox):
            yield widget.title()
        elif isinstance(widget, QComboBox):
            yield from (widget.itemText(row) for row in range(widget.count()))
        elif isinstance(widget, QTabWidget):
            yield from (widget.tabText(at) for at in range(widget.count()))
        menu = widget.menu() if isinstance(widget, QPushButton) else None
        if menu is not None:
            yield from (action.text() for action in menu.actions())


def _name(widget: QWidget) -> str:
    text = widget.text() if isinstance(widget, QAbstractButton | QLabel) else widget.accessibleName()
    return f"{type(widget).__name__} {text or widget.objectName()!r}"
