# SPDX-License-Identifier: GPL-3.0-or-later
"""Marks a fax as read that a person has looked at: shown for two seconds in a window that is in front."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PyQt6.QtCore import QObject, QTimer

from notifier.faxes.entry import Entry

LOOK_MS: Final = 2000


class ReadMarks(QObject):
    """Watches what is shown; `is_seen` tells whether its page is in sight, `mark` does it."""

    def __init__(self, is_seen: Callable[[], bool], mark: Callable[[Entry, bool], object]) -> None:
        super().__init__()
        self._is_seen, self._mark = is_seen, mark
        self._entry: Entry | None = None
        self._marked: set[str] = set()
        """Faxes that have failed and were looked at: of these the service does not say whether they are read."""
        self._left_unread = ""
        """The entry that the person has just marked as unread: it stays so while it is shown."""
        self.look = QTimer(self)
        self.look.setSingleShot(True)
        self.look.setInterval(LOOK_MS)
        self.look.timeout.connect(self._looked)

    def show(self, entry: Entry | None) -> None:
        """Take note of what is shown now, or of a change of it."""
        other = entry is None or self._entry is None or entry.key != self._entry.key
        self._entry = entry
        if other:
            self._left_unread = ""
        if entry is None or not self._is_news(entry) or entry.key == self._left_unread:
            self.look.stop()
        elif other or not self.look.isActive():
            self.look.start()

    def look_again(self) -> None:
        """Take note that what is shown has come into sight: from now on it is looked at."""
        self.show(self._entry)

    def stop(self) -> None:
        """Mark nothing more by itself."""
        self.look.stop()

    def toggle(self, entry: Entry) -> None:
        """Mark an entry as read, or as not read, because the person says so."""
        self.look.stop()
        self._left_unread = "" if entry.unread else entry.key
        self._mark(entry, entry.unread)

    def _looked(self) -> None:
        entry = self._entry
        if entry is not None and self._is_news(entry) and self._is_seen():
            self._marked.add(entry.key)
            self._mark(entry, True)

    def _is_news(self, entry: Entry) -> bool:
        return entry.unread or (entry.is_news and entry.key not in self._marked)
