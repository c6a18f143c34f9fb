# SPDX-License-Identifier: GPL-3.0-or-later
"""The popups of documents that wait for a recipient, and of what the service refused."""

from __future__ import annotations

from pathlib import Path

from faxcore.contract.limited import LimitWarning
from faxcore.contract.printed import Draft, PrintNotice
from faxcore.i18n import gettext as _
from faxcore.i18n import show_sentence
from faxcore.left_orders.state_files import LeftOrder
from faxcore.model.sentence import Sentence
from faxcore.model.text import clean_text
from notifier.announcements import ARRIVAL_SECONDS, MOST_REASON, Act, Announcement, Kind, shorten
from notifier.completing_words import name_draft


def of_waiting(draft: Draft, broken: bool = False) -> Announcement:
    """A document waits that no dialog was opened for; `broken` if one was, and ended by itself."""
    title = title_of(draft)
    summary = _("The fax dialog could not be opened") if broken else _("A document waits to be faxed")
    safe = _("It is safe: open it from Faxes.")
    return Announcement(
        summary,
        (shorten(title), safe),
        ((Act.COMPLETE, _("Open")),),
        draft.id,
        urgent=broken,
        seconds=None if broken else ARRIVAL_SECONDS,
        bare=(summary, safe),
        kind=None if broken else Kind.WAITING,
        name=title,
        when=draft.created,
        prompt=broken,
    )


def of_left_refused(left: LeftOrder) -> Announcement:
    """An order that was left while the service was away was refused when it was back."""
    title = clean_text(left.title) or _("Document without a title")
    reason = _tell(left.refusal)
    waits = _("The document waits, with what you have typed.")
    return Announcement(
        _("Not sent"),
        (shorten(title, 80), reason, waits),
        ((Act.COMPLETE, _("Open")),),
        left.draft,
        urgent=True,
        hints={"category": "transfer.error"},
        bare=(_("Not sent"), waits),
    )


def of_typed_refused(typed: LeftOrder, file: Path) -> Announcement:
    """The service, back again, has refused to keep what was typed while it was away."""
    title = clean_text(typed.kept.order.subject) or _("A fax without a document")
    summary, lies = _("Not kept"), _("What you typed is in the file {path}.").format(path=clean_text(str(file)))
    hints = {"category": "transfer.error"}
    lines = (shorten(title, 80), _tell(typed.refusal), lies)
    return Announcement(summary, lines, (), "", urgent=True, hints=hints, bare=(summary, lies))


def of_print_notice(notice: PrintNotice) -> Announcement:
    """A print job was refused, or is faxed otherwise than expected."""
    title = clean_text(notice.title) or _("Document without a title")
    summary = _("Not faxed") if notice.refused else _("Look at this fax")
    reason = _tell(notice.sentence)
    hints = {"category": "transfer.error"}
    # Nothing else tells the reason.
    bare = (summary, reason)
    return Announcement(summary, (shorten(title, 80), reason), (), "", urgent=notice.refused, hints=hints, bare=bare)


def of_limit_warning(warning: LimitWarning) -> Announcement:
    """A limit is nearly used up."""
    summary = _("Limit “{limit}”").format(limit=shorten(clean_text(warning.limit), 60))
    return Announcement(summary, (_tell(warning.sentence),), (), "")


def title_of(draft: Draft) -> str:
    """The title of a document that waits, for people."""
    return name_draft(draft, 60)


def _tell(sentence: Sentence) -> str:
    """A sentence of which no popup shows more than is worth reading."""
    return shorten(show_sentence(sentence, MOST_REASON + 1), MOST_REASON)
