# SPDX-License-Identifier: GPL-3.0-or-later
"""Popups as a person wants them: many at once are one, nothing comes while it is to be quiet, names only where others
may read them.

What was held back while it was quiet is told when that is over, one popup for each kind. It is kept on the person's
disk meanwhile (`held_popups`), as the service does not tell it a second time.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from notifier.announcements import Announcement, Kind, conceal
from notifier.folded_words import fold
from notifier.held_popups import read_held, write_held
from notifier.popup_settings import PopupSettings
from notifier.popups import Popups

GATHER_MS: Final = 300
"""Milliseconds for which further news of a kind are waited for, to be told of together."""
TOGETHER: Final = timedelta(minutes=1)
MOST_APART: Final = 3
"""Popups of a kind within a minute that have a place of their own."""
LONGEST_WAIT: Final = timedelta(minutes=5)
"""Between two looks at the clock while something is held back: a computer that slept has lost time."""


def read_clock() -> datetime:
    """The time on this person's clock."""
    return datetime.now().astimezone()


class Telling(QObject):
    """Between the news and the popups."""

    quiet_changed = pyqtSignal()
    """It is quiet now, or is not any more."""

    def __init__(self, popups: Popups, settings: PopupSettings, clock: Callable[[], datetime] = read_clock) -> None:
        super().__init__()
        self.clock = clock
        self._popups, self._settings = popups, settings
        self._gathered: list[Announcement] = []
        self._recent: dict[Kind, list[tuple[datetime, Announcement]]] = {kind: [] for kind in Kind}
        self._held: list[Announcement] = read_held()
        self._gathering = QTimer(self)
        self._gathering.setSingleShot(True)
        self._gathering.setInterval(GATHER_MS)
        self._gathering.timeout.connect(self._tell_gathered)
        self._end = QTimer(self)
        self._end.setSingleShot(True)
        self._end.timeout.connect(self.look_at_clock)
        settings.changed.connect(self.look_at_clock)
        self.look_at_clock()

    def tell(self, notice: Announcement) -> None:
        """Show this now, or when it is not quiet any more."""
        prompt = notice.prompt or notice.only_instead  # which changes what stands on the screen already
        if not prompt and self._settings.find_quiet_end(self.clock()) is not None:
            self._hold(notice)
        elif notice.kind is None:
            self._popups.show(self._veil(notice))
        else:
            self._gathered = [*(each for each in self._gathered if each.subject != notice.subject), notice]
            if not self._gathering.isActive():
                self._gathering.start()

    def forget(self, subject: str) -> None:
        """Let go what was to be told of this fax or document, as it is settled; what tells of it goes."""
        self._gathered = [each for each in self._gathered if each.subject != subject]
        self._recent = {
            kind: [(at, each) for at, each in recent if each.subject != subject]
            for kind, recent in self._recent.items()
        }
        if any(each.subject == subject for each in self._held):
            self._keep_held([each for each in self._held if each.subject != subject])
        self._popups.withdraw(subject)

    def stop(self) -> None:
        """Tell nothing any more: the program ends."""
        self._gathering.stop()
        self._end.stop()

    def look_at_clock(self) -> None:
        """Tell what was held back if it is not quiet any more, or look again later."""
        now = self.clock()
        end = self._settings.find_quiet_end(now)
        self._end.stop()
        if end is None:
            self._release()
        elif self._held:
            wait = min(end - now, LONGEST_WAIT)
            self._end.start(max(1, round(wait / timedelta(milliseconds=1))))
        self.quiet_changed.emit()

    def _hold(self, notice: Announcement) -> None:
        known = [each for each in self._held if not notice.subject or each.subject != notice.subject]
        self._keep_held([*known, notice])
        self.look_at_clock()

    def _keep_held(self, held: list[Announcement]) -> None:
        self._held = held
        write_held(held)

    def _release(self) -> None:
        if not self._held:
            return
        for kind in Kind:
            of_kind = [each for each in self._held if each.kind is kind]
            if of_kind:
                self._popups.show(self._veil(fold(kind, of_kind)))
        for notice in self._held:
            if notice.kind is None:
                self._popups.show(self._veil(notice))
        self._keep_held([])

    def _tell_gathered(self) -> None:
        gathered, self._gathered = self._gathered, []
        now = self.clock()
        for kind in Kind:
            batch = [each for each in gathered if each.kind is kind]
            if not batch:
                continue
            subjects = {each.subject for each in batch}
            recent = [
                (at, each) for at, each in self._recent[kind] if now - at < TOGETHER and each.subject not in subjects
            ]
            recent += [(now, each) for each in batch]
            self._recent[kind] = recent
            if len(batch) > 1 or len(recent) > MOST_APART:
                # As long as more come, the minute begins anew: one popup grows.
                self._recent[kind] = [(now, each) for _at, each in recent]
                batch = [fold(kind, [each for _at, each in recent])]
            for notice in batch:
                self._popups.show(self._veil(notice))

    def _veil(self, notice: Announcement) -> Announcement:
        return conceal(notice) if self._settings.private else notice
