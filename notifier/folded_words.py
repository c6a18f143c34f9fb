# SPDX-License-Identifier: GPL-3.0-or-later
"""One popup in the place of many: faxes that came together, and what was held back while it was quiet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from faxcore.i18n import gettext as _
from faxcore.i18n import ngettext
from notifier.announcements import ARRIVAL_SECONDS, Act, Announcement, Kind, list_names

ACTS: Final = {
    Kind.ARRIVED: Act.INBOX,
    Kind.FAILED: Act.FAILED,
    Kind.UNCERTAIN: Act.UNCERTAIN,
    Kind.WAITING: Act.TO_COMPLETE,
}
"""The folder in which all of them are."""


def fold(kind: Kind, notices: Sequence[Announcement]) -> Announcement:
    """Tell of several of a kind in one popup, the newest first; of one as it is."""
    if len(notices) == 1:
        return notices[0]
    newest = sorted(notices, key=lambda notice: notice.when, reverse=True)
    names = tuple(notice.name for notice in newest)
    summary = _summarize(kind, len(notices))
    actions: tuple[tuple[Act, str], ...] = ((ACTS[kind], _("Show them")),)
    subject = f"{kind.value}:all"
    lines: tuple[str, ...] = (list_names(names),)
    if kind is Kind.ARRIVED:
        actions = ((Act.INBOX, _("Open inbox")),)
    elif kind is Kind.WAITING:
        actions = (*actions, (Act.COMPLETE, _("Open the newest")))
        subject, lines = newest[0].subject, (*lines, _("They are safe: open them from Faxes."))
    grave = kind in (Kind.FAILED, Kind.UNCERTAIN)
    return Announcement(
        summary,
        lines,
        actions,
        subject,
        urgent=grave,
        seconds=None if grave else ARRIVAL_SECONDS,
        hints={"category": "transfer.error" if grave else "transfer.complete"},
        bare=(summary, *lines[1:]),
        instead_of=tuple(notice.subject for notice in notices),
    )


def _summarize(kind: Kind, count: int) -> str:
    if kind is Kind.ARRIVED:
        told = ngettext("{count} new fax", "{count} new faxes", count)
    elif kind is Kind.FAILED:
        told = ngettext("{count} fax not sent", "{count} faxes not sent", count)
    elif kind is Kind.UNCERTAIN:
        told = ngettext("Did {count} fax arrive?", "Did {count} faxes arrive?", count)
    else:
        told = ngettext("{count} document waits to be faxed", "{count} documents wait to be faxed", count)
    return told.format(count=count)
