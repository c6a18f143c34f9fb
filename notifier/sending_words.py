# SPDX-License-Identifier: GPL-3.0-or-later
"""The popups of faxes that go out. One popup follows a fax, from its Undo to its result."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final

from PyQt6.QtCore import QDateTime, QLocale

from faxcore.contract.order import UNDO_SECONDS
from faxcore.contract.sent_fax import Job
from faxcore.i18n import gettext as _
from faxcore.i18n import ngettext
from faxcore.model.job import JobKind, State
from faxcore.model.sentence import Sentence
from notifier.announcements import (
    SHORT_SECONDS,
    WAY_SECONDS,
    Act,
    Announcement,
    Kind,
    in_summary,
    offer_contact,
    shorten,
)
from notifier.fax import NO_TIME, count_pages, of_job, time_of
from notifier.joining import join_sentences

CLOSED: Final = {"category": "transfer.complete"}
UNDER_WAY: Final = {"category": "transfer"}
BROKEN: Final = {"category": "transfer.error"}


def of_queued(job: Job) -> Announcement:
    """A fax of the dialog waits for some seconds, in which it can be taken back."""
    return Announcement(
        _to(job),
        (_subject(job), _("It goes out in a few seconds.")),
        ((Act.UNDO, _("Undo")), (Act.SHOW, _("Show"))),
        of_job(job).key,
        seconds=UNDO_SECONDS,
        hints=UNDER_WAY,
        clicked=Act.SHOW,  # a click beside the buttons must do no harm
        bare=(_("Fax queued"), _("It goes out in a few seconds.")),
        prompt=True,
    )


def of_way(job: Job) -> Announcement:
    """A fax is on its way, where a popup of it still stands: at which page it is, or why it waits again."""
    page = job.live.page if job.live is not None and not job.broadcast else 0
    if job.state is State.SLEEPING and not job.broadcast:
        later = _("Next try: {time}").format(time=_short_time(job.next_try)) if job.next_try else ""
        now = join_sentences(of_job(job).reason, later)
    elif page:
        now = _("Page {page} of {pages}").format(page=page, pages=job.pages)
    else:
        now = _("It is on its way.")
    return Announcement(
        _to(job),
        (_subject(job), shorten(now)),
        ((Act.SHOW, _("Show")),),
        of_job(job).key,
        seconds=SHORT_SECONDS if job.broadcast else WAY_SECONDS,
        hints=UNDER_WAY,
        only_instead=True,
        bare=(_("Fax on its way"),),
        prompt=True,
    )


def of_sent(job: Job, always: bool) -> Announcement:
    """A fax has arrived. It is told of where a popup of it still stands, or `always`."""
    fax = of_job(job)
    confirmed = _("{pages} confirmed").format(pages=count_pages(fax.pages))
    return Announcement(
        _("Sent: {name}").format(name=in_summary(fax.name)),
        (_subject(job), confirmed),
        ((Act.SHOW, _("Show")), *offer_contact(fax)),
        fax.key,
        seconds=SHORT_SECONDS,
        hints=CLOSED,
        only_instead=not always,
        bare=(_("Fax sent"), confirmed),
    )


def of_failed(job: Job, last: str = "") -> Announcement:
    """A fax did not arrive; `last` is when it was tried last."""
    fax = of_job(replace(job, reason=_find_fault(job)))
    tries = _count_tries(job, last)
    if job.kind is JobKind.FETCH:
        summary, bare = _("Not fetched: {name}"), _("No document fetched")
        actions: tuple[tuple[Act, str], ...] = ((Act.SHOW, _("Details")),)
    else:
        summary, bare = _("Not sent: {name}"), _("Fax not sent")
        again = (Act.AGAIN, _("Send again")), (Act.OTHER_NUMBER, _("Other number"))
        actions = (*again, (Act.SHOW, _("Details")))
    return Announcement(
        summary.format(name=in_summary(fax.name)),
        tuple(filter(None, (_subject(job), _add_tries(shorten(fax.reason), tries), _tell_confirmed(job)))),
        actions,
        fax.key,
        urgent=True,
        hints=BROKEN,
        clicked=Act.SHOW,
        bare=tuple(filter(None, (bare, tries))),
        kind=Kind.FAILED,
        name=fax.name,
        when=job.changed,
    )


def of_uncertain(job: Job) -> Announcement:
    """A fax may have arrived: a person must say whether it did."""
    fax = of_job(job)
    ask = _("Ask the recipient, then say whether it arrived.")
    return Announcement(
        _("Did the fax to {name} arrive?").format(name=in_summary(fax.name)),
        tuple(filter(None, (_subject(job), shorten(fax.reason), ask))),
        ((Act.SHOW, _("Decide")),),
        fax.key,
        urgent=True,
        hints=BROKEN,
        bare=(_("Did this fax arrive?"), ask),
        kind=Kind.UNCERTAIN,
        name=fax.name,
        when=job.changed,
    )


def _find_fault(job: Job) -> Sentence:
    """Find what was wrong with the last call. That no more are made is said by counting them."""
    fault = job.reason.values.get("reason")
    given_up = job.reason.text.startswith("{reason} Given up") and isinstance(fault, Sentence) and job.dials > 1
    return fault if given_up and isinstance(fault, Sentence) else job.reason


def _short_time(text: str) -> str:
    """A time on this person's clock: the hour, with the day if that is not today."""
    when = time_of(text)
    if when == NO_TIME:
        return ""
    local = when.astimezone()
    form = "HH:mm" if local.date() == datetime.now().astimezone().date() else "d MMM HH:mm"
    return QLocale().toString(QDateTime(local.replace(tzinfo=None)), form)


def _to(job: Job) -> str:
    name = _("several recipients") if job.broadcast else in_summary(of_job(job).name)
    return _("To {name}").format(name=name)


def _subject(job: Job) -> str:
    return shorten(of_job(job).subject, 80)


def _count_tries(job: Job, last: str) -> str:
    """5 tries, last 14:20; nothing for a single call of unknown time."""
    when = _short_time(last)
    if job.dials < 2:
        return when
    tries = ngettext("{count} try", "{count} tries", job.dials).format(count=job.dials)
    return _("{tries}, last {time}").format(tries=tries, time=when) if when else tries


def _add_tries(reason: str, tries: str) -> str:
    if not reason or not tries:
        return reason or tries
    return _("{reason} ({tries})").format(reason=reason.rstrip("."), tries=tries)


def _tell_confirmed(job: Job) -> str:
    if not job.confirmed:
        return ""
    return _("{confirmed} of {pages} arrived.").format(confirmed=job.confirmed, pages=count_pages(job.pages))
