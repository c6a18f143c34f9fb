# SPDX-License-Identifier: GPL-3.0-or-later
"""One fax, sent or received, in words for a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from typing import Final

from PyQt6.QtCore import QDateTime, QLocale

from faxcore.contract.received_fax import Reception
from faxcore.contract.sent_fax import Job
from faxcore.i18n import gettext as _
from faxcore.i18n import ngettext, show_sentence
from faxcore.model.call import Outcome
from faxcore.model.job import FINAL, Event, JobKind, State, can
from faxcore.model.sentence import mark
from faxcore.model.text import clean_text
from notifier.joining import begin_sentence

_LONGEST: Final = 800
"""Characters of a sentence with two paths."""
FEWEST_DIGITS: Final = 3
"""Digits of a station id that is taken for a number."""
NO_TIME: Final = datetime.fromtimestamp(0, UTC)


class Mood(Enum):
    """A person's first thought about a fax."""

    WELL = "well"
    UNDER_WAY = "under way"
    QUESTION = "question"
    BAD = "bad"
    NEUTRAL = "neutral"


@dataclass(frozen=True)
class Fax:
    """A job or a reception in words; `of` is the value of the contract that it shows."""

    id: str
    sent: bool
    when: datetime
    name: str
    """The other end's name, for people."""
    number: str
    subject: str
    pages: int
    state: str
    """Its state, in words."""
    mood: Mood
    reason: str
    of: Job | Reception

    @property
    def key(self) -> str:
        """A text that no other fax has."""
        return f"{'job' if self.sent else 'reception'}:{self.id}"

    @property
    def other_number(self) -> str:
        """The number of the other end, as far as anybody knows: a station id counts if it looks like one."""
        number = self.number
        if isinstance(self.of, Reception):
            number = number or clean_text(self.of.station_shown) or clean_text(self.of.remote_id)
        return number if sum(char.isdigit() for char in number) >= FEWEST_DIGITS else ""

    @property
    def unknown_number(self) -> str:
        """The number that no address book of this person has; empty if one has it, or nobody knows the number."""
        return "" if self.of.contact else self.other_number

    @property
    def answerable(self) -> bool:
        """True if a fax can be sent to where it came from, or went."""
        return bool(self.other_number)

    @property
    def cancellable(self) -> bool:
        """True while it can still be stopped."""
        return isinstance(self.of, Job) and self.of.state is not State.UNCERTAIN and can(self.of.state, Event.CANCELLED)

    @property
    def fetched(self) -> bool:
        """True if it is a document that is fetched, or was to be."""
        return isinstance(self.of, Job) and self.of.kind is JobKind.FETCH

    @property
    def ended(self) -> bool:
        """True if nothing more happens to it by itself."""
        return not isinstance(self.of, Job) or self.of.state in FINAL

    @property
    def undecided(self) -> bool:
        """True if a person must say whether it arrived."""
        return isinstance(self.of, Job) and self.of.state is State.UNCERTAIN


def of_job(job: Job) -> Fax:
    """Put a job in words."""
    words, mood = _JOB_WORDS[job.state]
    fetches = job.kind is JobKind.FETCH
    words = _FETCH_WORDS.get(job.state, words) if fetches else words
    number = clean_text(job.number)
    return Fax(
        id=job.id,
        sent=True,
        when=time_of(job.created),
        name=clean_text(job.recipient) or number,
        number=number,
        subject=clean_text(job.subject) or clean_text(job.title),
        pages=job.pages,
        state=_(words) if fetches else _tell_progress(job) or _(words),
        mood=mood,
        reason=show_sentence(job.reason),
        of=job,
    )


def _tell_progress(job: Job) -> str:
    """Say where the call of a fax is that is being sent; empty if it is in none."""
    progress = show_sentence(job.progress)
    if not progress or job.state is not State.ACTIVE:
        return ""
    if job.progress.text.startswith("sending "):
        return begin_sentence(progress)  # it says itself that it is being sent
    return _("Sending: {progress}").format(progress=progress)


def of_reception(reception: Reception) -> Fax:
    """Put a reception in words."""
    rows = reception.bad_rows
    if reception.outcome is not Outcome.OK:
        state, mood = _("Incomplete"), Mood.BAD
    elif rows:
        state, mood = _("Received, with flaws"), Mood.WELL
    else:
        state, mood = _("Received"), Mood.WELL
    caller = clean_text(reception.caller_shown) or clean_text(reception.caller)
    station = clean_text(reception.station_shown) or clean_text(reception.remote_id)
    return Fax(
        id=reception.id,
        sent=False,
        when=time_of(reception.received),
        name=clean_text(reception.contact) or station or caller or _("Unknown sender"),
        number=caller,
        subject="",
        pages=reception.pages,
        state=state,
        mood=mood,
        reason=show_sentence(reception.reason) or (damage(rows) if rows else ""),
        of=reception,
    )


def called_number(reception: Reception) -> str:
    """Tell the number that was called, as numbers are written here; empty where the line does not tell."""
    return clean_text(reception.called_shown) or clean_text(reception.called)


def explain_waiting(reception: Reception) -> str:
    """Say why its files are not in their folder yet; nothing when they are."""
    return show_sentence(reception.waiting, _LONGEST)


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


def time_of(text: str) -> datetime:
    """Read a time of the contract (ISO 8601 in UTC); NO_TIME for none."""
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return NO_TIME
    return when if when.tzinfo is not None else when.replace(tzinfo=UTC)


def count_pages(pages: int) -> str:
    """3 pages."""
    return ngettext("{count} page", "{count} pages", pages).format(count=pages)


def damage(rows: int) -> str:
    """Say what bad rows mean."""
    return ngettext(
        "{count} row of dots arrived damaged; a page may show a flaw.",
        "{count} rows of dots arrived damaged; the pages may show flaws.",
        rows,
    ).format(count=rows)


_FETCH_WORDS: Final = {State.ACTIVE: mark("Fetching a document"), State.DONE: mark("Document fetched")}
"""Those of a job that fetches a document."""
_JOB_WORDS: Final[dict[State, tuple[str, Mood]]] = {
    State.PENDING: (mark("Waiting for its time"), Mood.UNDER_WAY),
    State.READY: (mark("Waiting for its turn"), Mood.UNDER_WAY),
    State.ACTIVE: (mark("Sending"), Mood.UNDER_WAY),
    State.FINAL_PENDING: (mark("Sending: last confirmation"), Mood.UNDER_WAY),
    State.SLEEPING: (mark("Waiting for the next try"), Mood.UNDER_WAY),
    State.ENTERING: (mark("Being taken in"), Mood.NEUTRAL),
    State.HELD: (mark("Held"), Mood.NEUTRAL),
    State.DONE: (mark("Sent"), Mood.WELL),
    State.FAILED: (mark("Failed"), Mood.BAD),
    State.CANCELLED: (mark("Cancelled"), Mood.NEUTRAL),
    State.UNCERTAIN: (mark("Uncertain: please decide"), Mood.QUESTION),
}
