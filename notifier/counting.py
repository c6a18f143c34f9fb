# SPDX-License-Identifier: GPL-3.0-or-later
"""The figures of the icon in the panel: what is new, what needs the person, what is being sent, which lines are free.

They are asked for when the service tells of a change, several changes at once, and when the menu opens. Nothing asks by
the clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from faxcore.contract.listed import Folder, FolderCount

GATHER_MS: Final = 300
"""Milliseconds for which further changes are waited for."""


@dataclass(frozen=True)
class Figures:
    """What the icon counts."""

    new: int = 0
    """Received faxes that this person has not read."""
    to_complete: int = 0
    outbox: int = 0
    """Faxes that wait to be sent, or are being sent."""
    sending: int = 0
    """Those of them that are in a call."""
    failed: int = 0
    """Failed faxes that this person has not looked at."""
    uncertain: int = 0

    @property
    def badge(self) -> int:
        """What is new, and what needs the person."""
        return self.new + self.to_complete + self.failed + self.uncertain


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


class Recount(QObject):
    """Tells when the figures are to be asked for: once for what changes at one time."""

    due = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self._gathering = QTimer(self)
        self._gathering.setSingleShot(True)
        self._gathering.setInterval(GATHER_MS)
        self._gathering.timeout.connect(self.due)

    def ask(self) -> None:
        """Something has changed."""
        if not self._gathering.isActive():
            self._gathering.start()
