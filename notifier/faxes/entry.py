# SPDX-License-Identifier: GPL-3.0-or-later
"""An entry of a list, as a person sees it: two lines of words about a fax, a document that waits, or a broadcast."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from PyQt6.QtCore import QDateTime, QLocale

from faxcore.contract.printed import Draft
from faxcore.contract.received_fax import Reception
from faxcore.contract.sent_fax import Job
from faxcore.i18n import gettext as _
from faxcore.i18n import ngettext
from faxcore.model.call import Outcome
from faxcore.model.job import IN_CALL, State
from faxcore.model.text import clean_text
from notifier.completing_words import count_draft, name_draft, tell_recipients
from notifier.fax import NO_TIME, Fax, Mood, called_number, count_pages, of_job, of_reception, time_of

MOST: Final = 200
"""Characters of a line that anybody reads."""


@dataclass(frozen=True)
class Entry:
    """Two lines of words, and what they are about."""

    key: str
    """A text that no other entry has."""
    place: str
    """The id by which the list is sorted: of a broadcast that of its newest fax."""
    when: datetime
    name: str
    about: str
    mood: Mood = Mood.NEUTRAL
    unread: bool = False
    share: float | None = None
    """The share of it that has been sent, 0.0 to 1.0, while it is in a call."""
    fax: Fax | None = None
    draft: Draft | None = None
    broadcast: tuple[Fax, ...] = ()
    """The faxes of a broadcast, as far as they are loaded, newest first."""

    @property
    def outgoing(self) -> bool:
        """True if it goes to somebody, or went."""
        return self.draft is not None or bool(self.broadcast) or (self.fax is not None and self.fax.sent)

    @property
    def is_news(self) -> bool:
        """True if the person may not have seen it yet: a received fax that is not read, or one that has failed."""
        failed = self.fax is not None and isinstance(self.fax.of, Job) and self.fax.of.state is State.FAILED
        return self.unread or failed

    def spoken(self) -> str:
        """Say all of it in a sentence, for whoever hears the list."""
        if self.draft is not None:
            direction = _("To complete")
        elif self.fax is not None and self.fax.fetched:
            direction = _("Fetched from")
        else:
            direction = _("To") if self.outgoing else _("From")
        parts = [f"{direction} {self.name}", self.about, brief_time(self.when)]
        return ", ".join([_("Unread"), *parts] if self.unread else parts)


def enter_fax(fax: Fax) -> Entry:
    """Make the entry of a fax."""
    if isinstance(fax.of, Reception):
        return _enter_reception(fax, fax.of)
    about = " · ".join(filter(None, _tell_job(fax, fax.of)))
    return Entry(fax.key, fax.id, fax.when, fax.name, about[:MOST], fax.mood, share=_share(fax.of), fax=fax)


def enter_draft(draft: Draft) -> Entry:
    """Make the entry of a document that waits for its recipient."""
    about = " · ".join(filter(None, (tell_recipients(draft), count_draft(draft))))
    return Entry(f"draft:{draft.id}", draft.id, time_of(draft.created), name_draft(draft), about, draft=draft)


def enter_broadcast(faxes: Sequence[Fax]) -> Entry:
    """Make the entry of a broadcast, of its faxes that are loaded, newest first."""
    first = faxes[0]
    assert isinstance(first.of, Job)
    states = Counter(fax.state if fax.ended else _("on their way") for fax in faxes)
    told = [f"{count} {state.lower()}" for state, count in states.items()]
    count = ngettext("{count} recipient", "{count} recipients", len(faxes)).format(count=len(faxes))
    mood = Mood.BAD if any(fax.mood is Mood.BAD for fax in faxes) else first.mood
    name = first.subject or _("To several recipients")
    return Entry(
        f"broadcast:{first.of.broadcast}",
        first.id,
        first.when,
        name,
        " · ".join((count, *told)),
        mood,
        broadcast=tuple(faxes),
    )


def read_entries(drafts: Sequence[Draft], jobs: Sequence[Job], receptions: Sequence[Reception]) -> list[Entry]:
    """Put a page of a list in words, newest first."""
    entries = [enter_draft(draft) for draft in drafts]
    entries += [enter_fax(of_job(job)) for job in jobs]
    entries += [enter_fax(of_reception(reception)) for reception in receptions]
    return sorted(entries, key=lambda entry: entry.place, reverse=True)


def brief_time(when: datetime, today: date | None = None) -> str:
    """Tell a time as a list does: of today the clock, else the day, and the year if it is another one."""
    if when == NO_TIME:
        return ""
    local = when.astimezone()
    now = today or datetime.now().astimezone().date()
    shown = QDateTime(local.replace(tzinfo=None))
    if local.date() == now:
        return QLocale().toString(shown.time(), "HH:mm")
    if local.date() == now - timedelta(days=1):
        return _("Yesterday")
    return QLocale().toString(shown, "d MMM" if local.year == now.year else "d MMM yyyy")


def tell_seconds(seconds: int) -> str:
    """Tell a time that a call still takes."""
    if seconds < 60:
        return _("{seconds} s left").format(seconds=seconds)
    return _("{minutes} min left").format(minutes=round(seconds / 60))


def _enter_reception(fax: Fax, reception: Reception) -> Entry:
    called = clean_text(reception.called_name) or called_number(reception)
    where = _("on {number}").format(number=called) if called else ""
    pages = count_pages(fax.pages)
    if reception.outcome is not Outcome.OK:
        pages = _("incomplete: {pages}").format(pages=pages)
    elif reception.bad_rows:
        pages = _("{pages}, with flaws").format(pages=pages)
    nobody = _("nobody’s yet") if reception.unassigned else ""
    # Each owner has a mark of their own, so that nobody misses a fax; but another may have seen to it already.
    readers = () if reception.read else reception.read_by
    seen = _("read by {name}").format(name=clean_text(readers[-1].name)) if readers else ""
    about = " · ".join(filter(None, (where, pages, nobody, seen)))
    return Entry(fax.key, fax.id, fax.when, fax.name, about[:MOST], fax.mood, not reception.read, fax=fax)


def _tell_job(fax: Fax, job: Job | Reception) -> list[str]:
    """List what the second line says of a fax that goes out."""
    assert isinstance(job, Job)
    subject = fax.subject
    if job.state in IN_CALL:
        left = tell_seconds(job.live.seconds_left) if job.live is not None and job.live.seconds_left else ""
        page = _page_of(job)
        return [page or fax.state, left, subject]
    if job.state in (State.SLEEPING, State.PENDING, State.READY, State.HELD):
        when = brief_time(time_of(job.next_try)) if job.next_try else ""
        if job.state is State.SLEEPING:
            then = _("next try {time}").format(time=when) if when else ""
            return [fax.reason.rstrip(".") or fax.state, then, subject]
        return [_("at {time}").format(time=when) if when else fax.state, subject]
    if job.state is State.DONE:
        return [subject, count_pages(fax.pages)]
    return [fax.state if job.state is not State.FAILED else fax.reason.rstrip(".") or fax.state, subject]


def _page_of(job: Job) -> str:
    if job.live is None or not job.live.page or job.state is not State.ACTIVE:
        return ""
    return _("page {page} of {pages}").format(page=job.live.page, pages=job.pages)


def _share(job: Job | Reception) -> float | None:
    if not isinstance(job, Job) or job.state not in IN_CALL or not job.pages:
        return None
    page = job.live.page - 1 if job.live is not None and job.live.page else job.confirmed
    return min(1.0, max(job.confirmed, page) / job.pages)
