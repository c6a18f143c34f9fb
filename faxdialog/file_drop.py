# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that are dropped anywhere on a window: also on a field, into which their names would be written otherwise."""

from __future__ import annotations

from pathlib import Path

from PyQt6.QtCore import QEvent, QMimeData, QObject, pyqtSignal
from PyQt6.QtGui import QDropEvent
from PyQt6.QtWidgets import QWidget


class FileDrop(QObject):
    """Takes the files that are dropped on a window, as it is built when this is made."""

    dropped = pyqtSignal(list)
    """Paths, in the order in which they were chosen."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        window.setAcceptDrops(True)
        for widget in (window, *window.findChildren(QWidget)):
            if widget.acceptDrops():
                widget.installEventFilter(self)

    def eventFilter(self, _watched: QObject | None, event: QEvent | None) -> bool:  # noqa: N802 - Qt's name
        """Take what brings files; all else goes on to whom it was for."""
        if not isinstance(event, QDropEvent) or not (paths := list_files(event.mimeData())):
            return False
        event.acceptProposedAction()
        if event.type() is QEvent.Type.Drop:
            self.dropped.emit(paths)
        return True


def list_files(brought: QMimeData | None) -> list[Path]:
    """List the files of this machine that are brought."""
    urls = brought.urls() if brought is not None else []
    return [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]
