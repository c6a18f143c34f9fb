# SPDX-License-Identifier: GPL-3.0-or-later
"""The choice when the fax goes out: now, or at a time; a time that has passed is now again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from PyQt6.QtCore import QDateTime, QLocale, QTimer, pyqtSignal
from PyQt6.QtWidgets import QComboBox, QDateTimeEdit, QSizePolicy, QVBoxLayout, QWidget

from faxcore.i18n import gettext as _

EVENING: Final = 18
MORNING: Final = 8
"""The hours that are offered first: the next of them that is not too near."""
NEAR: Final = timedelta(minutes=30)
MOST_DAYS: Final = 366
"""Days ahead that the service takes."""
_LONGEST_TIMER: Final = timedelta(days=20)
"""A timer counts milliseconds in 31 bits."""


class SendTime(QWidget):
    """A line that says when the fax goes out, and a field for the time below it where one is chosen."""

    changed = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self.choice = QComboBox()
        self.field = QDateTimeEdit()
        self._passed = QTimer(self)
        self._passed.setSingleShot(True)
        self._build()
        self.choice.currentIndexChanged.connect(self._chosen)
        self.field.dateTimeChanged.connect(self._timed)
        self._passed.timeout.connect(self._pass)

    def _build(self) -> None:
        self.choice.addItems([_("now"), _("at a time")])
        self.choice.setObjectName("when")
        self.choice.setAccessibleName(_("Goes out"))
        said = _("When the fax goes out: the service waits for that, also when you have logged out.")
        self.choice.setToolTip(said)
        self.choice.setAccessibleDescription(said)
        self.choice.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        hint = _("Day and time at which the fax goes out")
        self.field.setDisplayFormat("d MMM yyyy HH:mm")  # as it is said on the button
        self.field.setCalendarPopup(True)
        line = self.field.lineEdit()
        for widget in (self.field, *((line,) if line is not None else ())):
            widget.setAccessibleName(hint)
            widget.setToolTip(hint)
        self.field.hide()
        self.setFocusProxy(self.choice)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.choice)
        layout.addWidget(self.field)

    def time(self) -> datetime | None:
        """The time that is chosen, on this person's clock; None: now."""
        if not self.choice.currentIndex():
            return None
        when: datetime = self.field.dateTime().toPyDateTime()
        local = when.replace(second=0, microsecond=0, tzinfo=None).astimezone()
        return local if local > datetime.now(UTC) else None

    def send_at(self) -> str:
        """The time as an order has it; empty: now."""
        when = self.time()
        return when.isoformat() if when is not None else ""

    def fill(self, send_at: str) -> None:
        """Show a time that was kept, unless it has passed, or another one is chosen already."""
        try:
            when = datetime.fromisoformat(send_at).astimezone()
        except ValueError:
            return  # none
        if not self.choice.currentIndex() and when > datetime.now(UTC):
            self.choose(when)

    def choose(self, when: datetime) -> None:
        """Choose this time."""
        self.choice.setCurrentIndex(1)
        self.field.setDateTime(QDateTime(when.astimezone().replace(tzinfo=None)))

    def in_order(self) -> list[QWidget]:
        """List what takes the focus, in its order."""
        return [self.choice, self.field]

    # ------------------------------------------------------------ inside

    def _chosen(self, index: int) -> None:
        if index:
            now = datetime.now().astimezone()
            self.field.blockSignals(True)
            self.field.setDateTimeRange(_as_qt(now), _as_qt(now + timedelta(days=MOST_DAYS - 1)))
            self.field.setDateTime(_as_qt(offer_time(now)))
            self.field.blockSignals(False)
        self.field.setVisible(bool(index))
        self._timed()

    def _timed(self) -> None:
        when = self.time()
        self._passed.stop()
        if when is not None:
            left = min(when - datetime.now(UTC), _LONGEST_TIMER)
            self._passed.start(max(1, int(left.total_seconds() * 1000)))
        self.changed.emit()

    def _pass(self) -> None:
        """Be now again, if the time has come."""
        if self.time() is None:
            self.choice.setCurrentIndex(0)
        else:
            self._timed()


def offer_time(now: datetime) -> datetime:
    """Find the time that is offered first: this evening, or else the next morning."""
    days = (now, now + timedelta(days=1))
    hours = (day.replace(hour=hour, minute=0, second=0, microsecond=0) for day in days for hour in (MORNING, EVENING))
    return next(time for time in hours if time - now > NEAR)


def describe_time(when: datetime, now: datetime | None = None) -> str:
    """Say when that is: "today at 18:00", "tomorrow at 08:00", "on 3 Dec at 08:00"."""
    today = (now or datetime.now()).astimezone().date()
    clock = _write_clock(when)
    if when.date() == today:
        return _("today at {time}").format(time=clock)
    if when.date() == today + timedelta(days=1):
        return _("tomorrow at {time}").format(time=clock)
    form = "d MMM" if when.year == today.year else "d MMM yyyy"
    return _("on {date} at {time}").format(date=QLocale().toString(_as_qt(when), form), time=clock)


def word_send(when: datetime, now: datetime | None = None) -> str:
    """Word the button that sends the fax at this time."""
    if when.date() == (now or datetime.now()).astimezone().date():
        return _("&Send at {time}").format(time=_write_clock(when))
    return _("&Send {when}").format(when=describe_time(when, now))


def _write_clock(when: datetime) -> str:
    return QLocale().toString(_as_qt(when).time(), "HH:mm")


def _as_qt(when: datetime) -> QDateTime:
    return QDateTime(when.replace(tzinfo=None))
