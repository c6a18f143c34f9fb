# SPDX-License-Identifier: GPL-3.0-or-later
"""Puts chips in rows, as words in a paragraph; the last thing, in which one types, takes the rest of its row."""

from __future__ import annotations

from typing import Final

from PyQt6.QtCore import QPoint, QRect, QSize
from PyQt6.QtWidgets import QLayout, QLayoutItem

GAP: Final = 4
"""Pixels between chips."""


class ChipRows(QLayout):
    """Rows of things, as many as the width asks for."""

    def __init__(self) -> None:
        super().__init__()
        self._items: list[QLayoutItem] = []
        self.setContentsMargins(GAP, GAP, GAP, GAP)

    def addItem(self, item: QLayoutItem | None) -> None:  # noqa: N802 - Qt's name
        """Take one more, before the last."""
        if item is not None:
            self._items.insert(max(len(self._items) - 1, 0), item)

    def add_last(self, item: QLayoutItem) -> None:
        """Take what stays last."""
        self._items.append(item)

    def count(self) -> int:
        """Count what is laid out."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:  # noqa: N802 - Qt's name
        """Give what is at this place, or None."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:  # noqa: N802 - Qt's name
        """Take away what is at this place, or None."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def hasHeightForWidth(self) -> bool:  # noqa: N802 - Qt's name
        """True: a narrow field has more rows."""
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802 - Qt's name
        """Tell how high it is with so many pixels from left to right."""
        return self._arrange(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, rect: QRect) -> None:  # noqa: N802 - Qt's name
        """Put everything into this place."""
        super().setGeometry(rect)
        self._arrange(rect, move=True)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Give the size of a single row."""
        return self.minimumSize()

    def minimumSize(self) -> QSize:  # noqa: N802 - Qt's name
        """Give the room that the last thing must have; a chip that is wider than its row is cut off."""
        size = self._items[-1].minimumSize() if self._items else QSize()
        return size + QSize(2 * GAP, 2 * GAP)

    def _arrange(self, rect: QRect, move: bool) -> int:
        """Go through the rows; tell the height."""
        inner = rect.marginsRemoved(self.contentsMargins())
        x, y, row = inner.x(), inner.y(), 0
        for item in self._items:
            size = item.sizeHint()
            is_last = item is self._items[-1]
            least = item.minimumSize().width() if is_last else min(size.width(), inner.width())
            if x > inner.x() and x + least > inner.right() + 1:
                x, y, row = inner.x(), y + row + GAP, 0
            width = inner.right() + 1 - x if is_last else least
            if move:
                item.setGeometry(QRect(QPoint(x, y), QSize(width, size.height())))
            x, row = x + width + GAP, max(row, size.height())
        return y + row - rect.y() + self.contentsMargins().bottom()
