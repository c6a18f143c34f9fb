# SPDX-License-Identifier: GPL-3.0-or-later
"""One fax of the history, sent or received, in words for a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from typing import Any, Final

from PyQt6.QtCore import QDateTime, QLocale

from faxcore.i18n import gettext as _
from faxcore.i18n import ngettext
from faxcore.model.call import Outcome
from faxcore.model.job import Event, State, can
from faxcore.model.text import clean_text

NO_TIME: Final = datetime.fromtimestamp(0, UTC)


class Mood(Enum):
    """What a person has to think of a fax."""

    WELL = "well"
    UNDER_WAY = "under way"
    QUESTION = "question"
    BAD = "bad"
    NEUTRAL = "neutral"


@dataclass(frozen=True)
class Fax:
    """A job or a reception; `values` is its dictionary of the bus contract."""

    id: str
    sent: bool
    when: datetime
    name: str
    """Who is at the other end, for people."""
    number: str
    subject: str
    pages: int
    state: str
    """Where it is, in words."""
    mood: Mood
    reason: str
    values: Mapping[str, Any]

    @property
    def key(self) -> str:
        """What no other fax has."""
        return f"{'job' if self.sent else 'reception'}:{self.id}"

    @property
    def cancellable(self) -> bool:
        """Whether it can still be stopped."""
        state = _state(self.values) if self.sent else None
        return state is not None and state is not State.UNCERTAIN and can(state, Event.CANCELLED)

    @property
    def undecided(self) -> bool:
        """Whether a person must say if it arrived."""
        return self.sent and _state(self.values) is State.UNCERTAIN

    def found_by(self, words: str) -> bool:
        """Whether each of these words stands somewhere in what is shown of it, whatever its case."""
        shown = (self.name, self.number, self.subject, self.state, self.reason, in_words(self.when))
        text = " ".join(shown).casefold()
        digits = "".join(char for char in self.number if char.isdigit())
        return all(word in text or (word.isdigit() and word in digits) for word in words.casefold().split())


def of_job(job: Mapping[str, Any]) -> Fax:
    """A JOB dictionary."""
    state = _state(job)
    words, mood = _JOB_WORDS[state] if state is not None else (str(job["state"]), Mood.NEUTRAL)
    progress = clean_text(str(job.get("progress", "")))
    number = clean_text(str(job["number"]))
    subject = clean_text(str(job["subject"])) or clean_text(str(job["title"]))
    return Fax(
        id=str(job["id"]),
        sent=True,
        when=_time(job["created"]),
        name=clean_text(str(job["recipient"])) or number,
        number=number,
        subject=subject,
        pages=int(job["pages"]),
        state=_("Sending: {progress}").format(progress=progress) if progress and state is State.ACTIVE else _(words),
        mood=mood,
        reason=clean_text(str(job["reason"])),
        values=job,
    )


def of_reception(reception: Mapping[str, Any]) -> Fax:
    """A RECEPTION dictionary."""
    whole = reception["outcome"] in (Outcome.OK.value, "complete")
    rows = int(reception["bad_rows"])
    if not whole:
        state, mood = _("Incomplete"), Mood.BAD
    elif rows:
        state, mood = _("Received, with flaws"), Mood.WELL
    else:
        state, mood = _("Received"), Mood.WELL
    caller = clean_text(str(reception["caller"]))
    remote = clean_text(str(reception["remote_id"]))
    return Fax(
        id=str(reception["id"]),
        sent=False,
        when=_time(reception["received"]),
        name=remote or caller or _("Unknown sender"),
        number=caller,
        subject="",
        pages=int(reception["pages"]),
        state=state,
        mood=mood,
        reason=clean_text(str(reception["reason"])) or (damage(rows) if rows else ""),
        values=reception,
    )


def in_words(when: datetime, today: date | None = None) -> str:
    """A time on this person's clock: today and yesterday by name."""
    if when == NO_TIME:
        return ""
    local = when.astimezone()
    now = today or datetime.now().astimezone().date()
    clock = QLocale().toString(QDateTime(local.replace(tzinfo=None)).time(), "HH:mm")
    if local.date() == now:
        return _("Today {time}").format(time=clock)
    if local.date() == now - timedelta(days=1):
        return _("Yesterday {time}").format(time=clock)
    return QLocale().toString(QDateTime(local.replace(tzinfo=None)), "d MMM yyyy HH:mm")


def in_full(when: datetime) -> str:
    """Day and time to the second, on this person's clock."""
    if when == NO_TIME:
        return ""
    return QLocale().toString(QDateTime(when.astimezone().replace(tzinfo=None)), "d MMMM yyyy HH:mm:ss")


def time_of(text: object) -> datetime:
    """A time of the contract (ISO 8601 in UTC); NO_TIME for none."""
    return _time(text)


def count_pages(pages: int) -> str:
    """3 pages."""
    return ngettext("{count} page", "{count} pages", pages).format(count=pages)


def damage(rows: int) -> str:
    """What bad rows mean."""
    return ngettext(
        "{count} row of dots arrived damaged; a page may show a flaw.",
        "{count} rows of dots arrived damaged; the pages may show flaws.",
        rows,
    ).format(count=rows)


def _time(text: object) -> datetime:
    try:
        when = datetime.fromisoformat(str(text))
    except ValueError:
        return NO_TIME
    return when if when.tzinfo is not None else when.replace(tzinfo=UTC)


def _state(job: Mapping[str, Any]) -> State | None:
    try:
        return State(job["state"])
    except ValueError:
        return None  # a newer service than this window: its own word is shown


def N_(message: str) -> str:  # noqa: N802 - gettext's name for a message that is translated where it is shown
    return message


_JOB_WORDS: Final[dict[State, tuple[str, Mood]]] = {
    State.READY: (N_("Waiting for a line"), Mood.UNDER_WAY),
    State.ACTIVE: (N_("Sending"), Mood.UNDER_WAY),
    State.FINAL_PENDING: (N_("Sending: last confirmation"), Mood.UNDER_WAY),
    State.SLEEPING: (N_("Waiting for the next try"), Mood.UNDER_WAY),
    State.DONE: (N_("Sent"), Mood.WELL),
    State.FAILED: (N_("Failed"), Mood.BAD),
    State.CANCELLED: (N_("Cancelled"), Mood.NEUTRAL),
    State.UNCERTAIN: (N_("Uncertain: please decide"), Mood.QUESTION),
}
