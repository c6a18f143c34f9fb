# SPDX-License-Identifier: GPL-3.0-or-later
"""Popups in words: a fax arrived, was sent, failed, or needs a decision.

Foreign text (station ids, titles, reasons) stands in the body only, shortened; the summary is ours, because services
differ in whether they take it for markup. The body is plain text here: who shows it escapes it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from faxcore.contract.limited import LimitWarning
from faxcore.contract.offered import Fetching
from faxcore.contract.order import UNDO_SECONDS
from faxcore.contract.printed import Draft, PrintNotice
from faxcore.contract.received_fax import Reception
from faxcore.contract.sent_fax import Job
from faxcore.i18n import gettext as _
from faxcore.i18n import ngettext, translate
from faxcore.left_orders.order_files import LeftOrder
from faxcore.model.call import Outcome
from faxcore.model.job import JobKind, State
from faxcore.model.text import clean_text
from notifier.fax import Fax, count_pages, damage, explain_waiting, of_job, of_reception

SHORT_SECONDS: Final = 6.0
ARRIVAL_SECONDS: Final = 20.0
MOST: Final = 160
"""Characters of foreign text in one line of a popup."""
MOST_REASON: Final = 400
"""Characters of a reason that nothing else tells: what is to be done stands at its end."""


class Act(Enum):
    """The action of a popup's button."""

    OPEN = "open"
    FOLDER = "folder"
    SHOW = "show"
    CONTACT = "contact"
    """Put the number into an address book."""
    COMPLETE = "complete"
    """Open the dialog of a document that waits."""
    UNDO = "undo"
    """Take a fax back before it goes out."""


@dataclass(frozen=True)
class Announcement:
    """One popup. `seconds` of None: it stays until somebody closes it. A click on it does the first of `actions`. It
    takes the place of an earlier one with the same subject.
    """

    summary: str
    lines: tuple[str, ...]
    actions: tuple[tuple[Act, str], ...]
    subject: str
    """The key of the fax, the id of the draft, or nothing."""
    urgent: bool = False
    seconds: float | None = None
    hints: Mapping[str, str] = field(default_factory=dict)
    only_instead: bool = False
    """True if it is nothing to be told of but where an earlier one with the same subject still stands."""


def of_queued(job: Job) -> Announcement:
    """A fax of the dialog waits for some seconds, in which it can be taken back."""
    name = _("several recipients") if job.broadcast else _short(of_job(job).name)
    return Announcement(
        _("Fax queued"),
        (_("To {name}").format(name=name), _("It goes out in a few seconds.")),
        # The first one is done by a click anywhere on the popup: it must do no harm.
        ((Act.SHOW, _("Show")), (Act.UNDO, _("Undo"))),
        of_job(job).key,
        seconds=UNDO_SECONDS,
        hints={"category": "transfer"},
    )


def of_start(job: Job) -> Announcement:
    """A fax that could be taken back goes out now: it cannot any more."""
    name = _("several recipients") if job.broadcast else _short(of_job(job).name)
    return Announcement(
        _("Fax on its way"),
        (_("To {name}").format(name=name),),
        ((Act.SHOW, _("Show")),),
        of_job(job).key,
        seconds=SHORT_SECONDS,
        hints={"category": "transfer"},
        only_instead=True,
    )


def of_arrival(reception: Reception) -> Announcement:
    """A fax was received."""
    fax = of_reception(reception)
    whole = reception.outcome is Outcome.OK
    summary = _("Fax received") if whole else _("Fax received, but not all of it")
    lines = [_("From {name}, {pages}").format(name=_short(fax.name), pages=count_pages(fax.pages))]
    if not whole:
        lines.append(_short(fax.reason) or _("The call ended before the last page."))
        lines.append(_("Ask the sender to send it again."))
    elif reception.bad_rows:
        lines.append(damage(reception.bad_rows))
    waiting = explain_waiting(reception)
    if waiting:
        lines.append(waiting)
    folder = () if waiting else ((Act.FOLDER, _("Folder")),)
    return Announcement(
        summary,
        tuple(lines),
        ((Act.OPEN, _("Open")), *folder, *_offer_contact(fax)),
        fax.key,
        seconds=ARRIVAL_SECONDS,
        hints={"category": "transfer.complete"},
    )


def of_change(job: Job) -> Announcement | None:
    """A fax that was to be sent has ended one way or another; None while there is nothing to say."""
    fax = of_job(job)
    if job.kind is JobKind.FETCH:
        # What has come is announced as a received fax.
        lost = (_("From {name}").format(name=_short(fax.name)), _short(fax.reason))
        return _grave(_("No document fetched"), lost, _("Details"), fax) if job.state is State.FAILED else None
    about = _("To {name}").format(name=_short(fax.name))
    if fax.subject:
        about = _("To {name}: {subject}").format(name=_short(fax.name, 80), subject=_short(fax.subject, 80))
    match job.state:
        case State.DONE:
            return Announcement(
                _("Fax sent"),
                (about, _("{pages} confirmed").format(pages=count_pages(fax.pages))),
                ((Act.SHOW, _("Show")), *_offer_contact(fax)),
                fax.key,
                seconds=SHORT_SECONDS,
                hints={"category": "transfer.complete"},
            )
        case State.FAILED:
            why = (about, _short(fax.reason), _confirmed(job), _("Check the number, then print it again."))
            return _grave(_("Fax not sent"), why, _("Details"), fax)
        case State.UNCERTAIN:
            lines = (
                about,
                _short(fax.reason),
                _("It may have arrived. Ask the recipient, then say so in the history."),
            )
            return _grave(_("Did this fax arrive?"), lines, _("Decide"), fax)
    return None


def of_fetching(fetching: Fetching) -> Announcement:
    """A caller has fetched an offered document, or a part of it."""
    caller = _short(clean_text(fetching.remote_id) or clean_text(fetching.caller) or _("Unknown sender"))
    whole = fetching.outcome is Outcome.OK
    count = _("{confirmed} of {pages} pages").format(confirmed=fetching.confirmed, pages=fetching.pages)
    return Announcement(
        _("Document fetched") if whole else _("Document fetched in part"),
        (_("By {caller}: {title}").format(caller=caller, title=_short(clean_text(fetching.title), 80)), count),
        (),
        f"fetching:{fetching.id}",
        seconds=SHORT_SECONDS,
        hints={"category": "transfer.complete"},
    )


def of_waiting(draft: Draft, broken: bool = False) -> Announcement:
    """A document waits that no dialog was opened for."""
    title = clean_text(draft.title) or _("Document without a title")
    return Announcement(
        _("The fax dialog could not be opened") if broken else _("A document waits to be faxed"),
        (_short(title), _("It is safe: open it from the fax icon in the panel.")),
        ((Act.COMPLETE, _("Open")),),
        draft.id,
        urgent=broken,
        seconds=None if broken else ARRIVAL_SECONDS,
    )


def of_several_waiting(drafts: Sequence[Draft]) -> Announcement:
    """Several documents wait that no dialog was opened for, the newest last: that one can be opened from here."""
    titles = [clean_text(draft.title, 60) or _("Document without a title") for draft in drafts]
    count = ngettext("{count} document waits to be faxed", "{count} documents wait to be faxed", len(drafts))
    return Announcement(
        count.format(count=len(drafts)),
        (_short(", ".join(reversed(titles))), _("They are safe: open them from the fax icon in the panel.")),
        ((Act.COMPLETE, _("Open the newest")),),
        drafts[-1].id,
        seconds=ARRIVAL_SECONDS,
    )


def of_left_refused(left: LeftOrder) -> Announcement:
    """An order that was left while the service was away was refused when it was back."""
    title = clean_text(left.title) or _("Document without a title")
    reason = _short(clean_text(translate(left.refusal)), MOST_REASON)
    return Announcement(
        _("Not sent"),
        (_short(title, 80), reason, _("The document waits, with what you have typed.")),
        ((Act.COMPLETE, _("Open")),),
        left.draft,
        urgent=True,
        hints={"category": "transfer.error"},
    )


def of_print_notice(notice: PrintNotice) -> Announcement:
    """A print job was refused, or is faxed otherwise than expected."""
    title = clean_text(notice.title) or _("Document without a title")
    return Announcement(
        _("Not faxed") if notice.refused else _("Look at this fax"),
        (_short(title, 80), _short(clean_text(translate(notice.sentence)), MOST_REASON)),
        (),
        "",
        urgent=notice.refused,
        hints={"category": "transfer.error"},
    )


def of_limit_warning(warning: LimitWarning) -> Announcement:
    """A limit is nearly used up."""
    summary = _("Limit “{limit}”").format(limit=_short(clean_text(warning.limit), 60))
    return Announcement(summary, (_short(clean_text(translate(warning.sentence)), MOST_REASON),), (), "")


def _offer_contact(fax: Fax) -> tuple[tuple[Act, str], ...]:
    """Offer to remember whose number it is, where nobody knows it."""
    return ((Act.CONTACT, _("Add to contacts …")),) if fax.unknown_number else ()


def _grave(summary: str, lines: tuple[str, ...], show: str, fax: Fax) -> Announcement:
    told = tuple(line for line in lines if line)
    hints = {"category": "transfer.error"}
    return Announcement(summary, told, ((Act.SHOW, show),), fax.key, urgent=True, hints=hints)


def _confirmed(job: Job) -> str:
    if not job.confirmed:
        return ""
    return _("{confirmed} of {pages} arrived.").format(confirmed=job.confirmed, pages=count_pages(job.pages))


def _short(text: str, most: int = MOST) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
