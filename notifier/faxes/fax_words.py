# SPDX-License-Identifier: GPL-3.0-or-later
"""Words for the fax that is selected: whose it is, the facts in one line, and what a person can do about it."""

from __future__ import annotations

from collections.abc import Iterable

from faxcore.contract.received_fax import Reception
from faxcore.contract.sent_fax import Call, Job
from faxcore.i18n import gettext as _
from faxcore.i18n import show_sentence
from faxcore.model.call import Outcome
from faxcore.model.job import State
from faxcore.model.text import clean_text
from notifier.completing_words import count_draft
from notifier.fax import Fax, Mood, called_number, count_pages, explain_waiting, in_full, in_words, time_of
from notifier.faxes.entry import Entry
from notifier.joining import begin_sentence, join_sentences

DOT = " · "


def title_of(entry: Entry) -> str:
    """Say from whom it is or to whom it goes, and for which number it came."""
    fax = entry.fax
    if entry.draft is not None or fax is None:
        return entry.name
    if fax.sent:
        return (_("From {name}") if fax.fetched else _("To {name}")).format(name=_with_number(fax))
    assert isinstance(fax.of, Reception)
    called = _called(fax.of)
    if not called:
        return _("From {name}").format(name=_with_number(fax))
    return _("From {name} → {number}").format(name=_with_number(fax), number=called)


def facts_of(entry: Entry) -> str:
    """Say when, how many pages, on which line, in one line."""
    if entry.draft is not None:
        return DOT.join((in_words(entry.when), count_draft(entry.draft)))
    if entry.fax is None:
        return DOT.join((in_words(entry.when), entry.about))
    fax = entry.fax
    parts = [in_words(fax.when), fax.subject, _pages_of(fax)]
    if isinstance(fax.of, Reception):
        parts.append(_("sub-address {text}").format(text=clean_text(fax.of.sub_address)) if fax.of.sub_address else "")
    elif fax.of.payer:
        parts.append(_("paid by {payer}").format(payer=clean_text(fax.of.payer)))
    return DOT.join(part for part in parts if part)


def readers_of(fax: Fax) -> str:
    """Say who else has read a received fax."""
    if not isinstance(fax.of, Reception) or not fax.of.read_by:
        return ""
    told = [
        _("{name}, {time}").format(name=clean_text(mark.name), time=in_words(time_of(mark.at)))
        for mark in fax.of.read_by
    ]
    return _("Read by {people}").format(people="; ".join(told))


def notice_of(entry: Entry) -> str:
    """Say what is the matter with it and what to do, in whole sentences; empty where all is well."""
    fax = entry.fax
    if entry.draft is not None:
        return _("This document waits for its recipient.") if entry.draft.parts else _("This fax was begun, and waits.")
    if fax is None:
        return ""
    if isinstance(fax.of, Reception):
        return _about_received(fax, fax.of)
    match fax.of.state:
        case State.UNCERTAIN:
            lost = fax.reason or _("All pages went out, but the last confirmation was lost.")
            return join_sentences(lost, _("Ask the recipient whether the fax arrived."))
        case State.FAILED if fax.fetched:
            again = _("Nothing more is tried. Check the number, then order the document again.")
            return join_sentences(fax.reason, again)
        case State.FAILED:
            return join_sentences(fax.reason, _confirmed(fax.of), _("Send it again, or to another number."))
        case State.CANCELLED:
            return join_sentences(fax.state, fax.reason, _confirmed(fax.of))
        case State.HELD:
            return join_sentences(fax.state, fax.reason)
    return ""


def details_of(fax: Fax) -> list[tuple[str, str]]:
    """List further facts, each with its name."""
    if isinstance(fax.of, Reception):
        path = clean_text(fax.of.pdf or fax.of.tiff, 400)
        facts = [
            (_("Received:"), in_full(fax.when)),
            (_("Line:"), clean_text(fax.of.line)),
            (_("Station id:"), clean_text(fax.of.station_shown) or clean_text(fax.of.remote_id)),
            (_("File:"), path),
        ]
    else:
        facts = [
            (_("Number:"), fax.number),
            (_("Created:"), in_full(fax.when)),
            (_("Tried until:"), in_words(time_of(fax.of.give_up_at)) if fax.of.give_up_at else ""),
        ]
    return [(name, value) for name, value in facts if value]


def tell_call(call: Call, fetches: bool) -> str:
    """Say what became of a call: its reason is a sentence, and what else is known of it another."""
    # Other ends than a good one have a reason. A call that has not ended has none yet.
    reason = show_sentence(call.reason)
    parts = [] if reason else [_end_well(fetches) if call.outcome else _go_on(fetches)]
    if call.confirmed:
        parts.append(_("{pages} confirmed").format(pages=count_pages(call.confirmed)))
    if call.rate:
        parts.append(_("{rate} bit/s").format(rate=call.rate))
    if call.seconds:
        parts.append(_("{seconds:.0f} s").format(seconds=call.seconds))
    remote = clean_text(call.remote_id)
    if remote:
        parts.append(_("answered by {name}").format(name=remote))
    return join_sentences(reason, begin_sentence(", ".join(parts)))


def list_calls(fax: Fax, calls: Iterable[Call]) -> list[tuple[str, str, str, str]]:
    """List the calls of a fax in words: when, the time in full, the line, what happened."""
    rows = []
    for call in calls:
        when = time_of(call.started)
        rows.append((in_words(when), in_full(when), clean_text(call.line), tell_call(call, fax.fetched)))
    return rows


def _with_number(fax: Fax) -> str:
    return f"{fax.name} ({fax.number})" if fax.number not in ("", fax.name) else fax.name


def _called(reception: Reception) -> str:
    name, number = clean_text(reception.called_name), called_number(reception)
    return f"{name} ({number})" if name and number else name or number


def _pages_of(fax: Fax) -> str:
    pages = count_pages(fax.pages)
    if isinstance(fax.of, Job) and not fax.fetched and 0 < fax.of.confirmed < fax.pages:
        return _("{pages}, {confirmed} confirmed").format(pages=pages, confirmed=fax.of.confirmed)
    return pages


def _confirmed(job: Job) -> str:
    if not job.confirmed:
        return ""
    return _("{confirmed} of {pages} arrived.").format(confirmed=job.confirmed, pages=count_pages(job.pages))


def _about_received(fax: Fax, reception: Reception) -> str:
    told = []
    if reception.outcome is not Outcome.OK:
        told += [
            fax.reason or _("The call ended before the last page."),
            _("What arrived is kept. Ask the sender to send the rest again."),
        ]
    elif fax.mood is not Mood.BAD and fax.reason:
        told.append(fax.reason)
    if reception.unassigned:
        told.append(_("It is nobody’s yet: give it to its reader."))
    told.append(explain_waiting(reception))
    return join_sentences(*told)


def _go_on(fetches: bool) -> str:
    return _("Fetching") if fetches else _("Sending")


def _end_well(fetches: bool) -> str:
    return _("All pages received") if fetches else _("All pages confirmed")
