# SPDX-License-Identifier: GPL-3.0-or-later
"""The popups of faxes that came, and of documents that callers fetched here."""

from __future__ import annotations

from faxcore.contract.offered import Fetching
from faxcore.contract.received_fax import Reception
from faxcore.i18n import gettext as _
from faxcore.model.call import Outcome
from faxcore.model.text import clean_text
from notifier.announcements import (
    ARRIVAL_SECONDS,
    SHORT_SECONDS,
    Act,
    Announcement,
    Kind,
    in_summary,
    offer_contact,
    shorten,
)
from notifier.fax import count_pages, damage, explain_waiting, of_reception


def of_arrival(reception: Reception) -> Announcement:
    """A fax was received: from whom, for which of this person's numbers, and whether it is whole."""
    fax = of_reception(reception)
    whole = reception.outcome is Outcome.OK
    summary, bare = _("Fax from {name}"), _("Fax received")
    if reception.fetched:
        summary, bare = _("Fetched from {name}"), _("Document fetched")
    if not whole:
        summary, bare = _("Incomplete fax from {name}"), _("Fax received, but not all of it")
    lines = [_name_number(reception, named=True), *_tell_faults(reception, whole)]
    waiting = explain_waiting(reception)
    if waiting:
        lines.append(waiting)
    actions = (Act.OPEN, _("Open")), (Act.PRINT, _("Print")), (Act.FORWARD, _("Forward"))
    return Announcement(
        summary.format(name=in_summary(fax.name)),
        tuple(lines),
        (*actions, *offer_contact(fax)),
        fax.key,
        seconds=ARRIVAL_SECONDS,
        hints={"category": "transfer.complete"},
        bare=(bare, _name_number(reception, named=False)),
        page_of=reception.id,
        kind=Kind.ARRIVED,
        name=fax.name,
        when=reception.received,
    )


def of_fetching(fetching: Fetching) -> Announcement:
    """A caller has fetched an offered document, or a part of it."""
    caller = shorten(clean_text(fetching.remote_id) or clean_text(fetching.caller) or _("Unknown sender"))
    whole = fetching.outcome is Outcome.OK
    summary = _("Document fetched") if whole else _("Document fetched in part")
    count = _("{confirmed} of {pages} pages").format(confirmed=fetching.confirmed, pages=fetching.pages)
    return Announcement(
        summary,
        (_("By {caller}: {title}").format(caller=caller, title=shorten(clean_text(fetching.title), 80)), count),
        (),
        f"fetching:{fetching.id}",
        seconds=SHORT_SECONDS,
        hints={"category": "transfer.complete"},
        bare=(summary, count),
    )


def _name_number(reception: Reception, named: bool) -> str:
    """Say which number was called, as far as that is known, and how many pages came. Not `named`: the number stands
    only where it has no name.
    """
    pages = count_pages(reception.pages)
    number = clean_text(reception.called_shown or reception.called, 40)
    name = clean_text(reception.called_name, 40)
    mine = number
    if name:
        mine = _("{name} ({number})").format(name=name, number=number) if named and number else name
    return _("for {number} · {pages}").format(number=mine, pages=pages) if mine else pages


def _tell_faults(reception: Reception, whole: bool) -> list[str]:
    if not whole:
        reason = shorten(of_reception(reception).reason) or _("The call ended before the last page.")
        return [reason, _("Ask the sender to send it again.")]
    return [damage(reception.bad_rows)] if reception.bad_rows else []
