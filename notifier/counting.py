# SPDX-License-Identifier: GPL-3.0-or-later
"""The figures of the icon in the panel: what is new, what needs the person, what is being sent, which lines are free.

They are asked for when the service tells of a change, several changes at once, and when the menu opens. Nothing asks by
the clock.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from datetime import datetime
from typing import Any, Final

from PyQt6.QtCore import QObject, QTimer

from faxcore.contract.listed import Folder, FolderCount
from faxcore.qt.link import DeskLink
from notifier.figures import Figures
from notifier.line_words import LinesNow
from notifier.tray import Tray

GATHER_MS: Final = 300
"""Milliseconds for which further changes are waited for."""


def sum_up(counts: Sequence[FolderCount], sending: int) -> Figures:
    """Make figures of what the service has counted; `sending` faxes are in a call."""
    by_folder = {count.folder: count for count in counts}
    none = FolderCount(Folder.INBOX, 0, 0)

    def faxes(folder: Folder) -> int:
        return by_folder.get(folder, none).faxes

    return Figures(
        new=by_folder.get(Folder.INBOX, none).unread,
        to_complete=faxes(Folder.TO_COMPLETE),
        outbox=faxes(Folder.OUTBOX),
        sending=min(sending, faxes(Folder.OUTBOX)),
        failed=by_folder.get(Folder.FAILED, none).unread,
        uncertain=faxes(Folder.UNCERTAIN),
    )


class Counting(QObject):
    """Keeps the figures of the icon true: they are asked for once for what changes at one time."""

    def __init__(
        self,
        link: DeskLink,
        tray: Tray,
        start: Callable[[Coroutine[Any, Any, None]], object],
        count_sending: Callable[[], int],
    ) -> None:
        """`start` begins what nobody has asked for; `count_sending` says how many faxes are in a call."""
        super().__init__()
        self._link, self._tray, self._start, self._count_sending = link, tray, start, count_sending
        self._gathering = QTimer(self)
        self._gathering.setSingleShot(True)
        self._gathering.setInterval(GATHER_MS)
        self._gathering.timeout.connect(self._begin)
        tray.opened.connect(self._begin)
        link.lists_changed.connect(lambda change: self._show(change.folders))

    def ask(self) -> None:
        """Something has changed."""
        if not self._gathering.isActive():
            self._gathering.start()

    def _begin(self) -> None:
        if self._link.present:
            self._start(self._count())

    async def _count(self) -> None:
        desk = self._link.desk
        counts, status = await desk.count_folders(), await desk.status()
        self._show(counts)
        self._tray.set_lines(LinesNow(status.lines, datetime.now().astimezone()))

    def _show(self, counts: Sequence[FolderCount]) -> None:
        self._tray.set_figures(sum_up(counts, self._count_sending()))
