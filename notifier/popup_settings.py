# SPDX-License-Identifier: GPL-3.0-or-later
"""A person's wishes for the popups: when it is quiet, and what they may say."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Final

from PyQt6.QtCore import QObject, pyqtSignal

from faxcore.qt.window_memory import read_settings

PROGRAM: Final = "notifier"
GROUP: Final = "popups"
MORNING: Final = time(6)
"""The hour at which a quiet "until tomorrow" ends: before anybody is at work."""
EVENING: Final = time(19)
"""The beginning of quiet hours, as long as nobody has chosen another."""


class PopupSettings(QObject):
    """The choices of a person, kept from one session to the next."""

    changed = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self._settings = read_settings(PROGRAM)

    @property
    def private(self) -> bool:
        """True if popups say no name, number or subject, and show no page."""
        return self._read_flag("private")

    @private.setter
    def private(self, wanted: bool) -> None:
        self._write("private", wanted)

    @property
    def every_sent(self) -> bool:
        """True if every fax that has arrived at its recipient is told of."""
        return self._read_flag("every_sent")

    @every_sent.setter
    def every_sent(self, wanted: bool) -> None:
        self._write("every_sent", wanted)

    @property
    def quiet_hours(self) -> bool:
        """True if it is quiet every day from `begin` to `end`."""
        return self._read_flag("quiet_hours")

    @quiet_hours.setter
    def quiet_hours(self, wanted: bool) -> None:
        self._write("quiet_hours", wanted)

    @property
    def begin(self) -> time:
        """The beginning of the quiet hours."""
        return self._read_time("quiet_from", EVENING)

    @begin.setter
    def begin(self, hour: time) -> None:
        self._write("quiet_from", f"{hour:%H:%M}")

    @property
    def end(self) -> time:
        """The end of the quiet hours; before their beginning, it is that of the next day."""
        return self._read_time("quiet_to", MORNING)

    @end.setter
    def end(self, hour: time) -> None:
        self._write("quiet_to", f"{hour:%H:%M}")

    def be_quiet_until_tomorrow(self, wanted: bool, now: datetime) -> None:
        """Show no popups until tomorrow morning, or show them again."""
        tomorrow = datetime.combine(now.date() + timedelta(days=1), MORNING, now.tzinfo)
        self._write("quiet_until", tomorrow.isoformat() if wanted else "")

    def is_quiet_until_tomorrow(self, now: datetime) -> bool:
        """Return whether the person has asked for quiet until tomorrow, and that has not come yet."""
        until = self._quiet_until()
        return until is not None and until > now

    def find_quiet_end(self, now: datetime) -> datetime | None:
        """Find when it stops being quiet; None if it is not."""
        end = None
        until = self._quiet_until()
        if until is not None and until > now:
            end = until
        # The quiet hours may begin before the quiet until tomorrow is over.
        hours = self._find_hours_end(end or now)
        return hours or end

    def _find_hours_end(self, now: datetime) -> datetime | None:
        if not self.quiet_hours or self.begin == self.end:
            return None
        for day in (now.date() - timedelta(days=1), now.date()):
            begin = _at(day, self.begin, now)
            end = _at(day if self.begin < self.end else day + timedelta(days=1), self.end, now)
            if begin <= now < end:
                return end
        return None

    def _quiet_until(self) -> datetime | None:
        try:
            until = datetime.fromisoformat(str(self._settings.value(f"{GROUP}/quiet_until", "")))
        except ValueError:
            return None
        return until if until.tzinfo is not None else None

    def _read_flag(self, name: str) -> bool:
        return self._settings.value(f"{GROUP}/{name}", "false") in ("true", True)

    def _read_time(self, name: str, otherwise: time) -> time:
        try:
            return time.fromisoformat(str(self._settings.value(f"{GROUP}/{name}", "")))
        except ValueError:
            return otherwise

    def _write(self, name: str, value: object) -> None:
        self._settings.setValue(f"{GROUP}/{name}", value)
        self._settings.sync()
        self.changed.emit()


def _at(day: date, hour: time, now: datetime) -> datetime:
    return datetime.combine(day, hour, now.tzinfo)
